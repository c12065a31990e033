"""Rows, cards and parts of pages for many open windows at once: written once for all readers who would read the same.

A window names where they come from, `/organisations/{id}/row/`, `/organisations/board/?by=…&ids={id}` or, before the
page of one record, `/organisations/17/parts/?of=head&of=facts`, and gets what that address would answer. The same views
find out what its reader is shown, with the rights of that moment; equal tables write a row once, and readers who may
the same have a page written once. Which of the records are there for a reader, the database is asked for each who does
not see all of them; both are of one moment, so that nobody is sent what was written after they lost sight of it.
"""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone, translation

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.platform.formats import current_formats
from kundig.platform.sharing import Question
from kundig.records import registry
from kundig.records.boards.views import BoardView
from kundig.records.custom.loading import ensure_current
from kundig.records.description import Description
from kundig.records.patience import TooSlow
from kundig.records.rights import condition_of
from kundig.records.views.base import ObjectView
from kundig.records.views.lists import RowView
from kundig.records.views.pages import MOST_PARTS, PartsView

V = TypeVar("V", bound=ObjectView)
MOST_ALONE = 40
"""Readers in one go for whom the database is asked by themselves; the others are told names."""
SOURCE = re.compile(
    r"/(?P<name>[\w-]{1,60})/(?:(?P<row>\{id\}/row)|(?P<page>[0-9a-f-]{36}/parts)|board)/(?:\?(?P<query>.*))?",
    re.DOTALL,
)
Written = str | dict[str, str]
"""HTML of a row or a card; of a page that of its parts by their ids."""

logger = logging.getLogger("kundig.live")


def answers(questions: Collection[Question], people: Mapping[str, User]) -> dict[Question, str]:
    """What windows are sent, as JSON; `people` are those whose sessions the questions name.

    Left out is what is no source of rows or cards, not for this person, would be made for them alone while many wait,
    or cannot be made: they ask by themselves.
    """
    ensure_current()
    found: dict[Question, str] = {}
    with timezone.override(ZoneInfo(company().timezone)):
        # Before the moment begins: what people see around their records is not remembered inside a transaction.
        waiting = _readings(questions, people)
        while count := len(waiting):
            try:
                with _one_moment():
                    _read(waiting, found)
            except DatabaseError:
                if len(waiting) == count:
                    raise
                # In this transaction nothing more can be asked; the other readers have another.
                logger.exception("rows for a reader could not be read")
    return found


@contextmanager
def _one_moment() -> Iterator[None]:
    """What is read inside is of one moment; inside a transaction, of the moments that it sees."""
    is_first = not connection.in_atomic_block
    with transaction.atomic():
        if is_first:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _readings(questions: Collection[Question], people: Mapping[str, User]) -> list[Reading]:
    """What is to be read, for as many as get an answer."""
    found: list[Reading] = []
    alone = 0
    for (user, source), asked in _readers(questions, people):
        try:
            with translation.override(user.language):
                part = _part(user, source)
        except SuspiciousOperation:
            continue  # they ask by themselves, and are told what is wrong with it
        except Exception:  # a source is what a browser says it is; the other windows want to hear, too
            logger.exception("rows for a reader could not be put together")
            continue
        if part is None:
            continue
        alone += part.is_particular
        if not part.is_particular or alone <= MOST_ALONE:
            found.append((part, asked))
    return found


def _read(waiting: list[Reading], found: dict[Question, str]) -> None:
    """Take what is to be read from those who wait, and keep it as found; where the database fails one, others stay."""
    said: dict[Hashable, Said] = {}
    while waiting:
        part, asked = waiting.pop(0)
        try:
            with translation.override(part.user.language):
                kept = said.setdefault(part.alike, Said(part))
                for question in asked:
                    if question.is_of_many:
                        found[question] = kept.whole(part, question.source)
                        continue
                    ids = _ids(question.names)
                    found[question] = kept.told(ids, part.visible(ids), question.source)
        except TooSlow:
            continue  # they ask by themselves, and are told so
        except DatabaseError:
            raise
        except Exception:
            logger.exception("rows for a reader could not be put together")


