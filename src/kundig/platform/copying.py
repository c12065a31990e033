"""COPY: the fast way into a table, for rows that were checked before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection, models

from kundig.platform.lookups import array_of

NULL = "\\N"


def escaped(text: str) -> str:
    """A text as COPY's text format wants it."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def copy_lines(model: type[models.Model], columns: Sequence[str], lines: Iterable[str]) -> None:
    """Write finished lines (tab-separated, escaped, each ending in a newline) into the model's table."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        copy.write("".join(lines))


def constants(model: type[models.Model], without: Iterable[str]) -> tuple[list[str], str]:
    """Columns of the model beside `without`, and their defaults as the end of a line.

    A table's text columns have no defaults in the database; whoever copies into it must give them all.
    """
    given = set(without)
    names: list[str] = []
    texts: list[str] = []
    for column in model._meta.concrete_fields:
        if (
            column.column in given
            or getattr(column, "generated", False)
            or column.db_default is not models.NOT_PROVIDED
            or isinstance(column, models.AutoField)
        ):
            continue
        names.append(str(column.column))
        texts.append(_default(column))
    return names, "\t".join(texts)


def _default(column: models.Field) -> str:
    value = _text(_default_value(column))
    return NULL if value is None else escaped(value)


def text_of_default(column: models.Field) -> str | None:
    """The default of a column as PostgreSQL reads it; None for NULL."""
    return _text(_default_value(column))


def _default_value(column: models.Field) -> Any:
    if column.null:
        return None
    value = column.get_default()
    return {} if isinstance(value, list | dict) else value  # written alike


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of Python values in the order of `columns` (names in the database); what is left out, the database
    sets or, for columns without a default there, the model."""
    each = iter(rows)
    first = next(each, None)
    if first is None:
        return
    rest, _line = constants(model, without=columns)
    fields = {column.column: column for column in model._meta.concrete_fields}
    tail = [_text(_default_value(fields[name])) for name in rest]
    names = ", ".join(f'"{name}"' for name in (*columns, *rest))
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        write = copy.write_row
        for row in chain((first,), each):
            # Texts and nulls go through the driver's C; everything else would be adapted in Python, one by one.
            write([value if type(value) is str or value is None else _text(value) for value in row] + tail)


def copy_values(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same with rows by names of columns, which need not name the same ones: what one leaves out has the model's
    default, a key of its own included."""
    fields = {column.column: column for column in model._meta.concrete_fields}
    names = list(dict.fromkeys(["id", *(name for row in rows for name in row)]))
    otherwise = {name: fields[name].get_default for name in names}
    copy_rows(model, names, ([row[n] if n in row else otherwise[n]() for n in names] for row in rows))


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set `columns` of many rows by their `id` in one statement; a model with `changed_at` gets the present time."""
    if not rows:
        return
    fields = {field.column: field for field in model._meta.concrete_fields}
    types = ", ".join(f'"{name}" {fields[name].db_type(connection)}' for name in ("id", *columns))
    sets = [f'"{name}" = given."{name}"' for name in columns] + ["changed_at = now()"] * ("changed_at" in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" AS known SET {", ".join(sets)} '  # noqa: S608 - names of our own model
            f"FROM jsonb_to_recordset(%s::jsonb) AS given({types}) WHERE known.id = given.id",
            [json.dumps(rows, default=str)],
        )


def _text(value: Any) -> str | None:
    """A Python value as PostgreSQL reads it."""
    if value is None or isinstance(value, str):
        return value
    if type(value) is UUID:
        return str(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list | tuple):
        return array_of(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
