"""Rows of values: what tables, pages, the API and exports read instead of model instances, in one query each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from kundig.accounts.enums import Action
from kundig.platform.formats import Formats
from kundig.records.fields import Field
from kundig.records.rights import condition_of
from kundig.records.statements import by_ids, record_of, whole_by_id
from kundig.records.veils import veil_of

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

Row = tuple[Any, ...]


class RowPlan:
    """Which columns to read for some fields, and where each field finds its values in a row.

    A row is the tuple that `values_list` answers; its first value is the record's id. With a user, titles of related
    records that this user may not see are veiled.
    """

    def __init__(self, fields: Iterable[Field], user: User | None = None) -> None:
        self.fields = tuple(fields)
        veils = [veil for field in self.fields if (veil := veil_of(field, user))] if user is not None else []
        positions: dict[str, int] = {"pk": 0}
        for sources in (*(field.sources for field in self.fields), *(veil.sources for veil in veils)):
            for source in sources:
                positions.setdefault(source, len(positions))
        self.sources = tuple(positions)
        self._veils = [veil.over(positions) for veil in veils]
        self._getters = {f.name: _getter([positions[s] for s in f.sources]) for f in self.fields}

    @property
    def is_veiled(self) -> bool:
        """Whether what a row reads depends on who reads it."""
        return bool(self._veils)

    def read(self, rows: QuerySet) -> Iterable[Row]:
        found: QuerySet = rows.values_list(*self.sources)
        return self.veiled(list(found)) if self._veils else found

    def veiled(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows without titles that are not for the reader."""
        for veil in self._veils:
            rows = veil(rows)
        return rows

    def one(self, rows: QuerySet, record_id: UUID) -> Row | None:
        """The row of one record, or None if it is not among `rows`."""
        found: Row | None = rows.filter(pk=record_id).values_list(*self.sources).first()
        return found if found is None else self.veiled([found])[0]

    def seen(self, description: Description, user: User, record_id: UUID) -> Row | None:
        """The row of one record, or None if the user may not see it."""
        if condition_of(description, user, Action.READ):
            return self.one(description.visible_to(user), record_id)
        return next(iter(self.in_order(description, [record_id])), None)

    def seen_whole(
        self, description: Description, user: User, record_id: UUID
    ) -> tuple[Row, models.Model | None] | tuple[None, None]:
        """The row of one record and the record itself; both None if the user may not see it."""
        if condition_of(description, user, Action.READ):
            row = self.one(description.visible_to(user), record_id)
            return (None, None) if row is None else (row, record_of(description, record_id))  # rights were asked
        found = whole_by_id(description, self.sources, record_id)
        if found is None:
            return None, None
        row, record = found
        return self.veiled([row])[0], record

    def in_order(self, description: Description, ids: Iterable[UUID]) -> list[Row]:
        """The rows of the records with these ids, in their order; ids of no record are left out.

        Nobody's rights are asked: the ids come from a queryset that has.
        """
        wanted = list(ids)
        if not wanted:
            return []
        found = {row[0]: tuple(row) for row in by_ids(description, self.sources).run(wanted)}
        return list(self.veiled([found[record_id] for record_id in wanted if record_id in found]))

    def getter(self, field: Field) -> Callable[[Row], Row]:
        """A function that takes a row and answers the tuple of this field's values."""
        return self._getters[field.name]

    def values(self, row: Row, field: Field) -> Row:
        return self._getters[field.name](row)

    def joined(self, row: Row, fields: Iterable[Field], formats: Formats) -> str:
        """The texts of some fields behind one another; empty ones are left out."""
        return ", ".join(text for field in fields if (text := field.text(formats, *self.values(row, field))))

    def as_dict(self, row: Row) -> dict[str, Any]:
        """Query path → value: what kinds look at as the record's other values."""
        return dict(zip(self.sources, row, strict=True))


def _getter(positions: list[int]) -> Callable[[Row], Row]:
    if len(positions) == 1:
        position = positions[0]
        return lambda row: (row[position],)
    return itemgetter(*positions)
