"""Erasure for privacy: values of persons leave the ledger, too. That it happened stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection, transaction

from kundig.accounts.models import User
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.ledger.sets import change_set
from kundig.records.ledger.tables import Watched, watched_tables


@transaction.atomic
def erase(
    description: Description, ids: Collection[UUID], *, by: User | None, fields: Iterable[str] | None = None
) -> int:
    """Replace what the ledger holds of these records, of the named fields or of all personal ones, by a marker.

    Answers how many rows that changed. The records themselves are the affair of who calls; whether `by` may do this,
    too.
    """
    names = list(fields) if fields is not None else [n for n, f in description.fields.items() if f.personal]
    columns = [
        str(column.column)
        for name in names
        for column in [description.fields[name].model_field]
        if column is not None and description.fields[name].path == column.name
    ]
    model = description.model._meta.concrete_model
    watched = next(each for each in watched_tables().values() if each.model is model)
    with change_set(by=by, via=Via.ERASURE):
        return erase_columns(watched, ids, columns)


def erase_columns(watched: Watched, ids: Collection[UUID], columns: Collection[str]) -> int:
    """The same for columns of a table, inside a change set that says who erases."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_ledger_erase(%s, %s, %s)", [watched.name, list(ids), list(columns)])
        return int(cursor.fetchone()[0])
