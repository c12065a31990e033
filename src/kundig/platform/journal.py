"""What was told lately, so that a window which could not hear for a while is told what it missed and nothing else."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Iterable

MOST_NAMES = 20_000
KEPT_SECONDS = 900.0
NOWHERE = "-"
"""A place that is never known."""
SLACK_SECONDS = 1.0
"""How much longer ago a page was asked for than the browser says: its question was under way."""


class Journal:
    """Names by number and time; it forgets after a quarter of an hour.

    Only what was heard without a gap can be looked up: `begin_anew` after a gap makes every older place unknown.
    """

    def __init__(self) -> None:
        self._entries: deque[tuple[int, float, tuple[str, ...]]] = deque()
        self._size = 0
        self._number = 0
        self.begin_anew()

    def begin_anew(self) -> None:
        self._epoch = secrets.token_hex(4)
        self._entries.clear()
        self._size = 0
        self._complete_from = (self._number, time.monotonic())

    @property
    def place(self) -> str:
        """Where we are now; `since` takes it."""
        return f"{self._epoch}-{self._number}"

    def add(self, names: Iterable[str]) -> None:
        told = tuple(names)
        self._number += 1
        self._entries.append((self._number, time.monotonic(), told))
        self._size += len(told)
        oldest = time.monotonic() - KEPT_SECONDS
        while self._size > MOST_NAMES or self._entries[0][1] < oldest:
            number, at, gone = self._entries.popleft()
            self._size -= len(gone)
            self._complete_from = (number, at)
            if not self._entries:
                break

    def since(self, place: str) -> list[str] | None:
        """Names told after a place; None where that is not known any more."""
        epoch, _dash, text = place.partition("-")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
        if epoch != self._epoch or not self._complete_from[0] <= number <= self._number:
            return None
        return self._names(number, 0.0)

    def place_before(self, seconds: float) -> str:
        """Where we were so long ago, or a little earlier; NOWHERE if we have not heard that long."""
        at = time.monotonic() - seconds
        if at < self._complete_from[1]:
            return NOWHERE
        before = self._number
        for number, told_at, _names in reversed(self._entries):
            if told_at < at - SLACK_SECONDS:
                break
            before = number - 1
        return f"{self._epoch}-{before}"

    def lately(self, seconds: float) -> list[str]:
        """Names told in the last seconds, as far as we heard."""
        return self._names(0, time.monotonic() - seconds)

    def _names(self, number: int, at: float) -> list[str]:
        found: list[tuple[str, ...]] = []
        for entry in reversed(self._entries):
            if entry[0] <= number or entry[1] < at:
                break
            found.append(entry[2])
        return list(dict.fromkeys(name for names in reversed(found) for name in names))
