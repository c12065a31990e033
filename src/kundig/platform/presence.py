"""Who looks at a record and who edits which of its fields, told to the others who may see it.

It lives in the memory of the one process that holds the streams: nothing of it is ever stored or logged, and it is gone
with the window. Rights are asked when there is something to tell: for each record, of the people before whose windows
it is open just then (`who_may_know`), so one who sits before a record alone costs nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from kundig.platform.windows import Person, Report, Window, Windows

logger = logging.getLogger("kundig.live")
SETTLES_SECONDS = 0.05
MOST_UNANSWERED = 2
NOWHERE = Report()

WhoMayKnow = Callable[[str, Collection[UUID]], Awaitable[Mapping[UUID, Collection[str]]]]
"""Of these people those who may see a record, each with the names of the fields that they may read."""


class Presence:
    """Keeps who is where, and tells each window what changed of that."""

    def __init__(self, windows: Windows, who_may_know: WhoMayKnow) -> None:
        self._windows = windows
        self._who_may_know = who_may_know
        self._there: dict[str, dict[Window, str]] = defaultdict(dict)
        """Record → the windows that look at its page, or edit one of its fields (whose name it is)."""
        self._heard: dict[str, set[Window]] = defaultdict(set)
        """Record → the windows that were told of somebody there."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def moved(self, window: Window, before: Report | None, now: Report) -> None:
        """A window reports something else than before."""
        if not window.person.is_shown:
            now = NOWHERE
        if before is not None and window.person.is_shown:
            self._leave(window, {before.at, before.edits[0]} - {now.at, now.edits[0]})
        for record in {now.at, now.edits[0]} - {""}:
            edits = now.edits[1] if record == now.edits[0] else ""
            is_new = self._there[record].get(window) != edits
            self._there[record][window] = edits
            if is_new:
                self._touch(record)
        appeared = (now.shows if before is None else now.shows - before.shows) if window.person.is_shown else ()
        for record in appeared:
            if record in self._there:
                self._touch(record)

    def left(self, window: Window) -> None:
        """A window was closed, or has been silent for too long."""
        self._leave(window, {record for record, there in self._there.items() if window in there})
        for record in list(window.told):
            self._heard[record].discard(window)
            if not self._heard[record]:
                del self._heard[record]
        window.told.clear()

    def changed(self, record: str) -> None:
        """The record is another now, and so perhaps who may see it."""
        if record in self._there:
            self._touch(record)

    def is_observed(self, window: Window) -> bool:
        """Whether anybody was told that this window is where it is."""
        report = window.report or NOWHERE
        return any(
            other is not window for record in {report.at, report.edits[0]} for other in self._heard.get(record, ())
        )

    def _leave(self, window: Window, records: set[str]) -> None:
        for record in records - {""}:
            if self._there.get(record, {}).pop(window, None) is None:
                continue
            if not self._there[record]:
                del self._there[record]
            self._touch(record)

    def _touch(self, record: str) -> None:
        """Tell of the record soon: together with whatever else happens there in the same moment."""
        if record in self._tasks:
            self._again.add(record)
        elif record in self._heard or self._has_company(record):
            self._tasks[record] = asyncio.create_task(self._settle(record))

    def _has_company(self, record: str) -> bool:
        """Whether two people are concerned at all."""
        windows = self._windows.showing(record) | set(self._there.get(record, ()))
        return len({window.person.id for window in windows}) > 1

    async def _settle(self, record: str) -> None:
        try:
            while True:
                await asyncio.sleep(SETTLES_SECONDS)
                self._again.discard(record)
                await self._tell(record)
                if record not in self._again:
                    return
        finally:
            self._tasks.pop(record, None)

    async def _tell(self, record: str) -> None:
        audience = {w for w in self._windows.showing(record) if w.person.is_shown} | self._heard.get(record, set())
        there = dict(self._there.get(record, ()))
        people = {window.person.id for window in (*audience, *there)}
        may_know = await self._asked(record, people) if there and len(people) > 1 else {}
        there = {window: name for window, name in there.items() if window.person.id in may_know}
        for window in audience:
            fields = may_know.get(window.person.id)
            others = [] if fields is None else self._others(window, record, there, fields)
            self._say(window, record, others)

    async def _asked(self, record: str, people: Collection[UUID]) -> Mapping[UUID, Collection[str]]:
        try:
            return await self._who_may_know(record, people)
        except Exception as error:  # of whatever kind: then nobody is told of anybody
            logger.warning("who may know who is at a record could not be asked: %s", type(error).__name__)
            return {}

    def _others(
        self, window: Window, record: str, there: dict[Window, str], fields: Collection[str]
    ) -> list[dict[str, Any]]:
        """As `window` may know it: everybody else at the record's page, elsewhere only those who edit it."""
        is_here = window.report is not None and window.report.at == record
        found: dict[UUID, tuple[Person, list[str]]] = {}
        for other, name in there.items():
            if other.person.id == window.person.id or not (is_here or name in fields):
                continue
            _person, names = found.setdefault(other.person.id, (other.person, []))
            if name in fields and name not in names:
                names.append(name)
        return [{"name": person.name, "face": person.face, "edits": names} for person, names in found.values()]

    def _say(self, window: Window, record: str, others: list[dict[str, Any]]) -> None:
        text = json.dumps(others) if others else ""
        if window.told.get(record, "") == text:
            return
        window.say("present", {record: others})
        if others:
            window.told[record] = text
            self._heard[record].add(window)
        else:
            window.told.pop(record, None)
            self._heard[record].discard(window)
            if not self._heard[record]:
                del self._heard[record]
