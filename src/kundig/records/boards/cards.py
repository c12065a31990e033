"""The cards of a board: read a column's page by keyset, written with plain functions like the rows of a table."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kundig.platform import ui
from kundig.records.boards.columns import Column, column_path, condition, key_of
from kundig.records.kinds.numbers import Money, Number
from kundig.records.kinds.references import File, UserReference
from kundig.records.kinds.texts import LongText
from kundig.records.paging import Cursor, Keys, page_of
from kundig.records.patience import at_most
from kundig.records.rows import Row, RowPlan

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.boards.offered import Board, CardNote
    from kundig.records.description import Description
    from kundig.records.fields import Field

PAGE = 20
COLUMN_MS = 1000
"""How long one column may be looked for: only where no index begins with the board's field."""
MOST_DETAILS = 2


@dataclass(frozen=True)
class Order:
    """How the cards of a column are sorted; `path` is a column that has an index."""

    path: str
    descending: bool


def order_of(column: Column, order: Order) -> Order:
    """The column's own order where it has one."""
    return Order(column.sort.removeprefix("-"), column.sort.startswith("-")) if column.sort else order


def page_of_column(rows: QuerySet, by: Field, column: Column, order: Order, *, cursor: Cursor | None = None) -> Keys:
    """Twenty ids of a column.

    Raises:
        TooSlow: if they are not found in a second.
    """
    with at_most(COLUMN_MS):
        inside = rows.filter(condition(by, column))
        return page_of(inside, sort=order.path, descending=order.descending, limit=PAGE, cursor=cursor)


class Cards:
    """The cards of one board for one reader."""

    def __init__(
        self, description: Description, board: Board, known: Mapping[str, Field], formats: Formats, user: User
    ) -> None:
        """`known` are the fields that the reader may see."""
        self.description, self.formats, self.user = description, formats, user
        self.by = known[board.by]
        self.amount = known.get(board.sum)
        self.title = description.field(description.title)
        self.heading = known.get(board.heading)
        shown = {*description.title.split(), board.by, board.sum, board.heading}
        self.beside = [known[n] for n in description.subtitle.split() if n in known and n not in shown]
        shown |= {field.name for field in self.beside}
        names = board.cards or description.columns
        details = [known[n] for n in names.split() if n in known and n not in shown]
        self.people = [f for f in details if isinstance(f.kind, UserReference)][:1]
        self.details = [f for f in details if not isinstance(f.kind, UserReference | File | LongText)]
        own = [field for field in (self.amount, self.heading) if field]
        self.noted = [known[n] for n in board.note_of.split() if n in known] if board.note else []
        self.note = board.note
        self.plan = RowPlan([self.title, self.by, *own, *self.beside, *self.details, *self.people, *self.noted], user)
        self._unnamed = _("(no name)")
        self._move = escape(_("Move %(name)s"))
        self._dots = ui.icon("dots", "sm")
        self._column = self.plan.sources.index(column_path(self.by))

    @property
    def alike(self) -> Hashable:
        """Equal for cards, of whichever readers, that read the same. Who may see the record is not asked."""
        named = [(field.name for field in each) for each in (self.beside, self.people, self.details, self.noted)]
        amount = (self.amount.name if self.amount else "", self.heading.name if self.heading else "")
        reader = self.user.pk if self.plan.is_veiled else None
        return (self.by.name, amount, self.formats.language, *(tuple(each) for each in named), reader)

    def read(self, ids: Iterable) -> dict:
        """The rows of these records by their ids, in one query."""
        return {row[0]: row for row in self.plan.in_order(self.description, ids)}

    def html(self, rows: Sequence[Row], *, movable: bool) -> SafeString:
        return mark_safe("".join([self.card(row, movable=movable) for row in rows]))  # noqa: S308 - each part escapes

    def card(self, row: Row, *, movable: bool) -> str:
        """One `<li>`; `data-column` says where it stands, `data-record` what live updates call it."""
        record_id, name = str(row[0]), self.description.name
        title = escape(self.text(self.title, row) or self._unnamed)
        heading = escape(self.text(self.heading, row)) if self.heading else ""
        amount = self.amount.cell(self.formats, *self.plan.values(row, self.amount)) if self.amount else ""
        beside = escape(self.plan.joined(row, self.beside, self.formats))
        if heading:
            title, beside = heading, " · ".join(filter(None, (title, beside)))
        note = self._noted(row)
        tone = f' data-tone="{note.tone}"' if note and note.tone else ""
        last = self._line(note) if note else self._details(row)
        button = (
            '<button class="btn btn--ghost btn--icon deal__move" type="button" tabindex="-1" data-action="board#offer" '
            f'aria-haspopup="menu" aria-label="{self._move % {"name": title}}">{self._dots}</button>'
            if movable
            else ""
        )
        return (
            f'<li class="deal" id="c{record_id}" data-record="{name}:{record_id}" tabindex="-1" '
            f'data-column="{escape(key_of(row[self._column]))}"{" data-movable" if movable else ""}{tone}>'
            f'<h3><a href="/{name}/{record_id}/" tabindex="-1" draggable="false">{title}</a>{amount}</h3>'
            f"{f'<p>{beside}</p>' if beside else ''}"
            f"<footer><span>{last}</span>{button}{self._face(row)}</footer></li>"
        )

    def _noted(self, row: Row) -> CardNote | None:
        if self.note is None:
            return None
        return self.note({field.name: self.plan.values(row, field)[0] for field in self.noted})

    def _line(self, note: CardNote) -> str:
        icon = ui.icon(note.icon, "sm") if note.icon else ""
        return f'<span class="with-icon">{icon}<span>{escape(note.text)}</span></span>'

    def text(self, field: Field, row: Row) -> str:
        return field.text(self.formats, *self.plan.values(row, field))

    def _details(self, row: Row) -> str:
        texts = (self._detail(field, row) for field in self.details)
        return escape(" · ".join([text for text in texts if text][:MOST_DETAILS]))

    def _detail(self, field: Field, row: Row) -> str:
        """A bare number says nothing without its name; an amount and whatever else there is does."""
        text = self.text(field, row)
        is_bare = isinstance(field.kind, Number) and not isinstance(field.kind, Money)
        return f"{field.label}: {text}" if text and is_bare else text

    def _face(self, row: Row) -> str:
        for field in self.people:
            user_id, name = self.plan.values(row, field)
            if user_id:
                return ui.face(name or "?", user_id)
        return ""
