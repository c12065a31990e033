"""The days a calendar shows at once: a month of whole weeks, a week, a day, or a month as a list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from babel.dates import format_date, format_skeleton, get_day_names
from django.utils.translation import gettext as _

from kundig.platform.formats import LOCALES

MONTH, WEEK, DAY, AGENDA = "month", "week", "day", "agenda"
EARLIEST, LATEST = dt.date(1000, 1, 1), dt.date(9998, 12, 31)


@dataclass(frozen=True)
class Span:
    """`first` to `last` are shown; `title` says which time that is; `before` and `after` are days of the next ones."""

    kind: str
    day: dt.date
    first: dt.date
    last: dt.date
    before: dt.date
    after: dt.date

    def title(self, language: str) -> str:
        locale = LOCALES.get(language, LOCALES["en"])
        if self.kind == DAY:
            return f"{long_date(self.day, language)} {self.day.year}"
        if self.kind != WEEK:
            return format_date(self.day, "LLLL y", locale=locale)
        number = self.first.isocalendar().week
        first = format_skeleton("MMMd", self.first, locale=locale)
        when = f"{first} – {format_skeleton('yMMMd', self.last, locale=locale)}"
        return _("Week %(number)d, %(when)s") % {"number": number, "when": when}

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list[list[dt.date]]:
        days = self.days
        return [days[n : n + 7] for n in range(0, len(days), 7)]

    def is_outside(self, day: dt.date) -> bool:
        """Whether a day belongs to the month before or after."""
        return self.kind == MONTH and day.month != self.day.month


def span_of(kind: str, day: dt.date) -> Span:
    """The days around `day`; weeks begin on Monday."""
    day = min(max(day, EARLIEST), LATEST)
    if kind == WEEK:
        monday = day - dt.timedelta(days=day.weekday())
        week = dt.timedelta(days=7)
        return Span(WEEK, day, monday, monday + dt.timedelta(days=6), day - week, day + week)
    if kind == DAY:
        return Span(DAY, day, day, day, day - dt.timedelta(days=1), day + dt.timedelta(days=1))
    first = day.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    before, after = first - dt.timedelta(days=1), last + dt.timedelta(days=1)
    if kind == AGENDA:
        return Span(AGENDA, day, first, last, before.replace(day=1), after)
    monday = first - dt.timedelta(days=first.weekday())
    sunday = last + dt.timedelta(days=6 - last.weekday())
    return Span(MONTH, day, monday, sunday, before.replace(day=1), after)


@lru_cache(maxsize=16)
def weekdays(language: str) -> list[tuple[str, str]]:
    """Short and long names of the days from Monday on."""
    locale = LOCALES.get(language, LOCALES["en"])
    short = get_day_names("abbreviated", context="stand-alone", locale=locale)
    long = get_day_names("wide", context="stand-alone", locale=locale)
    return [(short[n].rstrip("."), long[n]) for n in range(7)]


@lru_cache(maxsize=4096)
def long_date(day: dt.date, language: str) -> str:
    """ "Sunday 22 November" as a language writes it, without the year."""
    pattern = "EEEE, d. MMMM" if language == "de" else "EEEE d MMMM"
    return format_date(day, pattern, locale=LOCALES.get(language, LOCALES["en"]))
