"""When a deal rests for too long. No database: days are handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """Something that is to happen on a day; with `deal_id` for this deal alone."""

    id: UUID
    title: str
    on: dt.date
    deal_id: UUID | None = None


def soonest(steps: Iterable[Planned]) -> Planned | None:
    """What is to happen first, also where its day has passed; of one day the one that was planned first."""
    return min(steps, key=lambda step: (step.on, str(step.id)), default=None)


def rests_from(quiet_since: dt.date, days: int | None, planned: Sequence[dt.date]) -> dt.date | None:
    """From which day on a deal rests too long: `days` after the last contact of both sides, and not before the day
    after the last planned step; never where its stage sets no `days`."""
    if days is None:
        return None
    return max([quiet_since + days * DAY, *(day + DAY for day in planned)])
