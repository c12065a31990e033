"""Who would be reminded, of what, and what it would cost."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.orders.models import Invoice, Payment, ReminderLevel, ReminderStop
from kundig.orders.rules.dunning import Level, interest, next_level
from kundig.parties.models import Party
from kundig.records import registry

NOTHING = Decimal("0.00")
MOST = 2000


@dataclass(frozen=True)
class Claim:
    """An overdue invoice that has come to a level, with the interest that has grown."""

    invoice: Invoice
    level: ReminderLevel
    due_on: dt.date
    days: int
    interest: Decimal


@dataclass(frozen=True)
class Letter:
    """What one customer would be asked for, in one currency. `stopped` says why they are not."""

    party: Party
    currency: str
    claims: tuple[Claim, ...]
    stopped: str = ""

    @property
    def level(self) -> ReminderLevel:
        return max((claim.level for claim in self.claims), key=lambda level: level.level)

    @property
    def due(self) -> Decimal:
        return sum((claim.invoice.balance for claim in self.claims), NOTHING)

    @property
    def interest(self) -> Decimal:
        return sum((claim.interest for claim in self.claims), NOTHING)

    @property
    def fee(self) -> Decimal:
        """Once a letter: that of its highest level."""
        return self.level.fee

    @property
    def total(self) -> Decimal:
        return self.due + self.interest + self.fee

    @property
    def key(self) -> str:
        return f"{self.party.pk}:{self.currency}"


def reminder_levels() -> list[ReminderLevel]:
    return list(ReminderLevel.objects.order_by("level"))


def letters(*, user: User, on: dt.date) -> list[Letter]:
    """The letters that `user` may write on a day, to customers that they may change, of invoices that they may see: by
    customer and currency, the largest amount first; those that are stopped last."""
    levels = reminder_levels()
    if not levels:
        return []
    description: Any = registry.for_model(Invoice)
    rows = (
        description.visible_to(user)
        .filter(_party_of(user), pk__in=to_remind(on=on))
        .select_related("party")
        .order_by("due_on", "id")[:MOST]
    )
    return letters_for(list(rows), levels, on=on)


def to_remind(*, on: dt.date) -> QuerySet[Invoice]:
    """What is overdue on a day and not paid."""
    return Invoice.objects.overdue(on=on).filter(balance__gt=0)


def _party_of(user: User) -> Q:
    """Invoices of customers that `user` may change, as whoever writes to one of them must."""
    found = Q(pk__in=[])
    for each in registry.covering(Party):
        found |= Q(party__in=each.visible_to(user, Action.CHANGE).values("pk"))
    return found


def letters_for(
    invoices: Sequence[Invoice], levels: Sequence[ReminderLevel], *, on: dt.date, at_once: bool = False
) -> list[Letter]:
    """The same of given invoices; with `at_once` whether or not the days of a level are over."""
    steps = [Level(one.level, one.days, one.fee, one.interest) for one in levels]
    by_level = {one.level: one for one in levels}
    paid: dict[UUID, list[tuple[dt.date, Decimal]]] = defaultdict(list)
    for key, day, amount, discount in Payment.objects.filter(invoice__in=[one.pk for one in invoices]).values_list(
        "invoice_id", "paid_on", "amount", "discount"
    ):
        paid[key].append((day, amount + discount))
    claims: dict[tuple[UUID, str], list[Claim]] = defaultdict(list)
    for invoice in invoices:
        if invoice.due_on is None:
            continue
        found = next_level(
            steps, reached=invoice.reminder_level, due_on=invoice.due_on, reminded_on=invoice.reminded_on,
            on=dt.date.max if at_once else on,
        )  # fmt: skip
        if found is None:
            continue
        grown = interest(
            invoice.balance + sum((amount for _day, amount in paid[invoice.pk]), NOTHING), paid[invoice.pk],
            due_on=invoice.due_on, percent=found.interest, on=on,
        )  # fmt: skip
        claims[(invoice.party_id, invoice.currency)].append(
            Claim(invoice, by_level[found.level], invoice.due_on, (on - invoice.due_on).days, grown)
        )
    stops = dict(
        ReminderStop.objects.holding(on)
        .filter(party__in={party for party, _currency in claims})
        .values_list("party_id", "reason")
    )
    made = [
        Letter(each[0].invoice.party, currency, tuple(each), stops.get(party, ""))
        for (party, currency), each in claims.items()
    ]
    return sorted(made, key=lambda letter: (bool(letter.stopped), -letter.total, letter.party.name))
