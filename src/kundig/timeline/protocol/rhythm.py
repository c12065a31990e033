"""From what a customer's habit is read: what domains above register beside contacts, purchases for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class HabitSource:
    """Something that customers do again and again.

    `sql` is a select of `id` (a party among the parameter `%(ids)s`, an array of UUIDs) and `day` (a date, in the time
    zone `%(zone)s`), one row for each time; since `%(since)s`. `words(usual, days)` says that it usually comes every
    `usual` days, and that it is `days` ago: "kauft sonst alle 200 Tage, zuletzt vor 274".
    """

    name: str
    sql: str
    words: Callable[[int, int], str]
    """Both numbers are days."""


_sources: dict[str, HabitSource] = {}


def register_habit_source(source: HabitSource) -> None:
    """Add a source; silence in any of them is told.

    Raises:
        ValueError: if its name is taken, or longer than 20 characters.
    """
    if source.name in _sources:
        raise ValueError(f"Two sources of habits are called {source.name!r}")
    if not 0 < len(source.name) <= 20:
        raise ValueError(f"The name of a source of habits has 1 to 20 characters, not {source.name!r}")
    _sources[source.name] = source


def habit_sources() -> list[HabitSource]:
    return list(_sources.values())


def habit_source(name: str) -> HabitSource | None:
    return _sources.get(name)
