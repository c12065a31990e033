"""Quarters and weeks, by which sales are planned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year."""

    year: int
    number: int
    """1 to 4."""

    @property
    def begins_on(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def ends_on(self) -> dt.date:
        """Its last day."""
        return self.after.begins_on - dt.timedelta(days=1)

    @property
    def after(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def key(self) -> str:
        """ "2026-4", as addresses name it."""
        return f"{self.year}-{self.number}"


def quarter_of(day: dt.date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str) -> Quarter | None:
    """The quarter that `key` names; None if it names none between 1990 and 2100."""
    year, _dash, number = text.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and number in ("1", "2", "3", "4")):
        return None
    return Quarter(int(year), int(number)) if 1990 <= int(year) <= 2100 else None


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
