"""What stands in a customer's history without being kept there: it is read where it lives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kundig.accounts.models import User
from kundig.parties.models import Party


@dataclass(frozen=True)
class ReadEntry:
    """One line of a history; `href` leads to what it tells of."""

    at: dt.datetime
    id: str
    title: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class StreamSource:
    """Entries of one kind of touchpoints that are read, not copied.

    `find(party, user, before, limit)` answers at most `limit` entries, the newest first, with `at` before or at that
    moment (None: the newest of all), as far as the user may see them.
    """

    kind: str
    find: Callable[[Party, User, dt.datetime | None, int], Sequence[ReadEntry]]


_sources: list[StreamSource] = []


def register_source(source: StreamSource) -> None:
    """Let histories show what `find` answers."""
    _sources.append(source)


def sources() -> list[Any]:
    return list(_sources)
