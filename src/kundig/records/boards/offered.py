"""Which boards an object has: the one its description names, and one by every field with few values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kundig.records.kinds.choices import Choice, YesNo
from kundig.records.kinds.numbers import Money, Number, Percent
from kundig.records.kinds.places import Position
from kundig.records.kinds.references import UserReference

if TYPE_CHECKING:
    from uuid import UUID

    from django.core.exceptions import ValidationError
    from django.http import HttpRequest

    from kundig.accounts.models import User
    from kundig.records.boards.columns import Column
    from kundig.records.description import Description
    from kundig.records.fields import Field

MOST_COLUMNS = 24
"""More columns than this nobody overlooks; a choice with more of them makes no board."""


@dataclass(frozen=True)
class CardNote:
    """The last line of a card. `tone` is "" or "warn"; an icon always has a word beside it."""

    text: str
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Board:
    """What a description says about its board.

    `by` is the field whose values are the columns; `sum` a number or money that each column adds up, `weight` the
    percentage by which it counts. `cards` names what stands on a card beside title and subtitle.
    """

    by: str
    sum: str = ""
    weight: str = ""
    cards: str = ""
    sort: str = "-id"
    """Order of the cards in a column. It needs an index that begins with `by` where there are many records."""
    move: Callable[..., Any] | None = None
    """`move(record, value, *, by)`: the domain's own action; the ordinary change of the field where None."""
    heading: str = ""
    """What stands first on a card in place of the title, which then stands below it."""
    within: str = ""
    """A reference of whose records a board shows one at a time: of all stages those of one pipeline."""
    choices: Callable[[User], Sequence[tuple[Any, str]]] | None = None
    """Which records these are: ids and titles, the first of them first."""
    columns: Callable[[User, Any], Sequence[Column]] | None = None
    """`columns(user, chosen)`: the columns where they are records themselves. What stands in none is not shown."""
    note: Callable[[Mapping[str, Any]], CardNote | None] | None = None
    """Makes the last line of a card of the values of `note_of`, in place of its details."""
    note_of: str = ""
    band: Callable[[Any], str] | None = None
    """`band(chosen)`: address of what is shown above the columns; it comes after the cards."""
    refused: Callable[[HttpRequest, UUID, Any, ValidationError], str] | None = None
    """`refused(request, id, value, error)`: HTML that helps where a move was refused; "" for a message alone."""

    @property
    def names(self) -> str:
        """All fields it names, for the check at start."""
        shown = (self.cards, self.heading, self.note_of)
        return " ".join((self.by, self.sum, self.weight, *shown, self.within, self.sort.removeprefix("-")))


def has_columns(field: Field) -> bool:
    """Whether the values of a field can be the columns of a board."""
    kind = field.kind
    if isinstance(kind, Choice):
        return 1 < len(kind.choices) <= MOST_COLUMNS
    return isinstance(kind, YesNo | UserReference)


def grouping(description: Description, user: User) -> list[Field]:
    """The fields by which `user` may look at a board, the description's own choice first."""
    wanted = description.board.by.split() if description.board else []
    own = wanted if description.board and description.board.columns else []
    fields = [f for f in description.fields_for(user).values() if (has_columns(f) or f.name in own) and f.editable]
    told = [*wanted, *description.filters.split(), *description.columns.split()]
    return sorted(fields, key=lambda f: told.index(f.name) if f.name in told else len(told))


def summable(description: Description, user: User) -> list[Field]:
    """The numbers and amounts of money that columns can add up; not degrees of a position."""
    parts = parts_of_positions(description)
    return [
        field
        for field in description.fields_for(user).values()
        if isinstance(field.kind, Number)
        and not isinstance(field.kind, Percent)
        and field.model_field is not None
        and field.name not in parts
    ]


def parts_of_positions(description: Description) -> set[str]:
    """The columns that are degrees: figures of them mean nothing."""
    composed = (description.field(name) for name in description.composed)
    return {source for field in composed if isinstance(field.kind, Position) for source in field.sources}


def board_of(description: Description, user: User, *, by: str = "", sum_of: str | None = None) -> Board | None:
    """The board by a field (or the first one offered); None where no field gives columns.

    `sum_of` chooses another field to add up; "" none at all.
    """
    offered = {field.name: field for field in grouping(description, user)}
    if not offered:
        return None
    name = by if by in offered else next(iter(offered))
    named = description.board if description.board and description.board.by == name else Board(name)
    known = description.fields_for(user)
    addable = {field.name for field in summable(description, user)}
    total = named.sum if sum_of is None else sum_of
    if sum_of is None and not total:
        shown = [f.name for f in description.named(description.columns) if isinstance(f.kind, Money)]
        total = next((n for n in shown if n in addable), "")
    return replace(
        named,
        sum=total if total in addable else "",
        weight=named.weight if total == named.sum and named.weight in known else "",
        heading=named.heading if named.heading in known else "",
    )
