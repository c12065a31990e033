"""When a customer's silence is unusual for this customer: median and median absolute deviation of their own gaps.

The rule is the one of Leys, Ley, Klein, Bernard and Licata (2013), "Detecting outliers: Do not use standard deviation
around the mean, use absolute deviation around the median", Journal of Experimental Social Psychology 49(4), 764-766: a
value further than 2.5 times the MAD (times 1.4826, so that it estimates a standard deviation) above the median is an
outlier. It is applied to the logarithms of the gaps, because gaps are skewed: twice as long is as far from usual as
half as long. Both parts are robust: one long holiday does not make a customer patient, nor do three mails in a row make
them hasty. What it is worth on real purchases: docs/silence.md. SQL reckons the same for all (`queries.habits`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

FEWEST = 5
"""Gaps without which nothing is known about a customer's habits."""
MOST = 24
"""The latest gaps that count: habits of years ago are not those of today."""
APART = 4
"""Days. What lies closer together is one conversation, not a rhythm."""
FACTOR = 2.5
CONSISTENT = 1.4826
LEAST_SPREAD = 0.25
"""Of the logarithms: who calls every thirty days to the day is not unusually quiet before the 57th."""


@dataclass(frozen=True)
class Habit:
    """Days that usually pass between two contacts with a customer, and after how many a silence is unusual."""

    usual: int
    patience: int


@dataclass(frozen=True)
class SinceWhen:
    """A silence as it is kept beside the day from which it is unusual: its source, what is usual, the last time."""

    source: str
    usual: int
    last_on: dt.date

    @property
    def code(self) -> str:
        return f"{self.source} {self.usual} {self.last_on.isoformat()}"

    @classmethod
    def of_code(cls, code: str) -> SinceWhen | None:
        """What `code` says; None if it says nothing."""
        source, usual, day = [*code.split(), "", "", ""][:3]
        try:
            return cls(source, int(usual), dt.date.fromisoformat(day))
        except ValueError:
            return None


def habit(gaps: Sequence[int]) -> Habit | None:
    """The habit that gaps (days, oldest first) show; None if they are too few."""
    logs = [math.log(gap) for gap in gaps if gap >= APART][-MOST:]
    if len(logs) < FEWEST:
        return None
    middle = median(logs)
    spread = CONSISTENT * median(abs(each - middle) for each in logs)
    patience = math.exp(middle + FACTOR * max(spread, LEAST_SPREAD))
    return Habit(usual=round(math.exp(middle)), patience=math.ceil(min(patience, 32_000)))
