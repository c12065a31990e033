"""What the address of a tour says: the day, where it begins, which visits in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

MOST_STOPS = 25
STAYS = (15, 30, 45, 60, 90, 120)
"""Minutes of a visit that are offered."""
DETOURS = (5, 10, 20, 40)
"""Kilometres that are offered."""
USUAL_STAY, USUAL_DETOUR = 45, 20
USUAL_HOUR = dt.time(8)


@dataclass(frozen=True)
class Token:
    """A stop as the address names it: "p-<id>" a customer to be visited, "a-<id>" an appointment that has been agreed,
    "f-<id>" an appointment whose hour may be moved."""

    kind: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.kind}-{self.id}"


@dataclass(frozen=True)
class Asked:
    """A tour as it was asked for. Whatever is no sense in an address is passed over: it can be typed by anybody."""

    day: dt.date
    leaves: dt.time = USUAL_HOUR
    start: str = ""
    is_round: bool = True
    stay: int = USUAL_STAY
    detour: int = USUAL_DETOUR
    everybody: bool = False
    stops: tuple[Token, ...] | None = None
    """None while nobody has chosen: then it is what the calendar says."""
    is_to_be_sorted: bool = False

    def address(self) -> str:
        """The address of the same tour."""
        pairs = [("day", self.day.isoformat()), ("leaves", f"{self.leaves:%H:%M}"), ("start", self.start)]
        pairs.append(("round", "1" if self.is_round else "0"))
        pairs += [("stay", str(self.stay)), ("detour", str(self.detour))]
        pairs += [("everybody", "1")] if self.everybody else []
        if self.stops is not None:
            pairs += [("chosen", "1"), *(("stop", str(token)) for token in self.stops)]
        return f"?{urlencode(pairs)}"

    def on(self, day: dt.date) -> str:
        """The address of another day's tour, from the calendar."""
        return replace(self, day=day, stops=None).address()


def read_tour(given: QueryDict, *, start: str) -> Asked:
    """The tour that an address, or a form, describes; `start` is where the last one began."""
    tokens = _tokens(given.getlist("stop")) if "chosen" in given else None
    if tokens is not None:
        added, dropped, freed = (_tokens(given.getlist(name)) for name in ("add", "drop", "free"))
        tokens = [token for token in tokens if token not in dropped]
        tokens = [_turned(token) if token in freed else token for token in tokens]
        tokens += [token for token in added if token not in tokens]
    return Asked(
        day=_day(given.get("day", "")),
        leaves=_time(given.get("leaves", "")),
        start=given.get("start", "")[:120] if "start" in given else start,
        is_round=given["round"] == "1" if "round" in given else "chosen" not in given,
        stay=_one_of(given.get("stay", ""), STAYS, USUAL_STAY),
        detour=_one_of(given.get("detour", ""), DETOURS, USUAL_DETOUR),
        everybody=given.get("everybody") == "1",
        stops=None if tokens is None else tuple(tokens[:MOST_STOPS]),
        is_to_be_sorted="best" in given,
    )


def _turned(token: Token) -> Token:
    """An agreed hour that may be moved from now on, and the other way round."""
    return replace(token, kind={"a": "f", "f": "a"}.get(token.kind, token.kind))


def _tokens(given: Sequence[str]) -> list[Token]:
    found: list[Token] = []
    for text in given:
        kind, _dash, number = text.partition("-")
        try:
            token = Token(kind, UUID(number))
        except ValueError:
            continue
        if kind in ("p", "a", "f") and token not in found:
            found.append(token)
    return found


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return day if 2000 <= day.year <= 2200 else timezone.localdate()


def _time(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return USUAL_HOUR


def _one_of(text: str, offered: Sequence[int], usual: int) -> int:
    return int(text) if text.isdecimal() and int(text) in offered else usual
