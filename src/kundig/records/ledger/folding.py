"""The rows of a change set, folded: what it did to each record in the end, however many steps it took."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from kundig.records.ledger.models import CHANGED, CREATED, DELETED, LedgerRow
from kundig.records.ledger.tables import Watched

READ_AT_ONCE = 2000


class Deed(StrEnum):
    """What a change set did to a record in the end."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    NOTHING = "nothing"


@dataclass(slots=True)
class Fold:
    """What one change set did to one record. Columns with values by key are told apart as `column.key`."""

    table: int
    record: UUID
    first: str = ""
    last: str = ""
    first_seq: int = 0
    seq: int = 0
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def deed(self) -> Deed:
        was, is_there = self.first != CREATED, self.last != DELETED
        if was and is_there:
            return Deed.CHANGED
        return Deed.CREATED if is_there else Deed.DELETED if was else Deed.NOTHING

    @property
    def was_made_anew(self) -> bool:
        """Deleted and created again under its id: nobody wrote down what it became."""
        return self.deed is Deed.CHANGED and self.last == CREATED

    def add(self, op: str, before: dict[str, Any] | None, after: dict[str, Any] | None, seq: int) -> None:
        """Take in the next row."""
        self.first, self.last = self.first or op, op
        self.first_seq, self.seq = self.first_seq or seq, seq
        if op == DELETED:
            self.before, self.after = {**(before or {}), **self.before}, {}
        elif op == CHANGED:
            if self.first != CREATED:
                for name, value in (before or {}).items():
                    self.before.setdefault(name, value)
            self.after.update(after or {})


def is_erased(value: Any) -> bool:
    """Whether the value is the marker of one that was erased."""
    return isinstance(value, dict)


def folds(change_set: UUID, *, records: Collection[UUID] | None = None) -> Iterator[Fold]:
    """What a change set did, record by record, in the order of their ids."""
    rows = LedgerRow.objects.filter(change_set=change_set, op__in=(CREATED, CHANGED, DELETED))
    if records is not None:
        rows = rows.filter(record__among=records)
    return fold(rows.order_by("table_id", "record", "seq"))


def fold(rows: Any) -> Iterator[Fold]:
    """Fold a queryset of ledger rows that are in the order of table, record, seq."""
    values = rows.values_list("table_id", "record", "op", "before", "after", "seq")
    for (table, record), each in groupby(values.iterator(READ_AT_ONCE), key=lambda row: (row[0], row[1])):
        found = Fold(table, record)
        for _table, _record, op, before, after, seq in each:
            found.add(op, before, after, seq)
        yield found


def by_key(watched: Watched, values: dict[str, Any]) -> dict[str, Any]:
    """Columns with values by key taken apart: `{"custom": '{"c_size": 3}'}` becomes `{"custom.c_size": "3"}`."""
    found = {}
    for name, value in values.items():
        if name not in watched.objects or is_erased(value):
            found[name] = value
            continue
        for key, part in (json.loads(value) if value else {}).items():
            found[f"{name}.{key}"] = json.dumps(part, ensure_ascii=False, sort_keys=True)
    return found


def differences(watched: Watched, before: dict[str, Any], after: dict[str, Any]) -> Iterable[str]:
    """The names, taken apart by key, under which two states differ."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name) or is_erased(before.get(name))]
