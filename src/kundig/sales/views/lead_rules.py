"""The settings page on which administrators say what leads are worth, who gets them, and how fast they are answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kundig.accounts.models import Team, User
from kundig.sales.actions.lead_rules import set_response_target, set_route_rules, set_score_rules
from kundig.sales.enums.leads import Turn
from kundig.sales.models.forms import LeadForm
from kundig.sales.models.leads import RouteRule, ScoreRule
from kundig.sales.models.mailboxes import Mailbox
from kundig.sales.queries.leads import response_target

SCORE_FIELDS = ("name", "condition", "points")
ROUTE_FIELDS = ("name", "condition", "turn", "who")


@require_http_methods(["GET", "HEAD", "POST"])
def lead_rules(request: HttpRequest) -> HttpResponse:
    """GET shows the rules with empty lines for more; POST keeps those of the part that was sent."""
    user: Any = request.user
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    what, errors = request.POST.get("what", ""), {}
    if request.method == "POST":
        try:
            message = _saved(what, request.POST, by=user)
        except ValidationError as problem:
            errors = {name: texts[0] for name, texts in problem.message_dict.items()}
        else:
            messages.success(request, message)
            return redirect("sales:lead_rules")
    return render(request, "sales/leads/rules.html", _context(request, what, errors), status=422 if errors else 200)


def _saved(what: str, data: QueryDict, *, by: User) -> str:
    if what == "scores":
        count = set_score_rules(_lines(data, SCORE_FIELDS), by=by)
        return ngettext(
            "Saved. %(count)d open lead has another score now.", "Saved. %(count)d open leads have another score now.",
            count,
        ) % {"count": count}  # fmt: skip
    if what == "usual":
        count = set_score_rules([*map(_line_of_score, ScoreRule.objects.all()), *usual_rules()], by=by)
    elif what == "routes":
        set_route_rules(_lines(data, ROUTE_FIELDS), by=by)
    elif what == "target":
        names = ("hours", "opens_at", "closes_at")
        set_response_target(**{name: data.get(name, "") for name in names}, by=by)
    else:
        raise PermissionDenied(_("This cannot be saved here."))
    return _("Saved.")


def usual_rules() -> list[dict[str, str]]:
    """What most houses begin with, in the language of the reader."""
    rules = (
        (_("Asks for something particular"), "interest is not empty", "20"),
        (_("A company is known"), "party.employees is not empty or person is not empty", "15"),
        (_("Has more than 50 employees"), "party.employees > 50", "20"),
        (_("Can be called"), "party.phone is not empty or party.mobile is not empty", "10"),
        (_("Is a customer already"), "party.lifecycle = customer", "30"),
        (_("Decides about purchases"), 'person.function contains "Einkauf" or person.function contains "Leiter"', "15"),
        (_("Can neither be called nor written to"), "party.mail is empty and party.phone is empty", "-20"),
    )
    return [dict(zip(SCORE_FIELDS, rule, strict=True)) for rule in rules]


def _lines(data: QueryDict, names: tuple[str, ...]) -> list[dict[str, str]]:
    columns = [data.getlist(name)[:100] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=False)]


def _line_of_score(rule: ScoreRule) -> dict[str, str]:
    return {"name": rule.name, "condition": rule.condition, "points": str(rule.points)}


def _line_of_route(rule: RouteRule) -> dict[str, str]:
    who = rule.person_id if rule.turn == Turn.PERSON else rule.team_id
    return {"name": rule.name, "condition": rule.condition, "turn": rule.turn, "who": str(who or "")}


def _context(request: HttpRequest, what: str, errors: dict[str, str]) -> dict[str, Any]:
    scores = _lines(request.POST, SCORE_FIELDS) if what == "scores" else [*map(_line_of_score, ScoreRule.objects.all())]
    routes = _lines(request.POST, ROUTE_FIELDS) if what == "routes" else [*map(_line_of_route, RouteRule.objects.all())]
    target = response_target()
    shown = {
        "hours": f"{target.minutes / 60:g}", "opens_at": f"{target.opens_at:%H:%M}",
        "closes_at": f"{target.closes_at:%H:%M}",
    }  # fmt: skip
    if what == "target":
        shown = {name: request.POST.get(name, "") for name in shown}
    return {
        "scores": _with_errors(scores, SCORE_FIELDS, errors if what == "scores" else {}),
        "routes": _with_errors(routes, ROUTE_FIELDS, errors if what == "routes" else {}),
        "target": shown,
        "errors": errors if what == "target" else {},
        "turns": Turn.choices,
        "people": [(str(user.pk), user.name) for user in User.objects.active().order_by("name")],
        "teams": [(str(team.pk), team.name) for team in Team.objects.all()],
        "forms": LeadForm.objects.order_by("name"),
        "mailboxes": Mailbox.objects.annotate(kept=Count("mails", filter=~Q(mails__problem=""))),
        "offers_usual": not scores,
    }


def _with_errors(lines: list[dict[str, str]], names: tuple[str, ...], errors: dict[str, str]) -> list[dict[str, Any]]:
    """The lines as the template writes them, with an empty one behind, unless there is one."""
    if not lines or any(lines[-1].get(name) for name in ("name", "condition")):
        lines = [*lines, dict.fromkeys(names, "")]
    return [
        {**line, "errors": {name: errors[f"{number}.{name}"] for name in names if f"{number}.{name}" in errors}}
        for number, line in enumerate(lines)
    ]
