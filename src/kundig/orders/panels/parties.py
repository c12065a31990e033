"""Orders, contracts and the installed base on the page of a customer; of an organisation those of its people, too."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy, pgettext_lazy

from kundig.accounts.enums import Action
from kundig.orders.models import Asset, Contract, Order
from kundig.orders.panels.documents import Linked
from kundig.parties.models import Party
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.sales.models import Deal, Quote

SHOWN = 6


def _panel(
    model: Any, title: Any, order_by: tuple[str, ...], line: Callable[[Any, Formats, Container[str]], Linked]
) -> Callable[[HttpRequest, Description, Any], str]:
    def render(request: HttpRequest, description: Description, record: Any) -> str:
        user: Any = request.user
        other = registry.for_model(model)
        if other is None or not other.may(user, Action.READ):
            return ""
        found = other.visible_to(user).filter(Q(party=record.pk) | Q(party__organisation=record.pk))
        rows = list(found.order_by(*order_by)[: SHOWN + 1])
        may_create = other.may(user, Action.CREATE)
        if not rows and not may_create:
            return ""
        formats, known = current_formats(), other.fields_for(user)
        context = {
            "title": title, "label": other.label, "rows": [line(each, formats, known) for each in rows[:SHOWN]],
            "new": f"{other.url()}new/?party={record.pk}" if may_create else "",
            "more": f"{other.url()}?party={record.pk}" if len(rows) > SHOWN else "",
        }  # fmt: skip
        return render_to_string("orders/orders/_party.html", context, request=request)

    return render


def _order(order: Order, formats: Formats, known: Container[str]) -> Linked:
    day = formats.date(order.ordered_on) if "ordered_on" in known else ""
    state = str(order.get_state_display()) if "state" in known else ""
    net = formats.money(order.net, order.currency) if "net" in known else ""
    return Linked(f"/orders/{order.pk}/", order.number, _noted(day, state), net)


def _contract(contract: Contract, formats: Formats, known: Container[str]) -> Linked:
    state = str(contract.get_state_display()) if "state" in known else ""
    day = formats.date(contract.ends_on) if contract.ends_on and "ends_on" in known else ""
    yearly = formats.money(contract.yearly, contract.currency) if "yearly" in known else ""
    return Linked(f"/contracts/{contract.pk}/", contract.title, _noted(state, day), yearly)


def _asset(asset: Asset, formats: Formats, known: Container[str]) -> Linked:
    parts = (("serial", asset.serial), ("place", asset.place), ("state", str(asset.get_state_display())))
    note = _noted(*(text for name, text in parts if name in known))
    day = formats.date(asset.maintenance_on) if asset.maintenance_on and "maintenance_on" in known else ""
    return Linked(f"/assets/{asset.pk}/", asset.name, note, day)


def _noted(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _came_of(column: str) -> Callable[[HttpRequest, Description, Any], str]:
    """The orders that a quote or a deal led to; nothing where there are none."""

    def render(request: HttpRequest, description: Description, record: Any) -> str:
        user: Any = request.user
        orders = registry.for_model(Order)
        if orders is None or not orders.may(user, Action.READ):
            return ""
        formats, known = current_formats(), orders.fields_for(user)
        rows = [
            _order(each, formats, known)
            for each in orders.visible_to(user).filter(**{column: record.pk}).order_by("-ordered_on", "-id")[:SHOWN]
        ]
        context = {"title": ORDERS, "rows": rows}
        return render_to_string("orders/orders/_party.html", context, request=request) if rows else ""

    return render


ORDERS = pgettext_lazy("panel", "Orders")
CONTRACTS = pgettext_lazy("panel", "Contracts")
ASSETS = gettext_lazy("Installed base")
PANELS = (
    Panel("orders", ORDERS, Party, _panel(Order, ORDERS, ("-ordered_on", "-id"), _order), side="business", order=40,
          lazy=True, live="orders"),
    Panel("orders-of-deal", ORDERS, Deal, _came_of("deal"), side="business", order=40, lazy=True,
          live="orders-of"),
    Panel("orders-of-quote", ORDERS, Quote, _came_of("quote"), side="business", order=5, lazy=True,
          live="orders-of"),
    Panel("contracts", CONTRACTS, Party, _panel(Contract, CONTRACTS, ("ends_on", "id"), _contract), side="business",
          order=45, lazy=True, live="contracts"),
    Panel("assets", ASSETS, Party, _panel(Asset, ASSETS, ("name_key", "id"), _asset), side="business", order=50,
          lazy=True, live="assets"),
)  # fmt: skip
