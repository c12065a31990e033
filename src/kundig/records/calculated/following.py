"""Which calculated values follow from a change elsewhere: the way of each formula, walked back from what changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from kundig.records.calculated.formulas import Formula, all_formulas, calculated_field
from kundig.records.calculated.inputs import Backward, Forward, Read, Way
from kundig.records.custom.storage import COLUMN, PATH, PATHS
from kundig.records.description import Description
from kundig.records.ledger.folding import is_erased
from kundig.records.ledger.models import CHANGED, LedgerRow, LedgerTable

Rows = Any
"""A queryset of ids, or a list of them."""


@dataclass
class Happened:
    """Records of an object that have changed. `fields` are those that did, None if nobody knows."""

    description: Description
    ids: Sequence[UUID]
    change_set: UUID | None = None
    fields: frozenset[str] | None = None
    _before: dict[str, list[tuple[UUID, str, dict[str, Any]]]] = field(default_factory=dict)

    @cached_property
    def columns(self) -> frozenset[str] | None:
        """The columns that have changed; None if any may have: records came or went, or nobody wrote it down."""
        if self.change_set is None:
            return None
        ids, rows = set(self.ids), self.written(self.description)
        if not rows or any(op != CHANGED for record, op, _before in rows if record in ids):
            return None
        return frozenset(column for record, _op, before in rows if record in ids for column in before)

    def written(self, description: Description) -> list[tuple[UUID, str, dict[str, Any]]]:
        """What the ledger has of this change about the table of an object: record, operation, columns before."""
        if self.change_set is None:
            return []
        table = description.model._meta.db_table
        if table not in self._before:
            numbers = LedgerTable.objects.filter(name=table).values("id")
            rows = LedgerRow.objects.filter(change_set=self.change_set, table_id__in=numbers)
            if description is self.description:
                rows = rows.filter(record__among=list(self.ids))
            self._before[table] = [
                (record, op, before or {}) for record, op, before in rows.values_list("record", "op", "before")
            ]
        return self._before[table]

    def concerns(self, read: Read) -> bool:
        """Whether what a formula reads may be different now."""
        if read.description is not self.description:
            return False
        if self.fields is not None:
            return read.name in self.fields
        if self.columns is None or calculated_field(read.description, read.name) is not None:
            return True
        return bool(_columns(read) & self.columns)


def following(happened: Happened) -> Iterator[tuple[Formula, Rows]]:
    """Each formula elsewhere that the change may concern, with the ids of the records whose value it may change."""
    for formula in all_formulas():
        ways = {read.way for read in formula.reads if read.is_elsewhere and happened.concerns(read)}
        for way in sorted(ways, key=len):
            for rows in _walked_back(way, happened):
                yield formula, rows


def _walked_back(way: Way, happened: Happened) -> Iterator[Rows]:
    """From the changed records back to those that the formula stands at; also from where they have left."""
    rows: Rows = list(happened.ids)
    for step in reversed(way):
        rows = _before(step, rows)
    yield rows
    left = _left(way[-1], happened)
    if left:
        rows = left
        for step in reversed(way[:-1]):
            rows = _before(step, rows)
        yield rows


def _before(step: Forward | Backward, rows: Rows) -> Rows:
    """The records from which a step leads to these."""
    if isinstance(step, Backward):
        found = step.collection.description.everything().filter(pk__in=rows, **{f"{step.path}__isnull": False})
        return found.order_by().values_list(step.path, flat=True)
    return step.description.everything().filter(**{f"{step.path}__in": rows}).order_by().values_list("pk", flat=True)


def _left(step: Forward | Backward, happened: Happened) -> list[UUID]:
    """The records that a step led from before the change, and no longer: the ledger knows."""
    if isinstance(step, Backward):
        collection = step.collection
        rows = happened.written(collection.description)
        return _ids(_held(collection.description, collection.field, before) for _record, _op, before in rows)
    gone = {str(each) for each in happened.ids}
    rows = happened.written(step.description)
    return [record for record, _op, before in rows if _held(step.description, step.name, before) in gone]


def _held(description: Description, name: str, before: Mapping[str, Any]) -> str | None:
    """The id that a reference held, in the columns of a row as the ledger keeps them."""
    field = description.fields.get(name)
    if field is not None and field.path.startswith(PATH):
        values = before.get(COLUMN)
        kept = json.loads(values).get(name) if values and not is_erased(values) else None
        return None if kept is None else str(kept)
    return before.get(_column(description, name))


def _ids(texts: Iterable[str | None]) -> list[UUID]:
    return [UUID(text) for text in dict.fromkeys(texts) if text]


def _column(description: Description, name: str) -> str:
    column: Any = description.model._meta.get_field(name) if name not in description.fields else None
    found = column if column is not None else description.fields[name].model_field
    return str(getattr(found, "column", name))


def _columns(read: Read) -> frozenset[str]:
    """The columns of a table that hold a field."""
    assert read.description is not None
    held = read.description.fields.get(read.name)
    if held is not None and held.path.startswith(PATHS):
        return frozenset((held.path.partition("__")[0],))
    return frozenset((_column(read.description, read.name),))
