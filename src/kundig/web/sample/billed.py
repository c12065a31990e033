"""What the sample's customers have been charged: most of it paid, some of it open, some of it late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from kundig.accounts.models import User
from kundig.orders.actions.bringing_invoices import Bill
from kundig.orders.models import Order

WINDOWS = {"fresh": (1, 24, 30, 7), "late": (25, 60, 14, 4), "old": (61, 300, 30, 20)}
"""By how it stands with them: delivered how many days ago, how long they have to pay, and how many of them."""
ALL, HALF = Decimal(1), Decimal("0.5")


def billed(*, by: User | None) -> list[Bill]:
    """Invoices of orders of the sample, as `orders.actions.bring_in_invoices` takes them; those of `by` come first."""
    today = timezone.localdate()
    found: list[Bill] = []
    for kind, (latest, earliest, to_pay, count) in WINDOWS.items():
        orders = _delivered(today - dt.timedelta(days=earliest), today - dt.timedelta(days=latest), by)[:count]
        found += [_bill(kind, place, order, to_pay, today) for place, order in enumerate(orders)]
    found.sort(key=lambda bill: (bill.issued_on, bill.order.number))
    return list(_numbered(found))


def _delivered(since: dt.date, until: dt.date, by: User | None) -> list[Order]:
    rows = Order.objects.filter(number__startswith="B-", delivered_on__range=(since, until))
    own = Case(When(Q(owner=by), then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(rows.order_by(own, "-delivered_on", "number_key", "id")[:20])


def _bill(kind: str, place: int, order: Order, to_pay: int, today: dt.date) -> Bill:
    assert order.delivered_on is not None, "only what was delivered is asked for"
    issued_on = min(order.delivered_on + dt.timedelta(days=1), today)
    bill = Bill(order, "", issued_on, to_pay)
    if kind == "old":
        return replace(bill, paid=((issued_on + dt.timedelta(days=5 + place % 11), ALL),))
    if kind == "late":
        due_on = issued_on + dt.timedelta(days=to_pay)
        return replace(bill, reminded_on=min(due_on + dt.timedelta(days=8), today)) if place == 0 else bill
    if place == 0:
        return replace(bill, paid=((today, HALF),))
    return replace(bill, credited_on=today) if place == 1 else bill


def _numbered(bills: list[Bill]) -> Iterator[Bill]:
    for place, bill in enumerate(bills, start=1):
        yield replace(
            bill, number=f"RB-{10_000 + place}", reminder=f"MB-{1000 + place}" if bill.reminded_on else "",
            credit=f"GB-{1000 + place}" if bill.credited_on else "",
        )  # fmt: skip
