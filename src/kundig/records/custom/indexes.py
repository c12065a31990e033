"""The index that sorts and filters by an added field, built while everybody goes on working.

Beside it stand statistics of its values. PostgreSQL takes none from an index that holds the rows of one object only,
and would guess that every value is rare and every range wide.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import DatabaseError, connection, models
from django.db.models import F, Q
from django.db.models.sql import Query

from kundig.platform import live
from kundig.platform.logs import first_line
from kundig.records import registry
from kundig.records.custom.fields import AddedField, added_field
from kundig.records.custom.kinds import KINDS
from kundig.records.custom.models import CustomField, IndexState
from kundig.records.description import Description
from kundig.records.kinds.choices import Several
from kundig.records.kinds.references import Reference

LIVE = "added_fields"


def is_wanted(row: CustomField) -> bool:
    return KINDS[row.kind].is_indexed and row.retired_at is None and row.deleted_at is None


def bring_in_step(row: CustomField) -> None:
    """Build or drop the index of a field, as it is wanted; outside a transaction nobody has to wait for it."""
    description = registry.get(row.object)
    if description is None:
        return
    if not is_wanted(row):
        drop(row)
        _note(row, IndexState.NONE)
        return
    if _is_valid(row):
        _note(row, IndexState.READY)
        return
    try:
        drop(row)
        _build(description, added_field(description, row))
    except DatabaseError as error:
        _note(row, IndexState.FAILED, first_line(error))
        raise
    _note(row, IndexState.READY)


def drop(row: CustomField) -> None:
    how = "" if connection.in_atomic_block else "CONCURRENTLY "
    with connection.cursor() as cursor:
        cursor.execute(f'DROP INDEX {how}IF EXISTS "{row.index_name}"')
        cursor.execute(f'DROP STATISTICS IF EXISTS "{row.index_name}_values"')


def _build(description: Description, field: AddedField) -> None:
    concurrently = not connection.in_atomic_block
    model: Any = description.model._meta.concrete_model
    with connection.schema_editor(atomic=False) as editor:
        index = index_of(description, field)
        statement = index.create_sql(model, editor, concurrently=concurrently)
        editor.execute(statement, params=None)
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE STATISTICS IF NOT EXISTS "{field.row.index_name}_values" '
            f'ON ({_sql(model, _path(field))}) FROM "{model._meta.db_table}"'
        )
        cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def index_of(description: Description, field: AddedField) -> models.Index:
    """The index as the paging of lists wants it: key and id, what scopes look at beside them, one object's rows."""
    columns = {column.name for column in description.model._meta.concrete_fields}
    condition = Q(**description.where) if description.where else None
    if isinstance(field.kind, Several):
        return GinIndex(F(field.path), name=field.row.index_name, condition=condition)
    include = tuple(name for name in (description.team, description.owner) if name in columns)
    return models.Index(
        F(_path(field)), F("id"), name=field.row.index_name, condition=condition, include=include or None
    )


def _path(field: AddedField) -> str:
    """What the index is about."""
    return f"{field.path}_id" if isinstance(field.kind, Reference) else field.sort_path or field.path


def _sql(model: Any, path: str) -> str:
    query = Query(model, alias_cols=False)
    sql, params = query.get_compiler(connection=connection).compile(F(path).resolve_expression(query))
    assert not params, "an added field is read without parameters"
    return str(sql)


def _is_valid(row: CustomField) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [row.index_name])
        found = cursor.fetchone()
    return bool(found and found[0])


def _note(row: CustomField, state: IndexState, error: str = "") -> None:
    row.index_state, row.index_error = state, error
    CustomField.objects.filter(pk=row.pk).update(index_state=state, index_error=error)
    live.announce(LIVE)
