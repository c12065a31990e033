"""Taking back only some fields: of each record its columns, and of its parts those that tell what the field shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from kundig.records.description import Description
from kundig.records.ledger import present
from kundig.records.ledger.folding import Deed, Fold, by_key
from kundig.records.ledger.models import LedgerRow
from kundig.records.ledger.tables import Columns, Watched, field_of, watched_tables


def with_parts(change_set_id: UUID, records: Collection[UUID]) -> list[UUID]:
    """These records and what belongs to them, of all that a change set touched."""
    found = set(records)
    touched = LedgerRow.objects.filter(change_set=change_set_id).exclude(record__among=list(records))
    tables = watched_tables()
    for number in set(touched.values_list("table_id", flat=True).distinct()) & tables.keys():
        watched = tables[number]
        if not watched.is_part:
            continue
        rows = touched.filter(table_id=number)
        gone = rows.filter(owner__among=list(records)).values_list("record", flat=True)
        found.update(gone, watched.belonging_to(records, rows.values_list("record", flat=True)))
    return list(found)


def narrowed(watched: Watched, portion: Sequence[Fold], fields: Collection[str]) -> list[Fold]:
    """Of these folds of one table what they did to the named fields."""
    now = present.rows_of(watched, [fold.record for fold in portion])
    found = []
    for fold in portion:
        row = {**now.get(fold.record, {}), **fold.before}
        description = watched.description_of(row)
        if description is None:
            continue
        if any(description.tells(name, row) for name in fields):
            found.append(fold)
        elif fold.deed is Deed.CHANGED and (left := _with_columns(watched, fold, description, row, fields)):
            found.append(left)
    return found


def _with_columns(
    watched: Watched, fold: Fold, description: Description, row: Columns, fields: Collection[str]
) -> Fold | None:
    """The fold with nothing but the columns that the named fields show."""
    wanted = set(fields)
    for name in wanted & description.composed.keys():
        wanted |= set(description.field(name).sources)

    def is_wanted(column: str) -> bool:
        shown = field_of(description, column)
        return shown is not None and shown.name in wanted

    before = {name: value for name, value in by_key(watched, fold.before).items() if is_wanted(name)}
    after = {name: value for name, value in by_key(watched, fold.after).items() if is_wanted(name)}
    if not before and not after:
        return None
    # Of a value by key that was not there before, that it was not must be said.
    return replace(fold, before={**dict.fromkeys(after), **before}, after=after)
