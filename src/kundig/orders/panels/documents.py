"""On the pages of orders, deliveries, returns, contracts, assets and protocols: positions, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.catalog.enums import unit_words
from kundig.catalog.queries import totals
from kundig.orders.enums import OrderState
from kundig.orders.models import Asset, Contract, Delivery, Order, Protocol, Return
from kundig.orders.panels.steps import DEEDS
from kundig.orders.queries.amounts import exact, may_read_amounts
from kundig.orders.queries.billing import positions_of
from kundig.platform.composed import composed_once
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel

COLUMNS = "".join(f"&columns={name}" for name in "title number quantity unit_price discount net".split())
"""What stands in the table of positions that is typed and pasted into."""


@dataclass(frozen=True)
class Linked:
    """A document that belongs to this one: where it is, in a few words, and how it stands."""

    url: str
    title: str
    note: str
    end: str = ""


def order(request: HttpRequest, description: Description, record: Order) -> str:
    """Positions with what was delivered and came back, what they come to, deliveries, returns, protocols."""
    formats, currency = current_formats(), record.currency
    lines = positions_of(record)
    sums = totals(lines)
    is_told = may_read_amounts(request.user, "orders")  # type: ignore[arg-type]
    may_change = description.may(request.user, Action.CHANGE, record)  # type: ignore[arg-type]
    context = _shared(request, description, record) | {
        "may_add": may_change and record.state in (OrderState.PLACED, OrderState.CONFIRMED, OrderState.PARTLY),
        "may_edit": may_change and record.state == OrderState.PLACED,
        "lines": [
            {
                "id": each.pk, "title": each.title, "text": each.text,
                "quantity": f"{formats.number(each.quantity)} {unit_words(each.unit, each.quantity)}",
                "delivered": formats.number(each.delivered) if each.delivered else "",
                "returned": formats.number(each.returned) if each.returned else "",
                "price": exact(each.unit_price, formats, currency) if is_told else "",
                "discount": formats.percent(each.discount) if each.discount and is_told else "",
                "net": exact(each.net, formats, currency) if is_told else "",
            }
            for each in lines
        ],
        "is_told": is_told, "grid": COLUMNS,
        "net": exact(sums.net, formats, currency), "gross": exact(sums.gross, formats, currency),
        "taxes": [
            (formats.percent(each.percent), each.category, exact(each.tax, formats, currency)) for each in sums.by_rate
        ],
        "deliveries": [
            Linked(f"/deliveries/{each.pk}/", each.number, " ".join(filter(None, (each.carrier, each.tracking))),
                   formats.date(each.shipped_on))
            for each in _belonging(Delivery, ("shipped_on", "number_key"), order=record.pk)
        ],
        "returns": [
            Linked(f"/returns/{each.pk}/", each.number, str(each.get_reason_display()), str(each.get_state_display()))
            for each in _belonging(Return, ("announced_on", "number_key"), order=record.pk)
        ],
        "protocols": _protocols(record, formats),
    }  # fmt: skip
    return render_to_string("orders/orders/_order.html", context, request=request)


@composed_once
def _belonging(model: type[Model], order_by: tuple[str, ...], *, order: UUID) -> QuerySet[Any]:
    return model._default_manager.filter(order=order).order_by(*order_by)


def delivery(request: HttpRequest, description: Description, record: Delivery) -> str:
    """What is in a delivery."""
    formats = current_formats()
    rows = record.lines.select_related("order_line").order_by("order_line__position", "id")
    context = _shared(request, description, record) | {
        "rows": [
            Linked(f"/order-lines/{each.order_line_id}/", each.order_line.title, ", ".join(each.serials.splitlines()),
                   f"{formats.number(each.quantity)} {unit_words(each.order_line.unit, each.quantity)}")
            for each in rows
        ],
    }  # fmt: skip
    return render_to_string("orders/orders/_rows.html", context, request=request)


def came_back(request: HttpRequest, description: Description, record: Return) -> str:
    """What came back, and what becomes of it."""
    formats, currency = current_formats(), record.order.currency
    rows = record.lines.select_related("order_line").order_by("id")
    lines: Any = registry.get("return-lines")
    tells_credit = "credit" in lines.fields_for(request.user)
    context = _shared(request, description, record) | {
        "rows": [
            Linked(f"/order-lines/{each.order_line_id}/", each.order_line.title,
                   " · ".join(filter(None, (
                       each.condition, str(each.get_decision_display()) if each.decision else "",
                       exact(each.credit, formats, currency) if each.credit is not None and tells_credit else "",
                   ))),
                   f"{formats.number(each.quantity)} {unit_words(each.order_line.unit, each.quantity)}")
            for each in rows
        ],
        "further": [
            Linked(f"/deliveries/{each.pk}/", each.number, str(each.get_kind_display()), formats.date(each.shipped_on))
            for each in record.deliveries.order_by("shipped_on")
        ],
    }  # fmt: skip
    return render_to_string("orders/orders/_rows.html", context, request=request)


def contract(request: HttpRequest, description: Description, record: Contract) -> str:
    """Positions of a contract with their prices, the former ones too; assets it covers."""
    formats, currency = current_formats(), record.currency
    is_told = may_read_amounts(request.user, "contracts")  # type: ignore[arg-type]
    rows = []
    for each in record.lines.order_by("position", "valid_from", "id"):
        price, net = exact(each.unit_price, formats, currency), exact(each.net, formats, currency)
        note = " · ".join(filter(None, (
            f"{formats.number(each.quantity)} × {price}" if is_told else formats.number(each.quantity),
            f"{formats.date(each.valid_from)} –" if each.valid_from else "",
            f"– {formats.date(each.valid_until)}" if each.valid_until else "", each.reason,
        )))  # fmt: skip
        rows.append(Linked(f"/contract-lines/{each.pk}/", each.title, note, net if is_told else ""))
    may_change = description.may(request.user, Action.CHANGE, record)  # type: ignore[arg-type]
    context = _shared(request, description, record) | {
        "rows": rows, "new": f"/contract-lines/new/?contract={record.pk}" if may_change else "",
        "further": [
            Linked(f"/assets/{each.pk}/", each.name, each.serial, each.place) for each in record.assets.all()[:20]
        ],
    }  # fmt: skip
    return render_to_string("orders/orders/_rows.html", context, request=request)


def asset(request: HttpRequest, description: Description, record: Asset) -> str:
    """The technical profile of an asset, its parts, and what was done to it."""
    formats = current_formats()
    may_change = description.may(request.user, Action.CHANGE, record)  # type: ignore[arg-type]
    context = _shared(request, description, record) | {
        "may_change": may_change,
        "properties": [
            Linked(f"/asset-properties/{each.pk}/", each.name, "", f"{each.value} {each.unit}".strip())
            for each in record.properties.order_by("name")
        ],
        "parts": [
            Linked(f"/assets/{each.pk}/", each.name, each.serial, str(each.get_state_display()))
            for each in record.parts.order_by("name_key")
        ],
        "services": [
            Linked(f"/services/{each.pk}/", str(each.get_kind_display()), each.text.partition("\n")[0],
                   formats.date(each.done_on))
            for each in record.services.order_by("-done_on", "-id")[:20]
        ],
        "protocols": _protocols(record, formats),
    }  # fmt: skip
    return render_to_string("orders/orders/_asset.html", context, request=request)


def protocol(request: HttpRequest, description: Description, record: Protocol) -> str:
    """What a protocol waits for."""
    return render_to_string("orders/orders/_rows.html", _shared(request, description, record), request=request)


def _shared(request: HttpRequest, description: Description, record: Any) -> dict[str, Any]:
    user: Any = request.user
    deeds = []
    if description.may(user, Action.CHANGE, record):
        deeds = [deed for deed in DEEDS[type(record)] if deed.fits(record)]
    has_paper = isinstance(record, Delivery | Protocol) or (
        isinstance(record, Order) and may_read_amounts(user, "orders")
    )
    return {
        "record": record, "deeds": deeds, "steps": f"{description.url(record.pk)}steps/",
        "paper": f"{description.url(record.pk)}paper/" if has_paper else "",
    }  # fmt: skip


def _protocols(record: Any, formats: Formats) -> list[Linked]:
    return [
        Linked(f"/protocols/{each.pk}/", each.number, str(each.get_kind_display()),
               formats.date(each.done_on) if each.done_on else "")
        for each in record.protocols.order_by("number_key")
    ]  # fmt: skip


PANELS = (
    Panel("positions", gettext_lazy("Positions"), Order, order, side="history", order=5),  # type: ignore[arg-type]
    Panel("positions", gettext_lazy("Positions"), Delivery, delivery, side="history", order=5),  # type: ignore[arg-type]
    Panel("positions", gettext_lazy("Positions"), Return, came_back, side="history", order=5),  # type: ignore[arg-type]
    Panel("positions", gettext_lazy("Positions"), Contract, contract, side="history", order=5),  # type: ignore[arg-type]
    Panel("profile", gettext_lazy("Profile and history"), Asset, asset, side="history", order=5),  # type: ignore[arg-type]
    Panel("steps", gettext_lazy("Next step"), Protocol, protocol, side="history", order=5),  # type: ignore[arg-type]
)
