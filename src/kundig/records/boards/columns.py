"""The columns of a board: a value of its field each, and one for the records without any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from kundig.platform import ui
from kundig.records.boards.offered import MOST_COLUMNS
from kundig.records.kinds.choices import Choice, YesNo
from kundig.records.kinds.references import Reference, UserReference
from kundig.records.patience import TooSlow, at_most

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from kundig.accounts.models import User
    from kundig.records.fields import Field

FINDING_MS = 150


@dataclass(frozen=True)
class Column:
    """`key` is the value as it is typed ("" for none), `value` as the database holds it."""

    key: str
    value: Any
    label: str
    face: SafeString | str = ""
    note: str = ""
    """A second line below its name."""
    only: Q = field(default_factory=Q)
    """Which of the records with its value it shows."""
    sort: str = ""
    """Order of its cards, where it is not the board's: a column of the model that has an index, "-" before it for
    descending."""
    is_slim: bool = False
    """Whether it only takes cards, and shows how many."""


def columns_of(field: Field, rows: QuerySet, user: User, *, among: Iterable[Any] | None = None) -> list[Column]:
    """The columns of a board of `rows`; only those of the values `among` where the list is narrowed to them."""
    kind = field.kind
    columns: list[Column] = []
    if isinstance(kind, UserReference):
        columns = _people(field, rows, user)
    elif isinstance(kind, YesNo):
        columns = [Column("true", True, _("yes")), Column("false", False, _("no"))]
    elif isinstance(kind, Choice):
        columns = [Column(value, value, str(label)) for value, label in kind.choices]
    if not field.required and _may_be_empty(field):
        columns.insert(0, Column("", None, _("Nobody") if isinstance(kind, UserReference) else _("Not stated")))
    if among is None:
        return columns
    wanted = set(among)
    return [column for column in columns if column.value in wanted]


def _may_be_empty(field: Field) -> bool:
    return field.nullable or (
        isinstance(field.kind, Choice) and field.model_field is not None and field.model_field.blank
    )


def _people(field: Field, rows: QuerySet, user: User) -> list[Column]:
    """Oneself first, then the others by name; of very many those who have most."""
    assert isinstance(field.kind, UserReference)
    people = field.kind.candidates(user)
    found = list(people.order_by("name").values_list("pk", "name")[: MOST_COLUMNS + 1])
    if len(found) > MOST_COLUMNS:
        try:
            with at_most(FINDING_MS):
                busy = rows.values(f"{field.path}_id").annotate(n=Count("pk")).order_by("-n")
                ids = [pk for pk, _n in busy.values_list(f"{field.path}_id", "n")[:MOST_COLUMNS] if pk]
            found = list(people.filter(pk__in=ids[: MOST_COLUMNS - 1]).order_by("name").values_list("pk", "name"))
        except TooSlow:
            found = found[: MOST_COLUMNS - 1]
    me = [(user.pk, user.name)]
    ordered = me + [person for person in found if person[0] != user.pk]
    return [Column(str(pk), pk, name, ui.avatar(name, pk)) for pk, name in ordered]


def condition(field: Field, column: Column) -> Q:
    """The condition of standing in a column."""
    path = column_path(field)
    if column.value is not None:
        return Q(**{path: column.value}) & column.only
    empty = Q(**{f"{path}__isnull": True})
    if not isinstance(field.kind, Choice):
        return empty
    return (empty | Q(**{path: ""})) if field.nullable else Q(**{path: ""})


def column_path(field: Field) -> str:
    """The query path whose value says in which column a record stands."""
    return f"{field.path}_id" if isinstance(field.kind, Reference) else field.path


def key_of(value: Any) -> str:
    """The key of the column of a value."""
    if value in (None, ""):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
