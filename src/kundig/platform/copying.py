"""COPY: the fast way into a table, for rows that were checked before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db import DataError, connection, models

from kundig.platform.behind import copy
from kundig.platform.lookups import array_of

NULL = "\\N"
LINES_AT_ONCE = 1000
_NOTHING = "\x00"
"""Stands for NULL until a line is escaped: no text of PostgreSQL can contain it."""


def escaped(text: str) -> str:
    """A text as COPY's text format wants it."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def copy_lines(model: type[models.Model], columns: Sequence[str], lines: Iterable[str]) -> None:
    """Write finished lines (tab-separated, escaped, each ending in a newline) into the model's table."""
    names = ", ".join(f'"{name}"' for name in columns)
    each = iter(lines)
    while some := "".join(islice(each, LINES_AT_ONCE)):
        copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', some)


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
    rest, tail = constants(model, without=columns)
    end = f"\t{tail}\n" if rest else "\n"
    copy_lines(model, (*columns, *rest), (_line(row) + end for row in chain((first,), each)))


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


def _line(row: Sequence[Any]) -> str:
    """A row as COPY's text format wants it: put together whole, since few texts contain what is to be escaped."""
    texts = [value if type(value) is str else _NOTHING if value is None else _text(value) for value in row]
    line = "\t".join(texts)  # type: ignore[arg-type]
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != len(texts) - 1:
        line = "\t".join(map(escaped, texts))  # type: ignore[arg-type]
    if _NOTHING in line:
        if line.count(_NOTHING) != sum(value is None for value in row):
            raise DataError("A text contains a character that cannot be stored (NUL).")
        line = line.replace(_NOTHING, NULL)
    return line


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
