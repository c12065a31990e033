"""Rows, cards and parts of pages that many windows show: put together once for all who read them alike, and sent along
with the news.

Whoever is only told a name asks for what has become of it; that is one rendering for each window. What is sent, nobody
asks for. The house says what a window gets (`Answers`), with the rights that its reader has at that moment; whoever
gets no answer is told the names, as any other window.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

from kundig.platform.windows import EVERYTHING, Window, kind_of, message

MOST_NAMES = 60
"""Records of one answer: a table's page and some more. Of more a window is told names, and asks for the whole."""
MOST_UNREAD = 8
"""Messages that may wait for a browser that does not read; then it is told names, of which each is kept once."""
PAUSE_SECONDS = 0.02
"""What is told within it is answered together."""
PAGES_AT_ONCE = 3
"""Records whose pages, and boards that are wholly, written in one go: rows are not to wait for many."""

logger = logging.getLogger("kundig.live")


@dataclass(frozen=True)
class Question:
    """What one window shows and has not seen yet; `session` says who sits before it."""

    session: str
    source: str
    names: tuple[str, ...]

    @property
    def is_of_many(self) -> bool:
        """Whether it is about everything that a board shows: "organisations:*"."""
        return self.names[0].endswith(":*")


Answers = Callable[[Collection[Question]], Awaitable[Mapping[Question, str]]]
"""Question → what the window is sent, JSON in one line; one that is left out has no answer."""


async def no_answers(questions: Collection[Question]) -> Mapping[Question, str]:
    """Nobody is sent anything: all are told names."""
    return {}


class Sharing:
    """Windows that wait for rows or cards, answered together."""

    def __init__(self, answers: Answers, pass_on: Callable[[Window], None]) -> None:
        """`pass_on` takes a window that has something to hear and got no answer to it."""
        self._answers, self._pass_on = answers, pass_on
        self._waiting: list[Window] = []
        self._work = asyncio.Event()

    def begin(self) -> None:
        self._work = asyncio.Event()
        self._waiting.clear()

    def takes(self, window: Window) -> bool:
        """Whether what it has to hear is about rows or cards that it can be sent; then it waits here."""
        if question_of(window) is None:
            return False
        self._waiting.append(window)
        self._work.set()
        return True

    async def answer_all(self) -> None:
        """Answer those who wait, again and again; what is changed meanwhile is told together."""
        while True:
            await self._work.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            for windows in (self._next(large=False), self._next(large=True)):
                await self._answer(windows)
            if not self._waiting:
                self._work.clear()

    def _next(self, *, large: bool) -> list[Window]:
        """Whose turn it is: all with rows or cards, or those before the next few pages and whole boards."""
        waiting = [window for window in self._waiting if _is_large(window) is large]
        if large:
            sources = list(dict.fromkeys(map(_source, waiting)))[:PAGES_AT_ONCE]
            waiting = [window for window in waiting if _source(window) in sources]
        taken = set(waiting)
        self._waiting = [window for window in self._waiting if window not in taken]
        return waiting

    async def _answer(self, windows: Collection[Window]) -> None:
        asked = {window: _taken(window) for window in windows}
        questions = {question for question in asked.values() if question is not None}
        found: Mapping[Question, str] = {}
        try:
            found = await self._answers(questions) if questions else {}
        except Exception:  # telling names is always possible, and the windows after these want to hear, too
            logger.exception("rows for %s windows could not be put together", len(asked))
        parts = {line: message("rows", line) for line in set(found.values())}
        for window, question in asked.items():
            self._tell(window, question, parts.get(found.get(question, "")) if question else None)

    def _tell(self, window: Window, question: Question | None, part: bytes | None) -> None:
        window.is_queued = False
        if part is not None:
            window.messages.append(part)
            window.woken.set()
            # What was changed meanwhile waits here, too.
            window.is_queued = self.takes(window)
        elif question is not None:
            window.add(question.names)
        if window.pending and not window.is_queued:
            self._pass_on(window)


def _taken(window: Window) -> Question | None:
    """The window's question; what it is about has to be told again only if it changes again."""
    question = question_of(window)
    if question is not None:
        names, kind = set(question.names), kind_of(question.names[0]) if question.is_of_many else ""
        window.pending = {name: None for name in window.pending if name not in names and kind_of(name) != kind}
    return question


def question_of(window: Window) -> Question | None:
    """What the window could be sent of what it has to hear; None where it has to ask by itself."""
    report = window.report
    if report is None or not report.source or EVERYTHING in window.pending or len(window.messages) >= MOST_UNREAD:
        return None
    kind = report.source.split("/", 2)[1] if report.source.startswith("/") else ""
    if _is_page(report.source):
        names = tuple(name for name in window.pending if name == f"{kind}:{report.source.split('/', 3)[2]}")
    else:
        names = tuple(name for name in window.pending if kind_of(name) == kind)
    if not names:
        return None
    if len(names) > MOST_NAMES or any(name.endswith("*") for name in names):
        return Question(window.session, report.source, (f"{kind}:*",)) if _is_board(report.source) else None
    return Question(window.session, report.source, names)


def _is_large(window: Window) -> bool:
    question = question_of(window)
    return question is not None and (_is_page(question.source) or question.is_of_many)


def _is_board(source: str) -> bool:
    return source.partition("?")[0].endswith("/board/")


def _source(window: Window) -> str:
    return window.report.source if window.report else ""


def _is_page(source: str) -> bool:
    """Whether it is that of the parts of one record's page: "/organisations/17/parts/?of=head"."""
    return source.partition("?")[0].endswith("/parts/")
