"""Which open invoice a payment is for: by number, amount, name and account. Only what is beyond doubt is booked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from rapidfuzz import fuzz

from kundig.orders.rules.camt import Entry
from kundig.platform.folding import fold

SURE = 70
"""Points from which a match is booked by itself, if no other comes near."""
NEAR = 20
LIKELY = 30
"""Points from which an invoice is proposed."""
NUMBER, AMOUNT, DISCOUNTED, ACCOUNT, NAME, HOLDER = 60, 30, 25, 25, 20, 10
ALIKE = 88
SHORTEST_NUMBER = 4


@dataclass(frozen=True)
class Open:
    """An open invoice, as far as payments are held against it; `discounted` is to be paid by `discount_until`."""

    id: UUID
    number: str
    amount: Decimal
    currency: str
    party: UUID | None = None
    name: str = ""
    customer_number: str = ""
    ibans: frozenset[str] = frozenset()
    discounted: Decimal | None = None
    discount_until: dt.date | None = None


@dataclass(frozen=True)
class Match:
    """An invoice that a payment may be for: points, and what speaks for it."""

    invoice: Open
    points: int
    reasons: tuple[str, ...]
    discount: Decimal = Decimal(0)
    """What the customer has rightly taken off for paying early."""

    @property
    def is_named(self) -> bool:
        return "number" in self.reasons


@dataclass(frozen=True)
class Share:
    """So much of a payment goes to an invoice, and so much is taken off it as discount."""

    invoice: UUID
    amount: Decimal
    discount: Decimal = Decimal(0)


def matches(entry: Entry, opens: Iterable[Open]) -> list[Match]:
    """The invoices that a payment may be for, the likeliest first."""
    text = f"{entry.text} {entry.reference}".upper()
    squeezed, words = re.sub(r"[^0-9A-Z]", "", text), set(re.findall(r"[0-9A-Z]+", text))
    found = [_match(entry, one, text, squeezed, words) for one in opens if one.currency == entry.currency]
    return sorted((one for one in found if one.points >= LIKELY), key=lambda one: (-one.points, one.invoice.number))


def decide(entry: Entry, found: Sequence[Match]) -> list[Share]:
    """What is beyond doubt: one invoice that stands out, or several that are named and add up. Empty if a person has
    to look."""
    if entry.amount <= 0 or entry.is_returned or not found:
        return []
    named = [one for one in found if one.is_named]
    if len(named) > 1:
        due = [one.invoice.amount - one.discount for one in named]
        if sum(due) == entry.amount:
            return [Share(one.invoice.id, part, one.discount) for one, part in zip(named, due, strict=True)]
        return []
    best = found[0]
    if best.points < SURE or (len(found) > 1 and best.points - found[1].points < NEAR):
        return []
    due_now = best.invoice.amount - best.discount
    if entry.amount > due_now:
        return []  # what is too much needs somebody to say whose it is
    return [Share(best.invoice.id, entry.amount, best.discount if entry.amount == due_now else Decimal(0))]


def names_one_of(entry: Entry, numbers: Iterable[str]) -> bool:
    """Whether a payment names one of these invoices."""
    text = f"{entry.text} {entry.reference}".upper()
    squeezed = re.sub(r"[^0-9A-Z]", "", text)
    return any(_names(text, squeezed, one) for one in numbers if len(one) >= SHORTEST_NUMBER)


def _match(entry: Entry, one: Open, text: str, squeezed: str, words: set[str]) -> Match:
    points, discount = 0, Decimal(0)
    reasons: list[str] = []
    if len(one.number) >= SHORTEST_NUMBER and _names(text, squeezed, one.number):
        points, reasons = points + NUMBER, [*reasons, "number"]
    if entry.amount == one.amount:
        points, reasons = points + AMOUNT, [*reasons, "amount"]
    elif (
        one.discounted is not None
        and one.discount_until is not None
        and entry.value_on <= one.discount_until
        and entry.amount == one.discounted
    ):
        points, reasons, discount = points + DISCOUNTED, [*reasons, "discount"], one.amount - one.discounted
    if entry.iban and entry.iban in one.ibans:
        points, reasons = points + ACCOUNT, [*reasons, "account"]
    if one.name and entry.name and fuzz.token_set_ratio(fold(one.name), fold(entry.name)) >= ALIKE:
        points, reasons = points + NAME, [*reasons, "name"]
    if one.customer_number and one.customer_number.upper() in words:
        points, reasons = points + HOLDER, [*reasons, "customer number"]
    return Match(one, points, tuple(reasons), discount)


def _names(text: str, squeezed: str, number: str) -> bool:
    """Whether a number stands in a text: with other marks between its letters, because banks break lines anywhere, but
    not as part of a longer one."""
    letters = [letter for letter in number.upper() if letter.isalnum()]
    if "".join(letters) not in squeezed:
        return False
    return re.search(rf"(?<![0-9A-Z]){'[^0-9A-Z]*'.join(letters)}(?![0-9])", text) is not None
