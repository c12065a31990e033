"""What the sample's customers have ordered in three years, with contracts and machines that stand there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from kundig.accounts.models import User
from kundig.catalog.queries import line_net, to_cents
from kundig.platform.ids import uuid7
from kundig.web.sample.tables import OWN, SHARE, Staff

MOST = 1000
"""Customers with orders: as much as lists and reports need to look like a house at work."""
YEARS = 3
GOODS = (
    ("Schraubenkompressor WD 22-V", 14_900, 9_600), ("Kältetrockner KT 120", 3_480, 2_150),
    ("Druckluftbehälter 500 l", 1_290, 760), ("Feinfilter FF 40", 148, 61), ("Wartungssatz 4.000 h", 396, 182),
    ("Öl-Wasser-Trenner", 845, 430), ("Schalldämpfer 1/2 Zoll", 18.4, 7.2), ("Ansaugfilter", 62.5, 24),
    ("Verdichteröl VDL 46, 20 l", 174, 96), ("Kondensatableiter elektronisch", 229, 118),
    ("Wärmerückgewinnung WRG 22", 5_640, 3_380), ("Leckage-Messgerät", 980, 610),
)  # fmt: skip
MACHINES = 2
"""The first of them stand in the installed base."""
CHANNELS = ("sales", "sales", "phone", "mail", "shop", "fair")
ADDED = dt.timedelta(days=1)
NOTICE = 3
"""Months."""
TAX = Decimal(19)
TERM = dt.timedelta(days=14)
PAID = 0.97
"""How many of those whose day is past have paid."""


def ordered(
    organisations: Sequence[UUID], owners: Sequence[int], staff: Staff, *, by: User | None, currency: str,
    products: Mapping[str, UUID] | None = None,
) -> dict[str, list[Any]]:  # fmt: skip
    """Orders, contracts and assets of the first of these organisations, as `orders.actions.bring_in` takes them.
    `products` are those of the catalog by their names."""
    rng = np.random.default_rng(1996)
    today = timezone.localdate()
    known = products or {}
    found: dict[str, list[Any]] = {"orders": [], "contracts": [], "assets": []}
    for number in range(min(len(organisations), MOST)):
        place = owners[number]
        if place < 0:
            continue
        person = by.pk if by is not None and number % SHARE == 0 and number < SHARE * OWN else staff.owners[place]
        who = {"party_id": organisations[number], "owner_id": person, "team_id": staff.teams[place]}
        for day in _days(rng, today):
            found["orders"].append(_order(rng, who, day, today, currency, len(found["orders"]), known))
        if number % 4 == 0:
            found["assets"].append(_asset(rng, who, today, len(found["assets"]), known))
        if number % 5 == 0:
            found["contracts"].append(_contract(rng, who, today, currency, len(found["contracts"])))
    return found


def more_orders(
    customers: Sequence[tuple[UUID, UUID | None, UUID | None]], *, after: int, seed: Sequence[int], currency: str,
    products: Mapping[str, UUID],
) -> dict[str, list[Any]]:  # fmt: skip
    """Further orders of these customers (each with who looks after them, and the team), the first of them the one
    `after` so many others; and the invoices of what was delivered, of which most have been paid."""
    rng = np.random.default_rng(seed)
    today = timezone.localdate()
    found: dict[str, list[Any]] = {"orders": [], "invoices": [], "payments": []}
    for party, owner, team in customers:
        who = {"party_id": party, "owner_id": owner, "team_id": team}
        for day in _days(rng, today):
            order, lines = _order(rng, who, day, today, currency, after + len(found["orders"]), products)
            order["id"] = uuid7()
            lines = [{"id": uuid7(), **line} for line in lines]
            found["orders"].append((order, lines))
            if "delivered_on" in order:
                _charge(found, order, lines, today, is_paid=rng.random() < PAID)
    return found


def _charge(
    found: dict[str, list[Any]], order: dict[str, Any], lines: list[dict[str, Any]], today: dt.date, *, is_paid: bool
) -> None:
    net = sum((line_net(line["quantity"], line["unit_price"], line["discount"]) for line in lines), Decimal(0))
    tax = to_cents(net * TAX / 100)
    issued, key = order["delivered_on"] + ADDED, uuid7()
    due = issued + TERM
    is_paid = is_paid and due < today
    invoice = {
        "id": key, "number": f"R{order['number'][1:]}", "state": "paid" if is_paid else "open",
        "order_id": order["id"],
        "issued_on": issued, "due_on": due, "delivered_on": order["delivered_on"], "payment_days": TERM.days,
        "net": net, "tax": tax, "gross": net + tax, "settled": net + tax if is_paid else Decimal(0),
        "balance": Decimal(0) if is_paid else net + tax, "language": "de",
        "references": {"order": order["number"], "contract": ""},
        "tax_sums": [{"category": "S", "percent": str(TAX), "base": str(net), "tax": str(tax), "reason": ""}],
        **{name: order[name] for name in ("party_id", "owner_id", "team_id", "currency")},
    }  # fmt: skip
    same = ("title", "product_id", "quantity", "unit_price", "discount", "tax_category", "tax_percent")
    charged = [{"order_line_id": line["id"], **{name: line[name] for name in same}} for line in lines]
    found["invoices"].append((invoice, charged))
    if is_paid:
        found["payments"].append({"invoice_id": key, "paid_on": due - ADDED, "amount": net + tax})


def _days(rng: Any, today: dt.date) -> Iterator[dt.date]:
    """When a customer has ordered: some do every month, most every few, and some have stopped."""
    gap, ends = float(rng.choice((30, 60, 90, 150, 240))), int(rng.choice((0, 0, 0, 0, 200, 400)))
    day = today - dt.timedelta(days=YEARS * 365 - int(rng.integers(0, 200)))
    while day < today - dt.timedelta(days=ends):
        yield day
        day += dt.timedelta(days=max(3, int(rng.normal(gap, gap * 0.15))))


def _order(
    rng: Any, who: dict[str, Any], day: dt.date, today: dt.date, currency: str, number: int,
    products: Mapping[str, UUID],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # fmt: skip
    age = (today - day).days
    values: dict[str, Any] = {
        "number": f"B-{100_001 + number}", "ordered_on": day, "currency": currency,
        "requested_on": day + dt.timedelta(days=14), "channel": str(rng.choice(CHANNELS)), **who,
    }  # fmt: skip
    is_whole = age > 20
    if age > 2:
        values |= {"state": "confirmed", "confirmed_on": day + ADDED}
    if is_whole:
        sent = day + dt.timedelta(days=int(rng.integers(2, 16)))
        values |= {"state": "delivered", "begun_on": sent, "delivered_on": sent}
    if age > 60:
        values |= {"state": "completed", "completed_on": values["delivered_on"] + ADDED}
    lines = []
    for at in rng.choice(len(GOODS), size=int(rng.integers(1, 4)), replace=False):
        title, price, cost = GOODS[int(at)]
        quantity = Decimal(int(rng.integers(1, 3 if price > 1000 else 12)))
        lines.append({
            "title": title, "product_id": products.get(title), "quantity": quantity,
            "unit_price": Decimal(str(price)), "unit_cost": Decimal(str(cost)),
            "discount": Decimal(int(rng.choice((0, 0, 0, 5, 10)))), "tax_category": "S", "tax_percent": TAX,
            "delivered": quantity if is_whole else Decimal(0),
        })  # fmt: skip
    return values, lines


def _asset(rng: Any, who: dict[str, Any], today: dt.date, number: int, products: Mapping[str, UUID]) -> dict[str, Any]:
    installed = today - dt.timedelta(days=int(rng.integers(30, 1000)))
    name = GOODS[int(rng.integers(0, MACHINES))][0]
    return {
        "number": f"M-{1001 + number}", "name": name, "product_id": products.get(name),
        "serial": f"WD{26_000 + number}",
        "place": str(rng.choice(("Halle 1", "Kompressorraum", "Werk 2", "Technikzentrale"))), "installed_on": installed,
        "warranty_until": installed + dt.timedelta(days=730), "maintenance_every": 12,
        "maintenance_on": today + dt.timedelta(days=int(rng.integers(-20, 300))), **who,
    }  # fmt: skip


def _contract(
    rng: Any, who: dict[str, Any], today: dt.date, currency: str, number: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One that has run for some months of the year for which it renews itself, from the first of a month."""
    after = (today + dt.timedelta(days=int(rng.integers(125, 340)))).replace(day=1)
    starts, ends = after.replace(year=after.year - 1), after - ADDED
    months = after.year * 12 + after.month - 1 - NOTICE
    notice_by = dt.date(months // 12, months % 12 + 1, 1) - ADDED
    price = Decimal(int(rng.integers(4, 30)) * 20)
    values = {
        "number": f"WV-{1001 + number}", "title": "Wartungsvertrag Druckluft", "kind": "maintenance",
        "starts_on": starts, "term_months": 12, "renewal_months": 12, "notice_months": NOTICE, "ends_on": ends,
        "notice_by": notice_by, "state": "running", "currency": currency, "yearly": price * 12, **who,
    }  # fmt: skip
    line = {"title": "Wartung und Bereitschaft", "unit_price": price, "tax_category": "S", "tax_percent": Decimal(19)}
    return values, [line]
