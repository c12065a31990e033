"""Whom to contact first: worth times urgency."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

WORTHS = {"A": 1.0, "B": 0.5, "C": 0.25, "D": 0.12, "E": 0.06, "": 0.2}
"""Of customers of whom no amount is known, against one another."""
TYPICAL = 5000.0
"""An amount that weighs as much as a customer of class A: five times as much weighs twice, a fifth half."""


def weight(urgencies: Iterable[float], worths: Iterable[Decimal], customer_class: str) -> float:
    """How much it is worth to turn to a customer today: the dearest amount (or the class, if that says more) times the
    urgency of all reasons. The most urgent one counts whole, each further one a third of the one before."""
    urgent = sorted((max(each, 0.0) for each in urgencies), reverse=True)
    urgency = sum(one / 3**place for place, one in enumerate(urgent))
    return max([WORTHS.get(customer_class, WORTHS[""]), *map(_worth, worths)]) * urgency


def overdue(days: int, turn: int) -> float:
    """Urgency of a contact that is `days` late, in a rhythm of `turn` days: 1 on its day, 2 from a turn later on."""
    return 1.0 + min(max(days, 0) / max(turn, 1), 1.0)


def _worth(amount: Decimal) -> float:
    value = float(amount)
    return 2.0 ** math.log(value / TYPICAL, 5) if value > 0 else 0.0
