"""Who changes a price after the price lists have said theirs: discounts, vouchers, campaigns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class PriceAsked:
    """The question of which a price is the answer; `amount` is what it came to so far, net and for one unit."""

    product_id: UUID
    party_id: UUID | None
    quantity: Decimal
    on: dt.date
    currency: str
    amount: Decimal


@dataclass(frozen=True)
class Adjustment:
    """A new amount, and in words why: they stand in the steps of the price."""

    words: Any
    amount: Decimal


Adjuster = Callable[[PriceAsked], Adjustment | None]

_adjusters: list[tuple[int, str, Adjuster]] = []


def register_price_adjuster(name: str, adjust: Adjuster, *, order: int = 100) -> None:
    """Let `adjust` change every price; the lower `order` comes first, and each sees what those before it made.

    It answers None where it changes nothing. A name that is registered again replaces the former one.
    """
    _adjusters[:] = sorted(
        [each for each in _adjusters if each[1] != name] + [(order, name, adjust)], key=lambda each: each[:2]
    )


def adjusters() -> list[Adjuster]:
    """In the order in which they are asked."""
    return [adjust for _order, _name, adjust in _adjusters]
