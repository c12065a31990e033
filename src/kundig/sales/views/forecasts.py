"""The forecast: a quarter by person, team, product or region; week by week; beside what earlier ones were worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kundig.accounts.enums import Action
from kundig.accounts.models import Team, User
from kundig.accounts.queries import company
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.sales.actions.forecasts import set_quotas
from kundig.sales.models import Pipeline, Quota
from kundig.sales.queries.forecasts import Figures, forecast, pasts, span, usually_off, weeks_of
from kundig.sales.rules.periods import Quarter, quarter_of, read_quarter

GROUPINGS = {
    "owner": gettext_lazy("by person"), "team": gettext_lazy("by team"), "product": gettext_lazy("by product"),
    "region": gettext_lazy("by region"),
}  # fmt: skip
COLUMNS = ("won", "commit", "best", "pipeline", "weighted", "expected")


def may_see(user: User) -> bool:
    """Whether somebody may look at forecasts: whoever reads deals and their amounts."""
    deals = registry.get("deals")
    return deals is not None and deals.may(user, Action.READ) and deals.may_read(user, deals.fields["amount"])


def _asked(request: HttpRequest) -> tuple[User, Quarter]:
    """Raises PermissionDenied, Http404."""
    user: Any = request.user
    if not may_see(user):
        raise PermissionDenied(_("Your role does not let you see the amounts of deals."))
    text = request.GET.get("quarter", "")
    quarter = read_quarter(text) if text else quarter_of(timezone.localdate())
    if quarter is None:
        raise Http404(_("“%(text)s” is no quarter. Write it like 2026-4.") % {"text": text[:20]})
    return user, quarter


@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest) -> HttpResponse:
    user, quarter = _asked(request)
    by = request.GET.get("by", "owner")
    by = by if by in GROUPINGS else "owner"
    formats = current_formats()
    found = forecast(user, quarter, by=by)
    today = timezone.localdate()
    past = pasts(quarter, on=min(today, quarter.ends_on))
    context = {
        "quarter": quarter,
        "title": name_of(quarter),
        "before": _address(quarter.before, by),
        "after": _address(quarter.after, by),
        "groupings": [(label, _address(quarter, key), key == by) for key, label in GROUPINGS.items()],
        "by": GROUPINGS[by],
        "lines": [_shown(line, formats) for line in found.lines],
        "total": _shown(found.total, formats),
        "elsewhere": found.elsewhere,
        "band": band_of(found.total, past, formats, name_of(quarter)),
        "weeks": [(formats.date(week.on), _shown(week.figures, formats)) for week in weeks_of(quarter)],
        "pasts": [
            (name_of(each.quarter), formats.date(each.on), _money(each.said, formats), _money(each.came, formats),
             formats.percent(Decimal(round(each.off * 100))))
            for each in past
        ],
        "may_set": user.access.is_administrator,
    }  # fmt: skip
    return render(request, "sales/forecast/page.html", context)


@require_http_methods(["GET", "HEAD"])
def band(request: HttpRequest) -> HttpResponse:
    """What stands above the board: the quarter at hand, of one pipeline."""
    user, quarter = _asked(request)
    pipeline = Pipeline.objects.filter(pk=_uuid(request.GET.get("pipeline", ""))).first()
    total = forecast(user, quarter, pipeline=pipeline.pk if pipeline else None).total
    past = pasts(quarter, on=timezone.localdate()) if pipeline is None or Pipeline.objects.count() == 1 else []
    context = {"band": band_of(total, past, current_formats(), name_of(quarter))}
    return render(request, "sales/forecast/_band.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def quotas(request: HttpRequest) -> HttpResponse:
    """GET shows the goals of a quarter, POST keeps them; for administrators."""
    user, quarter = _asked(request)
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    formats, error = current_formats(), ""
    rows: list[tuple[str, str, tuple[UUID | None, UUID | None]]] = [("house", _("Whole house"), (None, None))]
    rows += [(f"team-{t.pk}", t.name, (None, t.pk)) for t in Team.objects.order_by("name")]
    rows += [(f"user-{u.pk}", u.name, (u.pk, None)) for u in User.objects.filter(is_active=True).order_by("name")]
    known = {(each.user_id, each.team_id): each.amount for each in Quota.objects.filter(begins_on=quarter.begins_on)}
    typed = {name: request.POST.get(name, "") for name, _label, _key in rows} if request.method == "POST" else {}
    if request.method == "POST":
        try:
            goals = {key: _parsed(typed[name], formats) for name, _label, key in rows}
            set_quotas(quarter, goals, by=user)
        except ValidationError as problem:
            error = " ".join(problem.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"/forecast/?quarter={quarter.key}")
    shown = [
        (name, label, typed.get(name, formats.number(known[key]) if key in known else "")) for name, label, key in rows
    ]
    context = {"title": name_of(quarter), "quarter": quarter, "rows": shown, "error": error}
    return render(request, "sales/forecast/quotas.html", context, status=422 if error else 200)


def name_of(quarter: Quarter) -> str:
    return _("Quarter %(number)d/%(year)d") % {"number": quarter.number, "year": quarter.year}


def band_of(total: Figures, past: list[Any], formats: Formats, name: str) -> dict[str, Any]:
    """The numbers and the geometry (in percent of its width) of the bar."""
    off = usually_off(past)
    ends = span(total.expected, off)
    whole = max([total.won + total.open, total.quota or Decimal(0), *ends, Decimal(1)])

    def share(amount: Decimal) -> str:
        return f"{float(100 * amount / whole):.1f}"

    return {
        "name": name,
        "expected": _money(total.expected, formats),
        "won": _money(total.won, formats), "won_share": share(total.won),
        "weighted": _money(total.weighted, formats), "weighted_share": share(total.weighted),
        "weighted_at": share(total.won),
        "open": _money(total.open, formats), "open_at": share(total.won + total.weighted),
        "open_share": share(max(Decimal(0), total.open - total.weighted)),
        "goal": _money(total.quota, formats) if total.quota is not None else "",
        "goal_at": share(total.quota) if total.quota is not None else "",
        "low": _money(ends[0], formats) if ends else "", "high": _money(ends[1], formats) if ends else "",
        "low_at": share(ends[0]) if ends else "", "high_at": share(ends[1]) if ends else "",
        "past": len(past), "off": formats.percent(Decimal(round(off * 100))) if off is not None else "",
    }  # fmt: skip


def _shown(line: Figures, formats: Formats) -> dict[str, Any]:
    reached = ""
    if line.quota:
        reached = formats.percent(Decimal(round(100 * line.won / line.quota)))
    return {
        "label": line.label or _("Not stated"), "deals": line.deals, "reached": reached,
        "quota": _money(line.quota, formats) if line.quota is not None else "",
        "figures": [(name, _money(getattr(line, name), formats)) for name in COLUMNS],
    }  # fmt: skip


def _money(amount: Decimal, formats: Formats) -> str:
    return formats.money(Decimal(round(amount)), company().currency)


def _parsed(text: str, formats: Formats) -> Decimal | None:
    if not text.strip():
        return None
    try:
        number = formats.parse_number(text.strip())
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is not an amount.") % {"text": text[:30]}) from error
    if abs(number) >= Decimal(10) ** 14:
        raise ValidationError(_("“%(text)s” is not an amount.") % {"text": text[:30]})
    return number


def _address(quarter: Quarter, by: str) -> str:
    return "/forecast/?" + urlencode({"quarter": quarter.key, "by": by})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
