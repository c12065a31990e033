"""Revenue, discounts, returns, cost and contribution margin by whatever one asks for.

Revenue counts on the day of the order, net, and never of a cancelled one; what was credited for returns lessens it on
the day it was decided. Only orders that the reader may see count, and only those in the currency asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf, Round
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.models import Product, ProductCategory
from kundig.orders.enums import Channel, OrderState
from kundig.orders.models import Order, OrderLine, ReturnLine
from kundig.parties.models import Party
from kundig.platform.countries import name_of
from kundig.records import registry

NOTHING = Decimal("0.00")
MOST = 500


@dataclass(frozen=True)
class Dimension:
    """Something that revenue is told by: the query path from an order, or from a position of it, to what it is."""

    key: str
    label: Any
    path: str
    of_lines: bool = False
    model: Any = None
    """Of the records that it is, whose names are told."""
    resource: str = ""
    """Whose pages the lines lead to."""


DIMENSIONS: Mapping[str, Dimension] = {
    each.key: each
    for each in (
        Dimension("customer", _("Customer"), "party", model=Party),
        Dimension("product", _("Product"), "product", of_lines=True, model=Product, resource="products"),
        Dimension(
            "category", _("Category"), "product__category", of_lines=True, model=ProductCategory,
            resource="product-categories",
        ),
        Dimension("channel", _("Sales channel"), "channel"),
        Dimension("employee", _("Handled by"), "owner", model=User),
        Dimension("region", pgettext_lazy("report", "Region"), "region_told"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Worth:
    """A line of the report. `margin` is that of positions whose cost is known, less credits; None where none is."""

    key: Any
    name: str
    orders: int = 0
    revenue: Decimal = NOTHING
    discounts: Decimal = NOTHING
    credits: Decimal = NOTHING
    cost: Decimal | None = None
    margin: Decimal | None = None

    @property
    def margin_percent(self) -> Decimal | None:
        if self.margin is None or not self.revenue:
            return None
        return (self.margin * 100 / self.revenue).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Report:
    """The lines with most revenue first, and the sum of all, also of those that are not shown."""

    lines: list[Worth]
    total: Worth
    is_cut: bool
    others: list[str]
    """Further currencies in which something was ordered in this time."""


def worth_by(dimension: Dimension, *, since: dt.date, until: dt.date, currency: str, by: User) -> Report:
    """What was sold from `since` to `until`, told by `dimension`."""
    orders = _orders(by)
    in_currency = Q(currency=currency) | (Q(currency="") if currency == company().currency else Q(pk__in=()))
    counted = orders.filter(in_currency)
    sold = counted.filter(ordered_on__range=(since, until))
    lines = _sold_lines(dimension, sold) if dimension.of_lines else _sold(dimension, sold)
    for key, credit, costed in _credited(dimension, counted, since, until):
        line = lines.get(key) or Worth(key, "")
        margin = None if line.margin is None else line.margin - (costed or NOTHING)
        lines[key] = replace(line, credits=credit, revenue=line.revenue - credit, margin=margin)
    ordered = sorted(lines.values(), key=lambda line: (-line.revenue, str(line.key)))
    how_many = sold.count() if dimension.of_lines else sum(line.orders for line in ordered)
    others = orders.filter(ordered_on__range=(since, until)).exclude(in_currency)
    return Report(
        _named(dimension, ordered[:MOST]), _total(ordered, how_many), len(ordered) > MOST,
        sorted(set(others.order_by().values_list("currency", flat=True).distinct()) - {""}),
    )  # fmt: skip


def _orders(by: User) -> QuerySet[Order]:
    description = registry.for_model(Order)
    assert description is not None, "orders are described"
    return description.visible_to(by).exclude(state=OrderState.CANCELLED)


def _sold(dimension: Dimension, orders: QuerySet[Order]) -> dict[Any, Worth]:
    """Of what an order is. Its sums stand on it; only discounts are added up of its positions, of those with one."""
    orders = _regional(orders, "") if dimension.path == "region_told" else orders
    path, lines = f"order__{dimension.path}", OrderLine.objects.filter(order__in=orders.order_by().values("pk"))
    if dimension.path == "region_told":
        path, lines = dimension.path, _regional(lines, "order__")
    full = Round(F("quantity") * F("unit_price"), 2)
    discounts = dict(lines.filter(discount__gt=0).order_by().values_list(path).annotate(less=Sum(full - F("net"))))
    rows = orders.order_by().values_list(dimension.path).annotate(
        n=Count("pk"), revenue=Sum("net"), spent=Sum("cost"), of_costed=Sum("costed")
    )  # fmt: skip
    return {
        key: _worth(key, n, revenue, discounts.get(key) or NOTHING, spent, costed)
        for key, n, revenue, spent, costed in rows
    }


def _sold_lines(dimension: Dimension, orders: QuerySet[Order]) -> dict[Any, Worth]:
    """Of what a position is."""
    full = Round(F("quantity") * F("unit_price"), 2)
    rows = OrderLine.objects.filter(order__in=orders.order_by().values("pk")).order_by().values_list(
        dimension.path
    ).annotate(
        n=Count("order", distinct=True), revenue=Sum("net"), less=Sum(full - F("net")),
        spent=Sum(Round(F("quantity") * F("unit_cost"), 2)), of_costed=Sum("net", filter=Q(unit_cost__isnull=False)),
    )  # fmt: skip
    return {key: _worth(key, *figures) for key, *figures in rows}


def _worth(
    key: Any, orders: int, revenue: Decimal, discounts: Decimal, cost: Decimal | None, costed: Decimal | None
) -> Worth:
    margin = None if costed is None else costed - (cost or NOTHING)
    return Worth(key, "", orders, revenue, discounts, NOTHING, cost, margin)


def _credited(
    dimension: Dimension, orders: QuerySet[Order], since: dt.date, until: dt.date
) -> list[tuple[Any, Decimal, Decimal | None]]:
    """By key: what was credited, and what of it for positions with a cost."""
    rows = ReturnLine.objects.filter(
        credit__isnull=False, return_to__decided_on__range=(since, until), return_to__order__in=orders.values("pk")
    )
    path = f"order_line__{dimension.path}" if dimension.of_lines else f"order_line__order__{dimension.path}"
    if dimension.path == "region_told":
        path, rows = dimension.path, _regional(rows, "order_line__order__")
    sums = {"sum": Sum("credit"), "of_costed": Sum("credit", filter=Q(order_line__unit_cost__isnull=False))}
    return list(rows.order_by().values_list(path).annotate(**sums))


def _regional(rows: QuerySet, prefix: str) -> QuerySet:
    """With the region of the order; where it names none, the country of the customer."""
    region = Coalesce(NullIf(F(f"{prefix}region"), Value("")), F(f"{prefix}party__country"))
    return rows.annotate(region_told=region)


def _named(dimension: Dimension, lines: list[Worth]) -> list[Worth]:
    """Those that are shown with their names, of equal revenue in their order."""
    names: Mapping[Any, str] = {}
    if dimension.model is not None:
        keys = [line.key for line in lines if line.key]
        names = dict(dimension.model.objects.filter(pk__in=keys).values_list("pk", "name"))
    elif dimension.key == "channel":
        names = {key: str(label) for key, label in Channel.choices}
    else:
        names = {line.key: _region(line.key) for line in lines}
    told = [replace(line, name=names.get(line.key) or "") for line in lines]
    return sorted(told, key=lambda line: (-line.revenue, line.name))


def _region(key: str | None) -> str:
    return name_of(key, get_language() or "en") if key and len(key) == 2 and key.isupper() else key or ""


def _total(lines: list[Worth], orders: int) -> Worth:
    margins = [line.margin for line in lines if line.margin is not None]
    costs = [line.cost for line in lines if line.cost is not None]
    return Worth(
        None, "", orders, sum((line.revenue for line in lines), NOTHING),
        sum((line.discounts for line in lines), NOTHING), sum((line.credits for line in lines), NOTHING),
        sum(costs, NOTHING) if costs else None, sum(margins, NOTHING) if margins else None,
    )  # fmt: skip