class Part:
    """What a reader is shown of the records of one description."""

    alike: Hashable
    """Equal where the same is written for each record."""
    is_particular: bool
    """Whether the database has to say which records are there for this reader."""

    def __init__(self, user: User, description: Description) -> None:
        self.user, self.description = user, description
        self.is_particular = bool(condition_of(description, user, Action.READ))

    def rows(self) -> QuerySet:
        """All that are there for the reader."""
        return self.description.visible_to(self.user)

    def visible(self, ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those of these records that are there for the reader, if they are at all."""
        if not self.is_particular:
            return frozenset(ids)
        return frozenset(self.rows().filter(pk__in=list(ids)).values_list("pk", flat=True))

    def written(self, ids: Iterable[UUID]) -> Mapping[UUID, Written]:
        """What is shown by id, of those that are there; whether somebody may see them is not asked."""
        raise NotImplementedError


class Rows(Part):
    """Rows of a table."""

    def __init__(self, user: User, description: Description, request: HttpRequest) -> None:
        super().__init__(user, description)
        self.table = _as_asked(RowView(), user, description).table(request)
        self.alike = self.table.alike

    def written(self, ids: Iterable[UUID]) -> Mapping[UUID, Written]:
        return {row[0]: self.table.row(row) for row in self.table.plan.in_order(self.description, ids)}


class Cards(Part):
    """Cards of a board."""

    def __init__(self, board: BoardView) -> None:
        super().__init__(board.user, board.description)
        self.board = board
        # A filter may mean the reader by "me"; what a search finds depends on what they see.
        self.is_particular = self.is_particular or board.asked.is_narrowed or board.asked.refused
        self.alike = (board.source(), board.movable, board.cards.alike)

    def rows(self) -> QuerySet:
        return self.board.asked.rows()

    def columns(self) -> dict[str, str]:
        """All cards that somebody has who opens the board now, by column."""
        return self.board.cards_by_column()

    def written(self, ids: Iterable[UUID]) -> Mapping[UUID, Written]:
        cards, movable = self.board.cards, self.board.movable
        return {record_id: cards.card(row, movable=movable) for record_id, row in cards.read(ids).items()}


class Page(Part):
    """Parts of the page of a record. Panels that are not the same for all who may the same are left out."""

    def __init__(self, user: User, description: Description, names: list[str]) -> None:
        super().__init__(user, description)
        self.view = _as_asked(PartsView(), user, description)
        self.names = names
        layout = self.view.layout
        # A condition may mean the reader by "me".
        reader = user.pk if any(block.when for block in layout.blocks) else user.access.alike
        self.alike = (description.name, *names, user.language, json.dumps(layout.as_json()), reader)
        self.is_particular = self.is_particular or reader == user.pk

    def written(self, ids: Iterable[UUID]) -> dict[UUID, Written]:
        request = HttpRequest()
        request.user = self.user
        pages = {record_id: self.view.opened(request, record_id) for record_id in ids}
        return {record_id: page.shared(self.names) for record_id, page in pages.items() if page is not None}


Reading = tuple[Part, list[Question]]
"""What one reader is shown, and what is asked about it."""


@dataclass
class Said:
    """What was written for some reader, for all who read the same."""

    part: Part
    html: dict[UUID, Written | None] = field(default_factory=dict)
    lines: dict[Hashable, str] = field(default_factory=dict)

    def whole(self, part: Part, source: str) -> str:
        """The board as it is now, as one line; the same for all who see the same records and columns."""
        assert isinstance(part, Cards), "of very many only boards are sent anything"
        is_shared = part.board.is_everybodys and not part.is_particular
        key = ("columns", None if is_shared else part.user.pk, source)
        if key not in self.lines:
            self.lines[key] = json.dumps({"source": source, "columns": part.columns()}, ensure_ascii=False)
        return self.lines[key]

    def told(self, ids: tuple[UUID, ...], visible: frozenset[UUID], source: str) -> str:
        """The records with these ids as one line; of those that are not there for the reader only that."""
        key = (ids, visible, source)
        if key not in self.lines:
            new = [record_id for record_id in ids if record_id not in self.html]
            self.html |= dict.fromkeys(new)
            self.html.update(self.part.written(new))
            rows = {str(each): self.html[each] if each in visible else None for each in ids}
            self.lines[key] = json.dumps({"source": source, "rows": rows}, ensure_ascii=False)
        return self.lines[key]


def _readers(
    questions: Collection[Question], people: Mapping[str, User]
) -> Iterable[tuple[tuple[User, str], list[Question]]]:
    """The questions of each reader about the same rows."""
    found: dict[tuple[User, str], list[Question]] = defaultdict(list)
    for question in questions:
        user = people.get(question.session)
        if user is not None:
            found[user, question.source].append(question)
    return found.items()


def _part(user: User, source: str) -> Part | None:
    """What they are shown; None where they may not ask that."""
    named = SOURCE.fullmatch(source)
    description = registry.get(named["name"]) if named else None
    if named is None or description is None or not description.may(user, Action.READ):
        return None
    request = HttpRequest()
    request.user = user
    request.GET = QueryDict((named["query"] or "").removesuffix("&ids={id}"))
    if named["row"]:
        return Rows(user, description, request)
    if named["page"]:
        return Page(user, description, request.GET.getlist("of")[:MOST_PARTS])
    board = _as_asked(BoardView(), user, description)
    board.ask(request)
    return Cards(board) if board.begin() else None


def _as_asked(view: V, user: User, description: Description) -> V:
    """The view as it stands when this person asks it."""
    view.description, view.user, view.formats = description, user, current_formats()
    return view


def _ids(names: Iterable[str]) -> tuple[UUID, ...]:
    found = []
    for name in names:
        try:
            found.append(UUID(name.partition(":")[2]))
        except ValueError:
            continue
    return tuple(found)
