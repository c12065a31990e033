"""What happened to records, out of the ledger: each change with the record as it stood before and after it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models

from kundig.records.calculated.formulas import first_inputs, formula_of
from kundig.records.custom.fields import stands_for_itself
from kundig.records.description import Description
from kundig.records.ledger.models import CHANGED, CREATED, DELETED, LedgerRow, LedgerTable

MOST_READ = 50_000
PORTION = 1_000

Texts = dict[str, str | None]
"""Column → value as PostgreSQL writes it."""


@dataclass(frozen=True)
class Change:
    """One record changed at once. `before` is None of a new record, `after` None of a deleted one."""

    record_id: UUID
    at: dt.datetime
    before: models.Model | None
    after: models.Model | None
    columns: frozenset[str]
    """Columns that are different now; of a new record none."""

    @property
    def is_new(self) -> bool:
        return self.before is None


def changes_in(change_set: UUID, description: Description, ids: Sequence[UUID]) -> list[Change]:
    """What a change set did to some records, each folded into one change, as they stood right after it.

    Those that are gone meanwhile are left out.
    """
    table = _table(description)
    of_set = LedgerRow.objects.filter(change_set=change_set, table_id=table, record__in=ids).order_by("seq")
    folded: dict[UUID, tuple[int, dt.datetime, bool, Texts]] = {}
    for seq, record, at, op, before in of_set.values_list("seq", "record", "at", "op", "before"):
        _seq, _at, was_made, texts = folded.get(record, (0, at, False, {}))
        texts = {**(before or {}), **texts} if op == CHANGED else texts
        folded[record] = (seq, at, was_made or op == CREATED, texts)
    if not folded:
        return []
    newer = LedgerRow.objects.filter(
        table_id=table, record__in=list(folded), seq__gt=min(s for s, *_r in folded.values())
    )
    since = newer.exclude(change_set=change_set).order_by("-seq").values_list("seq", "record", "op", "before")
    states = _present(description, folded)
    for seq, record, op, before in since:
        if op == CHANGED and record in states and seq > folded[record][0]:
            states[record] = {**states[record], **(before or {})}
    found = []
    for pk, (_seq, at, was_made, texts) in folded.items():
        if pk in states:
            earlier = None if was_made else {**states[pk], **texts}
            found.append((pk, at, earlier, states[pk], frozenset() if was_made else frozenset(texts)))
    return _as_records(description, found)


@dataclass(frozen=True)
class History:
    """Changes, newest first. `is_complete` is False where there were more than are read."""

    changes: Iterable[Change]
    is_complete: bool


def history(description: Description, *, since: dt.datetime, wanted: frozenset[str] | None) -> History:
    """The changes of all records of an object since a moment, with their states then.

    `wanted` are the columns of which one at least must have changed (None: any); new records always come.
    States are found by walking back from the present, change by change.
    """
    table = _table(description)
    rows = LedgerRow.objects.filter(table_id=table, at__gte=since).order_by("-seq")
    read = list(rows.values_list("record", "at", "op", "before", "after")[: MOST_READ + 1])
    is_complete = len(read) <= MOST_READ
    return History(_walked(description, read[:MOST_READ], wanted), is_complete)


def _walked(description: Description, rows: list[Any], wanted: frozenset[str] | None) -> Iterator[Change]:
    for start in range(0, len(rows), PORTION):
        yield from _portion(description, rows, start, wanted)


def _portion(description: Description, rows: list[Any], start: int, wanted: frozenset[str] | None) -> list[Change]:
    part = rows[start : start + PORTION]
    states = _states(description, {row[0] for row in part}, rows[:start])
    found: list[tuple[UUID, dt.datetime, Texts | None, Texts, frozenset[str]]] = []
    for record, at, op, before, _after in part:
        state = states.get(record)
        if op == DELETED:
            states[record] = dict(before or {})
            continue
        if state is None:
            continue  # written around the ledger, or its row is gone
        if op == CREATED:
            found.append((record, at, None, state, frozenset()))
            states.pop(record)
            continue
        earlier = {**state, **(before or {})}
        columns = frozenset(before or {})
        if wanted is None or columns & wanted:
            found.append((record, at, earlier, state, columns))
        states[record] = earlier
    return _as_records(description, found)


def _states(description: Description, ids: set[UUID], newer: list[Any]) -> dict[UUID, Texts]:
    """How the records stood before the changes in `newer` (newest first): the present, with those taken back."""
    states = _present(description, ids)
    for record, _at, op, before, _after in newer:
        if record not in ids:
            continue
        if op == DELETED:
            states[record] = dict(before or {})
        elif op == CREATED:
            states.pop(record, None)
        elif record in states:
            states[record] = {**states[record], **(before or {})}
    return states


def _table(description: Description) -> int:
    name = description.model._meta.db_table
    return LedgerTable.objects.filter(name=name).values_list("id", flat=True).first() or 0


def _present(description: Description, ids: Iterable[UUID]) -> dict[UUID, Texts]:
    """The rows as texts, with the writing of dates and times that the ledger has."""
    table = connection.ops.quote_name(description.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        zone = cursor.fetchone()[0]
        cursor.execute("SET timezone TO 'UTC'")
        try:
            cursor.execute(
                f"SELECT base.id, hstore_to_json(hstore(base))::text FROM {table} AS base"  # noqa: S608 - our table
                " WHERE base.id = ANY(%s)",
                [list(ids)],
            )
            return {pk: json.loads(texts) for pk, texts in cursor.fetchall()}
        finally:
            cursor.execute("SELECT set_config('timezone', %s, false)", [zone])


_AS_HSTORE = "coalesce((SELECT hstore(array_agg(key), array_agg(value)) FROM jsonb_each_text(given.texts)), ''::hstore)"


def _as_records(description: Description, found: list[Any]) -> list[Change]:
    """Changes of texts as changes of records that a condition can be asked of."""
    texts = [each for _pk, _at, before, after, _columns in found for each in (before, after) if each is not None]
    if not texts:
        return []
    table = connection.ops.quote_name(description.model._meta.db_table)
    statement = (
        f"SELECT (populate_record(NULL::{table}, {_AS_HSTORE})).* FROM unnest(%s::jsonb[]) WITH ORDINALITY"  # noqa: S608 - our table
        " AS given (texts, place) ORDER BY place"
    )
    records = iter(_read(description, statement, [[json.dumps(each) for each in texts]]))
    changes = []
    for pk, at, before, _after, columns in found:
        earlier = next(records) if before is not None else None
        changes.append(Change(pk, at, earlier, next(records), columns))
    return [change for change in changes if _is_of(description, change)]


def _is_of(description: Description, change: Change) -> bool:
    """Whether the record is of this object, where several share the table."""
    return all(getattr(change.after, name) == value for name, value in description.where.items())


def _read(description: Description, statement: str, parameters: list[Any]) -> list[models.Model]:
    fields = description.model._meta.concrete_fields
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        places = {str(each[0]): place for place, each in enumerate(cursor.description or ())}
        order = [(places[str(field.column)], getattr(field, "from_db_value", None)) for field in fields]
        names = [field.attname for field in fields]
        records = [
            description.model.from_db(DEFAULT_DB_ALIAS, names, [_value(row[place], read) for place, read in order])
            for row in cursor.fetchall()
        ]
    for record in records:
        stands_for_itself(record)
    return records


def _value(value: Any, read: Any) -> Any:
    return read(value, None, connection) if read else value


def columns_of(description: Description, names: Iterable[str]) -> frozenset[str]:
    """The columns that hold some fields; of a custom field the one they share, of a calculated one those that it is
    made of."""
    columns: set[str] = set()
    for name in names:
        if (formula := formula_of(description, name)) is not None:
            own = {read.name for read in first_inputs(formula.reads) if not read.is_elsewhere}
            columns |= columns_of(description, own - {name})
            continue
        field = description.fields.get(name)
        for source in field.sources if field is not None else ():
            head = source.split("__")[0].removesuffix("_id")
            column = next((c for c in description.model._meta.concrete_fields if head in (c.name, c.attname)), None)
            columns.add(str(column.column) if column is not None else head)
    return frozenset(columns)


def changed_fields(change: Change, description: Description, names: Mapping[str, Any] | Iterable[str]) -> set[str]:
    """Which of the named fields a change made different."""
    if change.before is None or change.after is None:
        return set()
    different = set()
    for name in names:
        field = description.fields.get(name)
        if field is not None and field.model_field is not None:
            if field.value_in(change.before) != field.value_in(change.after):
                different.add(name)
        elif columns_of(description, [name]) & change.columns:
            different.add(name)
    return different
