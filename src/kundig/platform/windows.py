"""Open browser windows as the live stream knows them: who sits before them, what they show, what they have to hear."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

MOST_PENDING = 500
MOST_SHOWN = 3000
LONGEST_NAME = 100
LONGEST_SOURCE = 2000
EVERYTHING = "*"


@dataclass(frozen=True)
class Person:
    """Who is signed in at a window, as others may read it; `is_shown` where they let others know where they are."""

    id: UUID
    name: str
    face: str = ""
    """Their avatar, as HTML."""
    is_shown: bool = True


@dataclass(frozen=True)
class Report:
    """What a window says of itself.

    `shows` are names of records on the screen; `organisations:*` means every single one of a kind, `organisations`
    only when very many changed. `at` is the record whose page this is, `edits` the record and the field in an editor.
    `source` is the address of one row or card, with `{id}` in it: whoever names it is sent those that changed.
    """

    shows: frozenset[str] = frozenset()
    at: str = ""
    edits: tuple[str, str] = ("", "")
    source: str = ""

    @classmethod
    def read(cls, told: dict[str, Any]) -> Report:
        """Out of what a browser sent; whatever is no name is left out."""
        record, _blank, name = _text(told.get("edits")).partition(" ")
        shows = told.get("shows")
        names = [_text(each) for each in shows[:MOST_SHOWN]] if isinstance(shows, list) else []
        edits = (record, name) if name else ("", "")
        source = _text(told.get("source"), longest=LONGEST_SOURCE)
        return cls(frozenset(filter(None, names)), _text(told.get("at")), edits, source)

    def concerns(self, name: str) -> bool:
        """Whether a window that shows this has to hear the name."""
        kind, _colon, rest = name.partition(":")
        if name == EVERYTHING:
            return True
        if rest == "*":
            return any(kind_of(shown) == kind for shown in self.shows)
        return name in self.shows or f"{kind}:*" in self.shows

    def shows_itself(self, name: str) -> bool:
        """Whether it concerns the window for more than the record's kind."""
        return name in self.shows or name.endswith("*")


def _text(value: Any, *, longest: int = LONGEST_NAME) -> str:
    return value if isinstance(value, str) and len(value) <= longest else ""


@dataclass(eq=False)
class Window:
    """One open page of one browser."""

    person: Person
    session: str = ""
    """Which session its stream came with; what is said in its name must come with the same."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    place: str = ""
    """Up to where it had heard when its stream began."""
    report: Report | None = None
    """None until it has said what it shows: until then it has to hear everything."""
    hears_all: bool = False
    """Whether it had time enough to say what it shows, and has not."""
    pending: dict[str, None] = field(default_factory=dict)
    messages: list[bytes] = field(default_factory=list)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    is_waiting: bool = False
    is_queued: bool = False
    has_turn: bool = False
    """Whether it is this window's turn to hear what is pending."""
    ended: bool = False
    told: dict[str, str] = field(default_factory=dict)
    """Record → who is there, as this window heard it last."""
    unanswered: int = 0
    """How often it was asked for a sign of life since the last one."""

    @property
    def is_owed(self) -> bool:
        """Whether there is something that it has not been sent yet: named, being put together, or on its way."""
        return bool(self.pending or self.messages or self.is_queued)

    def add(self, names: Iterable[str]) -> None:
        self.pending.update(dict.fromkeys(names))
        if len(self.pending) > MOST_PENDING:
            # A browser that does not read is told to fetch whole kinds instead of being kept a growing list for.
            self.pending = dict.fromkeys(many_of(name) for name in self.pending)

    def say(self, event: str, data: Any) -> None:
        """Put in a message that needs no turn, because it makes no browser ask anything."""
        self.messages.append(message(event, json.dumps(data, ensure_ascii=False)))
        self.woken.set()

    def concerns(self, name: str) -> bool:
        """Whether the name is about what this window shows; all of them, as long as it has not said that."""
        return self.report is None or self.report.concerns(name)

    def end(self) -> None:
        self.ended = True
        self.woken.set()


def message(event: str, line: str) -> bytes:
    """One event of a stream; `line` has no line breaks."""
    return f"event: {event}\ndata: {line}\n\n".encode()


def kind_of(name: str) -> str:
    return name.partition(":")[0]


def many_of(name: str) -> str:
    return name if name == EVERYTHING else f"{kind_of(name)}:*"


class Windows:
    """All open windows, found by their key and by what they show."""

    def __init__(self) -> None:
        self._by_key: dict[str, Window] = {}
        self._by_name: dict[str, set[Window]] = defaultdict(set)
        self._by_kind: dict[str, set[Window]] = defaultdict(set)
        self._unsaid: set[Window] = set()

    def __iter__(self) -> Iterator[Window]:
        return iter(list(self._by_key.values()))

    def __len__(self) -> int:
        return len(self._by_key)

    def with_key(self, key: str) -> Window | None:
        return self._by_key.get(key)

    def open(self, window: Window) -> None:
        self._by_key[window.key] = window
        self._unsaid.add(window)

    def close(self, window: Window) -> None:
        self._by_key.pop(window.key, None)
        self._unsaid.discard(window)
        self._forget(window)

    def keep(self, window: Window, report: Report) -> None:
        """From now on the window shows what it reports."""
        self._forget(window)
        window.report = report
        self._unsaid.discard(window)
        for name in report.shows:
            self._by_name[name].add(window)
            self._by_kind[kind_of(name)].add(window)

    def concerned(self, name: str) -> set[Window]:
        """Those that have to hear a name."""
        if name == EVERYTHING:
            return set(self._by_key.values())
        kind, _colon, rest = name.partition(":")
        if rest == "*":
            return self._by_kind.get(kind, set()) | self._unsaid
        return self._by_name.get(name, set()) | self._by_name.get(f"{kind}:*", set()) | self._unsaid

    def showing(self, name: str) -> set[Window]:
        """Those on whose screen the record itself is."""
        return set(self._by_name.get(name, ()))

    def waiting_for(self, kind: str) -> int:
        """How many want to hear of every single one of a kind."""
        return len(self._by_name.get(f"{kind}:*", ()))

    def _forget(self, window: Window) -> None:
        for name in window.report.shows if window.report else ():
            for index, entry in ((self._by_name, name), (self._by_kind, kind_of(name))):
                index[entry].discard(window)
                if not index[entry]:
                    del index[entry]
