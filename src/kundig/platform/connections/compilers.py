"""What Django writes SQL with on our connections: its own compilers, and one of ours for rows that are new.

Most columns of a new row are empty. Django prepares and names each of them at every row, and the driver writes all of
their values into a statement that PostgreSQL has never seen before. Here the empty ones stand in the statement, which
is kept for the columns that are filled in, and planned once (see `kundig.platform.prepared`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLUpdateCompiler,
)
from django.db.models import BooleanField, CharField, Field, ForeignKey, TextField, UUIDField

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]

MOST_ROWS = 4
"""More of them Django sends as arrays of columns."""
MOST_KEPT = 500
"""Statements."""
UNCHANGED: dict[type[Field], type] = {CharField: str, TextField: str, UUIDField: UUID, BooleanField: bool}
"""Fields that hand values of a type to the database as they are. Of no subclass that is known."""


class Column(NamedTuple):
    """How the values of a field reach a new row."""

    field: Any
    says_itself: bool
    """Whether the field has a word in what is written (`auto_now`), not only the record."""
    unchanged: type | None
    placeholder: Any


class Table(NamedTuple):
    begin: str
    columns: tuple[Column, ...]
    """They hold the fields fast, which are known by where they lie in memory."""


class Row(NamedTuple):
    places: tuple[str, ...]
    params: list[Any]


class Statement(NamedTuple):
    sql: str
    converters: Any
    """Of what Django wants back: what defaults of the database, its triggers and generated columns make of a row."""


_tables: dict[tuple[int, ...], Table] = {}
_statements: dict[tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[str, ...], ...]], Statement] = {}


class SQLInsertCompiler(compiler.SQLInsertCompiler):
    """Writes a few rows of plain values by a statement that is kept, all others as Django does."""

    def execute_sql(self, returning_fields: Sequence[Any] | None = None) -> list[Any]:  # type: ignore[override]
        query: Any = self.query
        is_plain = query.on_conflict is None and not query.raw and self.connection.alias == DEFAULT_DB_ALIAS
        if is_plain and query.fields and len(query.objs) <= MOST_ROWS:
            key = tuple(map(id, query.fields))
            table = _tables.get(key) or _tables.setdefault(key, _table(query, self.connection))
            rows = [row for record in query.objs if (row := self._row(table, record)) is not None]
            if len(rows) == len(query.objs):
                return self._written(key, table, rows, returning_fields or ())
        found: list[Any] = super().execute_sql(returning_fields)
        return found

    def _row(self, table: Table, record: Any) -> Row | None:
        """What is written of a record; None if only Django knows how."""
        places: list[str] = []
        params: list[Any] = []
        for field, says_itself, unchanged, placeholder in table.columns:
            value = field.pre_save(record, True) if says_itself else getattr(record, field.attname)
            if value is None:
                places.append("NULL")
            elif unchanged is not None and type(value) is unchanged:
                if value == "":
                    places.append("''")
                else:
                    places.append("%s")
                    params.append(value)
            elif hasattr(value, "resolve_expression"):
                return None
            else:
                sent = field.get_db_prep_save(value, self.connection)
                places.append(placeholder(sent, self, self.connection) if placeholder else "%s")
                params.append(sent)
        return Row(tuple(places), params)

    def _written(self, key: tuple[int, ...], table: Table, rows: Sequence[Row], returning: Sequence[Any]) -> list[Any]:
        """Write the rows; of each what Django wants back."""
        from kundig.platform.prepared import prepared_cursor  # asks for a connection, which this is a part of

        shape = tuple([row.places for row in rows])
        kept_as = (key, tuple(map(id, returning)), shape)
        statement = _statements.get(kept_as)
        if statement is None:
            if len(_statements) >= MOST_KEPT:
                _statements.clear()
            statement = _statements[kept_as] = self._statement(table, rows, returning)
        with prepared_cursor() as cursor:
            cursor.execute(statement.sql, [value for row in rows for value in row.params])
            found = cursor.fetchall() if returning else []
        return list(self.apply_converters(found, statement.converters)) if statement.converters else found

    def _statement(self, table: Table, rows: Sequence[Row], returning: Sequence[Any]) -> Statement:
        lines = ", ".join(f"({', '.join(row.places)})" for row in rows)
        quoted = self.connection.ops.quote_name
        columns = ", ".join(quoted(field.column) for field in returning)
        known = [field.get_col(self.query.get_meta().db_table) for field in returning]
        sql = f"{table.begin} VALUES {lines}{' RETURNING ' if returning else ''}{columns}"
        return Statement(sql, self.get_converters(known))


def _table(query: Any, connection: Any) -> Table:
    quoted = connection.ops.quote_name
    columns = tuple(
        Column(
            field,
            type(field).pre_save is not Field.pre_save,
            UNCHANGED.get(type(field.target_field if type(field) is ForeignKey else field)),
            getattr(field, "get_placeholder", None),
        )
        for field in query.fields
    )
    names = ", ".join(quoted(field.column) for field in query.fields)
    return Table(f"INSERT INTO {quoted(query.get_meta().db_table)} ({names})", columns)
