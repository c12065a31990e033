"""Which open invoices a payment may be for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from kundig.catalog.queries import to_cents
from kundig.orders.enums import InvoiceState
from kundig.orders.models import BankEntry, Invoice, Payment
from kundig.orders.models.invoices import UNPAID
from kundig.orders.rules.camt import Entry
from kundig.orders.rules.matching import Match, Open, matches

MOST = 5000
"""Open invoices that a payment is held against; the oldest first."""


def as_entry(row: BankEntry) -> Entry:
    """A kept entry as the rules of matching know it, with what is left of it."""
    return Entry(
        row.key, row.booked_on, row.value_on, row.rest, row.currency, row.name, row.iban, row.text, row.reference,
        row.is_returned,
    )  # fmt: skip


def proposals(row: BankEntry) -> list[Match]:
    """The invoices that an entry may be for, the likeliest first."""
    return matches(as_entry(row), open_invoices(row.currency, is_out=row.rest < 0))


def open_invoices(currency: str, *, is_out: bool = False, only: Collection[UUID] | None = None) -> list[Open]:
    """Unpaid invoices in a currency; with `is_out` those of which we owe something back. `only` narrows them down."""
    rows = Invoice.objects.filter(currency=currency).exclude(state=InvoiceState.DRAFT)
    rows = rows.filter(balance__lt=0) if is_out else rows.filter(state__in=UNPAID, balance__gt=0)
    if only is not None:
        rows = rows.filter(pk__in=only)
    found = list(
        rows.order_by("due_on", "id").values_list(
            "pk", "number", "balance", "gross", "settled", "party_id", "party__name", "party__number", "issued_on",
            "discount_percent", "discount_days", "buyer",
        )[:MOST]
    )  # fmt: skip
    accounts = _accounts({row[5] for row in found})
    return [_open(row, currency, accounts.get(row[5], frozenset())) for row in found]


def numbers_beside(invoices: Collection[UUID]) -> list[str]:
    """The numbers of what else was issued to the customers of these invoices, paid or not."""
    parties = Invoice.objects.filter(pk__in=invoices).values("party_id")
    return list(
        Invoice.objects.issued().filter(party__in=parties).exclude(pk__in=invoices).values_list("number", flat=True)
    )


def _open(row: tuple, currency: str, accounts: frozenset[str]) -> Open:
    key, number, balance, gross, settled, party, name, customer, issued_on, percent, days, buyer = row
    discounted = until = None
    if percent and not settled:
        discounted, until = gross - to_cents(gross * percent / 100), issued_on + dt.timedelta(days=days)
    return Open(key, number, balance, currency, party, buyer.get("name") or name, customer, accounts, discounted, until)


def _accounts(parties: set[UUID]) -> dict[UUID, frozenset[str]]:
    """By customer: the accounts from which they have paid before."""
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Payment.objects.filter(~Q(entry__iban=""), invoice__party__in=parties, entry__isnull=False)
    for party, iban in rows.values_list("invoice__party_id", "entry__iban").distinct():
        found[party].add(iban)
    return {party: frozenset(ibans) for party, ibans in found.items()}
