"""Live updates, the receiving side: one LISTEN connection for the process, and all windows it hears for.

A window is told only what it shows. Tables and boards are sent the rows and cards that changed (`sharing`), all at
once. Whatever others are told makes them ask for their part, so these windows are told one after the other, as fast as
their questions can be answered: a change that five hundred of them show is no five hundred requests at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from kundig.platform.journal import NOWHERE, Journal
from kundig.platform.live import CHANNEL, PEOPLE
from kundig.platform.presence import MOST_UNANSWERED, Presence, WhoMayKnow
from kundig.platform.sharing import Answers, Sharing, no_answers
from kundig.platform.windows import EVERYTHING, Person, Report, Window, Windows, kind_of

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
AT_ONCE = 10
"""Windows told in one go; that many questions come back within moments."""
TURN_SECONDS = 0.02
SHOWN_SECONDS = 3.0
"""How long ago the part of a page may have been read that its window now says it shows."""
NEWCOMERS_PER_SECOND = 25
"""Boards told in a second of records that they do not show: each asks whether they belong there."""
MOST_WAITING = 3
"""Requests that wait for a thread; beyond, nobody is told anything that would bring more of them."""

logger = logging.getLogger("kundig.live")


async def nobody(record: str, people: Collection[UUID]) -> Mapping[UUID, Collection[str]]:
    """No one may know of anybody: without a house around it, the hub tells only what changed."""
    return {}


class Hub:
    """All browsers of this process, and the one connection that hears for them."""

    def __init__(
        self,
        *,
        who_may_know: WhoMayKnow = nobody,
        answers: Answers = no_answers,
        waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        """`waiting` says how many requests wait for being answered at the moment."""
        self.windows = Windows()
        self.presence = Presence(self.windows, who_may_know)
        self.journal = Journal()
        self.is_hearing = False
        self._waiting = waiting
        self._sharing = Sharing(answers, self._take_turn)
        self._turns: deque[Window] = deque()
        self._work = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    def start(self) -> None:
        """Hear from now on; the first window does it otherwise. Whoever has a page from before then asks anew."""
        if not self._closed and all(task.done() for task in self._tasks):
            self._work = asyncio.Event()
            self._sharing.begin()
            works = (self._hear(), self._give_turns(), self._sharing.answer_all())
            self._tasks = [asyncio.create_task(work) for work in works]

    @contextlib.asynccontextmanager
    async def window(
        self, person: Person, *, session: str = "", since: str = "", age: float | None = None
    ) -> AsyncIterator[Window]:
        """A window's place in the hub. It first hears what it missed: since it heard last, or since its page was asked
        for, `age` seconds ago."""
        self.start()
        one = Window(person, session)
        self.windows.open(one)
        if self._closed:
            one.end()
        before = since or (self.journal.place if age is None else self.journal.place_before(age))
        missed = self.journal.since(before)
        one.place = NOWHERE if missed is None else before
        self._tell(one, [EVERYTHING] if missed is None else missed)
        try:
            yield one
        finally:
            self.windows.close(one)
            self.presence.left(one)

    def report(self, key: str, session: str, told: dict[str, Any]) -> bool:
        """What a window says of itself; False if there is none of that key in that session."""
        window = self.windows.with_key(key)
        if window is None or window.session != session:
            return False
        window.unanswered = 0
        before, now = window.report, Report.read(told)
        self.windows.keep(window, now)
        window.pending = {name: None for name in window.pending if window.concerns(name)}
        if before is not None:
            # What it shows only now was read a moment before it said so.
            lately = self.journal.lately(SHOWN_SECONDS)
            window.add(name for name in lately if window.concerns(name) and not before.concerns(name))
        self.presence.moved(window, before, now)
        self._queue(window)
        return True

    def waited(self, window: Window) -> None:
        """A window that has not said what it shows is told everything from now on."""
        if window.report is None:
            window.hears_all = True
            self._queue(window)

    def is_silent(self, window: Window) -> bool:
        """Asks for a sign of life where others see that somebody is here; True where none came for a while."""
        if not self.presence.is_observed(window):
            return False
        window.unanswered += 1
        window.say("alive", "?")
        return window.unanswered > MOST_UNANSWERED

    def close(self) -> None:
        """End every stream; browsers come back by themselves when the server does."""
        self._closed = True
        self._end_streams()
        for task in self._tasks:
            task.cancel()

    # -- hearing ----------------------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._closed:
            try:
                connection = await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.journal.begin_anew()
                    pause, self.is_hearing = SHORTEST_PAUSE, True
                    for window in self.windows:  # they came while nobody heard
                        self._tell(window, [EVERYTHING])
                    async for note in connection.notifies():
                        self._heard(note.payload.split())
            except psycopg.Error as error:
                logger.warning("the connection for live updates was lost: %s", type(error).__name__)
            self.is_hearing = False
            # What was told meanwhile is lost: browsers that connect anew fetch what they show.
            self.journal.begin_anew()
            self._end_streams()
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    def _heard(self, names: list[str]) -> None:
        self.journal.add(names)
        concerned: dict[Window, list[str]] = {}
        for name in names:
            if name.startswith(f"{PEOPLE}:"):
                self._come_anew(name)
            for window in self.windows.concerned(name):
                concerned.setdefault(window, []).append(name)
            self.presence.changed(name)
        for window, each in concerned.items():
            self._tell(window, each)

    def _come_anew(self, name: str) -> None:
        """Who sits before these windows is another than they were let in for: deactivated, or seen by nobody now."""
        for window in self.windows:
            if name.endswith(f":{window.person.id}"):
                window.end()

    def _end_streams(self) -> None:
        for window in self.windows:
            window.end()

    # -- telling ----------------------------------------------------------------------------------------------------

    def _tell(self, window: Window, names: Iterable[str]) -> None:
        told = list(names)
        window.add(told)
        if window.report is None:
            if window.hears_all:
                self._queue(window)
            return
        if window.report.source or any(window.report.shows_itself(name) for name in told):
            self._queue(window)
        elif not window.is_waiting:
            # Of a card that it does not show a board hears a little later, the more boards there are.
            window.is_waiting = True
            many = self.windows.waiting_for(kind_of(told[0])) if told else 0
            pause = random.uniform(0, many / NEWCOMERS_PER_SECOND)  # noqa: S311 - no secret
            asyncio.get_running_loop().call_later(pause, self._hear_of_newcomers, window)

    def _hear_of_newcomers(self, window: Window) -> None:
        window.is_waiting = False
        self._queue(window)

    def _queue(self, window: Window) -> None:
        if window.pending and not window.is_queued:
            window.is_queued = True
            if not self._sharing.takes(window):
                self._take_turn(window)

    def _take_turn(self, window: Window) -> None:
        window.is_queued = True
        self._turns.append(window)
        self._work.set()

    async def _give_turns(self) -> None:
        while not self._closed:
            await self._work.wait()
            for _each in range(min(AT_ONCE, len(self._turns))):
                window = self._turns.popleft()
                window.is_queued = False
                window.has_turn = True
                window.woken.set()
            if not self._turns:
                self._work.clear()
            await asyncio.sleep(TURN_SECONDS)
            while self._waiting() > MOST_WAITING:
                await asyncio.sleep(TURN_SECONDS)


def _parameters() -> dict[str, Any]:
    parameters = connections["default"].get_connection_params()
    return {
        key: value for key, value in parameters.items() if key not in ("cursor_factory", "context", "client_encoding")
    }
