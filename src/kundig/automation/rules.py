"""Arithmetic of rules: when the clock comes next, who triggers whom."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Any

from kundig.automation.enums import Every, Trigger

BY_CHANGE = (Trigger.CREATED, Trigger.CHANGED, Trigger.BECOMES)
BY_CLOCK = (Trigger.DAY, Trigger.SCHEDULE)
DEEPEST = 8
"""So many rules may set each other off; what lies deeper is left out and logged."""
MOST_ATTEMPTS = 5
MOST_AN_HOUR = 20_000
"""A rule that runs more often than this within an hour is paused: nobody meant that."""
DAYS_TESTED = 90


def time_of(details: Mapping[str, Any]) -> dt.time:
    return dt.time.fromisoformat(str(details.get("at") or "07:00"))


def next_time(trigger: str, details: Mapping[str, Any], *, after: dt.datetime) -> dt.datetime | None:
    """When the clock comes to a rule next, later than `after` (with a time zone); None of other rules."""
    if trigger not in BY_CLOCK:
        return None
    day = after.date()
    while True:
        moment = dt.datetime.combine(day, time_of(details), tzinfo=after.tzinfo)
        if moment > after and (trigger == Trigger.DAY or is_day_of(details, day)):
            return moment
        day += dt.timedelta(days=1)


def is_day_of(details: Mapping[str, Any], day: dt.date) -> bool:
    """Whether a schedule falls on this day; a 31st that a month does not have is its last day."""
    every = details.get("every", Every.DAY)
    if every == Every.WEEK:
        return day.weekday() == int(details.get("weekday", 0))
    if every == Every.MONTH:
        return day.day == min(int(details.get("day", 1)), calendar.monthrange(day.year, day.month)[1])
    return True


def days_meant(details: Mapping[str, Any], *, today: dt.date) -> list[dt.date]:
    """Which dates in a record are meant when the clock comes today: "7 days before" looks for those in a week.

    In a year without a 29th of February, who was born on it is remembered on the 28th.
    """
    day = today - dt.timedelta(days=int(details.get("offset", 0)))
    if details.get("yearly") and (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
        return [day, dt.date(2000, 2, 29)]
    return [day]


def back_off(attempts: int) -> dt.timedelta:
    """How long to wait after so many failures: 1, 4, 16, 64 minutes."""
    return dt.timedelta(minutes=4 ** max(0, attempts - 1))
