"""Reminders: which level an overdue invoice has come to, and what interest has grown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Level:
    """A step of the reminders: it is due so many days after the invoice was, or after the step before."""

    level: int
    days: int
    fee: Decimal = Decimal("0.00")
    interest: Decimal = Decimal("0.00")
    """Percent a year."""


def next_level(
    levels: Sequence[Level], *, reached: int, due_on: dt.date, reminded_on: dt.date | None, on: dt.date
) -> Level | None:
    """The level that an invoice comes to on a day; None while it has time left, or has come to the last one."""
    following = next((one for one in sorted(levels, key=lambda one: one.level) if one.level > reached), None)
    if following is None:
        return None
    since = reminded_on if reached and reminded_on else due_on
    return following if on >= since + dt.timedelta(days=following.days) else None


def interest(
    gross: Decimal, paid: Iterable[tuple[dt.date, Decimal]], *, due_on: dt.date, percent: Decimal, on: dt.date
) -> Decimal:
    """Interest for default, from the day after it was due up to `on`: actual days, 365 a year (§§ 187, 288 BGB).

    `paid` are days and amounts; what came in bears no interest from that day on.
    """
    steps = sorted((day, amount) for day, amount in paid if day <= on)
    open_amount, since, grown = gross, due_on, Decimal(0)
    for day, amount in [*steps, (on, Decimal(0))]:
        until = max(day, due_on)
        grown += max(open_amount, Decimal(0)) * (until - since).days
        open_amount, since = open_amount - amount, until
    return (grown * percent / 100 / 365).quantize(CENT, ROUND_HALF_UP)
