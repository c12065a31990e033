"""When a customer is to be contacted next: pure arithmetic over rhythms, last contacts and rests.

Days, not moments: a rhythm is about the day in the time zone of the house.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kundig.timeline.enums import Unit

ANY = ""
"""The kind of a rhythm that every real contact satisfies."""
STANDS_FOR: Mapping[str, frozenset[str]] = {
    "call": frozenset({"call", "visit", "meeting"}),
    "visit": frozenset({"visit", "meeting"}),
    "meeting": frozenset({"visit", "meeting"}),
}
"""Who has sat with a customer need not call as well: kind of a rhythm → the kinds of contact that satisfy it."""
SATURDAY = 5
LONGEST = {Unit.DAY: 999, Unit.WEEK: 260, Unit.MONTH: 120, Unit.YEAR: 10}

IsOff = Callable[[dt.date], bool]


@dataclass(frozen=True)
class Rhythm:
    """A contact of this kind every so often."""

    kind: str
    every: int
    unit: Unit

    def after(self, day: dt.date) -> dt.date:
        """The day on which the next contact is due, if the last one was on `day`."""
        if self.unit == Unit.DAY:
            return day + dt.timedelta(days=self.every)
        if self.unit == Unit.WEEK:
            return day + dt.timedelta(weeks=self.every)
        return _months_after(day, self.every * (12 if self.unit == Unit.YEAR else 1))

    def is_satisfied_by(self, kind: str) -> bool:
        """Whether a real contact of that kind counts for it."""
        return self.kind == ANY or kind in STANDS_FOR.get(self.kind, (self.kind,))

    @property
    def code(self) -> str:
        """As it is kept beside the day that follows from it: "call 1 month"."""
        return f"{self.kind or '-'} {self.every} {self.unit}"

    @classmethod
    def of_code(cls, code: str) -> Rhythm | None:
        """The rhythm that `code` names; None if it names none."""
        parts = code.split()
        if len(parts) < 3 or not parts[1].isdecimal() or parts[2] not in Unit.values:
            return None
        return cls("" if parts[0] == "-" else parts[0], int(parts[1]), Unit(parts[2]))


@dataclass(frozen=True)
class NextContact:
    """The day of the next contact, and the rhythm it follows from."""

    on: dt.date
    rhythm: Rhythm


def next_contact(
    rhythms: Iterable[Rhythm],
    last: Mapping[str, dt.date],
    *,
    since: dt.date,
    key: UUID,
    is_off: IsOff,
    resting: dt.date | None = None,
) -> NextContact | None:
    """The first of the contacts that the rhythms ask for; None where there is no rhythm.

    Args:
        last: kind of contact → day of the last real one.
        since: the day since which we know the customer. One with whom nobody has spoken yet is due within the first
            turn of the rhythm: on a day that follows from `key`, so that a list of a thousand new customers does not
            become a day with a thousand calls.
        is_off: whether nobody works on a day; the contact moves to the next on which they do.
        resting: the day from which the customer may be contacted again.
    """
    due = [NextContact(_due(rhythm, last, since=since, key=key), rhythm) for rhythm in rhythms]
    if not due:
        return None
    # Of two on one day the rarer one: a visit that is due makes the call unnecessary.
    first = min(due, key=lambda each: (each.on, -_length(each.rhythm).days, each.rhythm.kind))
    on = first.on if resting is None else max(first.on, resting)
    return NextContact(next_working_day(on, is_off=is_off), first.rhythm)


def next_working_day(day: dt.date, *, is_off: IsOff) -> dt.date:
    """`day` itself, or the first after it that is neither at a weekend nor off. Beyond two weeks nobody waits."""
    for _attempt in range(14):
        if day.weekday() < SATURDAY and not is_off(day):
            return day
        day += dt.timedelta(days=1)
    return day


def _due(rhythm: Rhythm, last: Mapping[str, dt.date], *, since: dt.date, key: UUID) -> dt.date:
    days = [day for kind, day in last.items() if rhythm.is_satisfied_by(kind)]
    if days:
        return rhythm.after(max(days))
    turn = (rhythm.after(since) - since).days
    return since + dt.timedelta(days=1 + key.int % turn)


def _length(rhythm: Rhythm) -> dt.timedelta:
    start = dt.date(2001, 1, 1)
    return rhythm.after(start) - start


def _months_after(day: dt.date, months: int) -> dt.date:
    """The same day of a later month; the last one where it has fewer days."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
