"""New rows of a model: Django puts the statement of each together from all columns, which costs more than writing the
row; here it is kept, and what differs are its values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

from kundig.platform.prepared import prepared_cursor


def insert_rows(model: type[models.Model], records: Sequence[models.Model], columns: Sequence[Any]) -> bool:
    """Write new records into a table; False, and nothing done, where the database is to reckon one of the values."""
    rows = [[column.pre_save(record, True) for column in columns] for record in records]
    if any(hasattr(value, "resolve_expression") for row in rows for value in row):
        return False
    params = [
        column.get_db_prep_save(value, connection) for row in rows for column, value in zip(columns, row, strict=True)
    ]
    names = tuple(str(column.column) for column in columns)
    with prepared_cursor() as cursor:
        cursor.execute(_statement(model._meta.db_table, names, len(records)), params)
    return True


@lru_cache(maxsize=500)
def _statement(table: str, names: tuple[str, ...], many: int) -> str:
    row = f"({', '.join(['%s'] * len(names))})"
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({columns}) VALUES {", ".join([row] * many)}'  # noqa: S608 - our own columns
