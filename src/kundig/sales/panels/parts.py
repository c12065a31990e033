"""What the page of a deal shows beside its fields: its way, its products, who decides, who else offers, who helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.catalog.enums import unit_words
from kundig.parties.queries import seen_by
from kundig.platform.composed import composed_once
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.records.rights import conceal
from kundig.sales.enums import DealStatus
from kundig.sales.models import BuyingCentreMember, Deal, DealCompetitor, DealLine, DealMember
from kundig.sales.panels.words import next_words, resting_words
from kundig.sales.queries import stages_of
from kundig.sales.queries.deals import lines_of_deal
from kundig.sales.queries.leads import description_of

MOST = 200
PRICES = ("unit_price", "discount", "net")


@dataclass(frozen=True)
class PartLine:
    """One part: its name (which may lead somewhere), what stands behind it, and a figure."""

    id: Any
    title: str
    href: str = ""
    note: str = ""
    figure: str = ""
    tone: str = ""


def way(
    request: HttpRequest, description: Description, record: Any, *, typed: Mapping[str, str] | None = None,
    error: str = "",
) -> str:  # fmt: skip
    """The stages with the one it stands in, what is to be ticked before the next one, and the next step."""
    deal: Deal = record
    user: Any = request.user
    formats, today = current_formats(), timezone.localdate()
    stages = stages_of(deal.pipeline_id)
    for stage in stages:
        if stage.pk == deal.stage_id:
            deal.stage = stage  # asked for below
    following = next((s for s in stages if s.position > deal.stage.position and not s.is_closed), None)
    checks = [(item, item in deal.checked) for item in (following.checklist if following else [])]
    known = description.fields_for(user)
    resting = resting_words(deal, known, on=today)
    context = {
        "deal": deal,
        "stages": [(stage, _state(stage, deal)) for stage in stages],
        "following": following,
        "checks": checks,
        "may_change": description.may(user, Action.CHANGE, deal),
        "resting": resting,
        "next": next_words(deal, known, formats, on=today) if deal.is_open else "",
        "today": today.isoformat(),
        "typed": typed or {},
        "error": error,
    }
    return render_to_string("sales/deals/_way.html", context, request=request)


def _state(stage: Any, deal: Deal) -> str:
    if stage.pk == deal.stage_id:
        return "now"
    is_behind = stage.position < deal.stage.position and not stage.is_closed
    return "done" if is_behind and deal.status != DealStatus.LOST else ""


def products(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    formats = current_formats()
    user: Any = request.user
    # The prices sum up to the amount: whoever may not read that may read none of them.
    described, may_sum = description_of("deal-lines"), description.may_read(user, description.fields["amount"])
    told = {name for name in PRICES if may_sum and described.may_read(user, described.fields[name])}
    shown = [_product(line, record.currency, formats, told) for line in lines_of_deal(record)[:MOST]]
    total = formats.money(record.amount, record.currency) if shown and record.amount is not None and may_sum else ""
    return _rendered(
        request, description, record, "products", shown, editor=editor, total=total, is_fixed=not record.is_open
    )


def _product(line: DealLine, currency: str, formats: Formats, told: set[str]) -> PartLine:
    words = {
        "quantity": formats.number(line.quantity.normalize() if line.quantity % 1 else int(line.quantity)),
        "unit": unit_words(line.unit, line.quantity),
    }
    note = f"{words['quantity']} {words['unit']}"
    if "unit_price" in told:
        price = formats.money(line.unit_price, currency)
        note = _("%(quantity)s %(unit)s at %(price)s") % {**words, "price": price}
    if line.discount and "discount" in told:
        note += ", " + _("less %(percent)s") % {"percent": formats.percent(line.discount)}
    href = f"/products/{line.product_id}/" if line.product_id else ""
    net = formats.money(line.net, currency) if "net" in told else ""
    return PartLine(line.pk, line.title or str(line.product or ""), href, note, net)


def centre(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    user: Any = request.user
    described = registry.for_model(BuyingCentreMember)
    tones = {"for": "good", "against": "bad"}
    lines = []
    for member in _people(seen_by(user, prefix="person__"), deal=record.pk):
        conceal(described, member, user)
        attitude = member.get_attitude_display() if member.attitude not in ("", "unknown") else ""
        note = ", ".join(filter(None, (member.get_role_display() if member.role else "", attitude, member.note)))
        lines.append(
            PartLine(
                member.pk, member.person.name, f"/persons/{member.person_id}/", note,
                tone=tones.get(member.attitude, ""),
            )
        )  # fmt: skip
    return _rendered(request, description, record, "buying-centre", lines, editor=editor)


def competitors(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    lines = [
        PartLine(one.pk, one.competitor.name, f"/competitors/{one.competitor_id}/", one.note)
        for one in _parts(DealCompetitor, "competitor", deal=record.pk)
    ]
    return _rendered(request, description, record, "competitors", lines, editor=editor)


def members(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    lines = [PartLine(one.pk, one.user.name, "", one.role) for one in _parts(DealMember, "user", deal=record.pk)]
    return _rendered(request, description, record, "members", lines, editor=editor)


@composed_once
def _people(seen: Q, *, deal: UUID) -> QuerySet[BuyingCentreMember]:
    found = BuyingCentreMember.objects.filter(seen, deal=deal).select_related("person")
    return found.order_by("created_at", "id")[:MOST]


@composed_once
def _parts(model: type[Model], related: str, *, deal: UUID) -> QuerySet[Any]:
    found = model._default_manager.filter(deal=deal).select_related(related)
    return found.order_by("created_at", "id")[:MOST]


TITLES: Mapping[str, Any] = {
    "products": gettext_lazy("Products and services"),
    "buying-centre": gettext_lazy("Who decides"),
    "competitors": gettext_lazy("Who else offers"),
    "members": gettext_lazy("Who works on it"),
}
EMPTY: Mapping[str, Any] = {
    "products": gettext_lazy("Nothing yet; with products the amount is their sum."),
    "buying-centre": gettext_lazy("Nobody is known yet who has a say in this."),
    "competitors": gettext_lazy("No competitor is known."),
    "members": gettext_lazy("Nobody but the owner."),
}


def _rendered(
    request: HttpRequest,
    description: Description,
    record: Any,
    key: str,
    lines: list[PartLine],
    *,
    is_fixed: bool = False,
    **further: Any,
) -> str:
    user: Any = request.user
    context = {
        "record": record,
        "key": key,
        "title": TITLES[key],
        "empty": EMPTY[key],
        "lines": lines,
        "may_change": description.may(user, Action.CHANGE, record) and not is_fixed,
        **further,
    }
    return render_to_string("sales/deals/_parts.html", context, request=request)


RENDER: Mapping[str, Callable[..., str]] = {
    "products": products, "buying-centre": centre, "competitors": competitors, "members": members,
}  # fmt: skip

PANELS = (
    Panel("way", gettext_lazy("Way to the order"), Deal, way, side="history", order=1),
    Panel("products", TITLES["products"], Deal, products, side="history", order=5),
    Panel("buying-centre", TITLES["buying-centre"], Deal, centre, side="business", order=10),
    Panel("competitors", TITLES["competitors"], Deal, competitors, side="business", order=20),
    Panel("members", TITLES["members"], Deal, members, side="business", order=30),
)
