"""What a day is, beside what stands on it: a public holiday. Domains that know register it in `apps.ready()`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kundig.accounts.models import User

Marks = Callable[["User", dt.date, dt.date], Mapping[dt.date, str]]
"""`marks(user, first, last)` answers what days are called for this user."""
_sources: list[Marks] = []


def register_marks(source: Marks) -> None:
    """Let calendars say what `source` knows of days."""
    _sources.append(source)


def marks_for(user: User, first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """Day → what it is called, for the days from `first` to `last` that are called anything."""
    found: dict[dt.date, list[str]] = {}
    for source in _sources:
        for day, name in source(user, first, last).items():
            found.setdefault(day, []).append(name)
    return {day: ", ".join(names) for day, names in found.items()}
