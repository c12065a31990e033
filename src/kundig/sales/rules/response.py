"""By when somebody is to be answered: minutes of the hours in which the house works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

LONGEST = 400
"""Days that are looked at; a house that is closed for longer answers by no target."""


def respond_by(
    received: dt.datetime,
    *,
    minutes: int,
    opens: dt.time,
    closes: dt.time,
    is_working_day: Callable[[dt.date], bool],
) -> dt.datetime | None:
    """The moment when `minutes` of working time have passed since `received`, in its time zone.

    What comes outside of the hours begins to count when the house opens next. None if the house does not work that
    long within `LONGEST` days.
    """
    zone = received.tzinfo
    left = dt.timedelta(minutes=minutes)
    day = received.date()
    for _number in range(LONGEST):
        if is_working_day(day):
            begins = max(dt.datetime.combine(day, opens, zone), received)
            ends = dt.datetime.combine(day, closes, zone)
            # Of one zone, aware times are subtracted as a clock on the wall shows them: what office hours mean.
            there_is = max(ends - begins, dt.timedelta())
            if left <= there_is:
                return begins + left
            left -= there_is
        day += dt.timedelta(days=1)
    return None
