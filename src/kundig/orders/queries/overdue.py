"""Customers who owe us money for longer than agreed, on the day of whoever looks after them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Sum
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.orders.models import Invoice
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.timeline.protocol import DayItem, DaySource

MOST = 20
PATIENCE = 3
"""Days after which a call is worth it: until then the payment is often on its way."""


def overdue_of(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """One item for each customer, with what is overdue."""
    description: Any = registry.for_model(Invoice)
    if not description.may_read(user, description.fields["balance"]):
        return []
    rows = (
        description.visible_to(user)
        .overdue(on=on - dt.timedelta(days=PATIENCE - 1))
        .filter(party__owner_id__in=owners, currency=company().currency, balance__gt=0)
        .order_by()
        .values("party_id")
        .annotate(sum=Sum("balance"), count=Count("pk"), since=Min("due_on"))
        .order_by("-sum", "party_id")[:MOST]
    )
    return [_item(row, on) for row in rows]


def _item(row: dict[str, Any], on: dt.date) -> DayItem:
    days = (on - row["since"]).days
    words = ngettext(
        "%(amount)s is overdue, %(count)d invoice, for %(days)d days",
        "%(amount)s is overdue, %(count)d invoices, for up to %(days)d days",
        row["count"],
    ) % {
        "amount": current_formats().money(row["sum"], company().currency), "count": row["count"], "days": days,
    }  # fmt: skip
    return DayItem(
        row["party_id"], words, urgency=1.0 + min(days, 30) / 30, worth=row["sum"], channel="call",
        href=f"/invoices/?party={row['party_id']}&state=open", since=row["since"],
    )  # fmt: skip


OVERDUE = DaySource("overdue", overdue_of)
