"""Rows as they are now, in the words of the ledger, and writing such rows: in one statement for many."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from kundig.platform.copying import text_of_default
from kundig.records.ledger.tables import Watched
from kundig.records.ledger.triggers import TOUCHED

_GIVEN = """
FROM jsonb_array_elements(%s::jsonb) AS given_ (line),
    LATERAL (SELECT hstore(array_agg(key), array_agg(value)) AS texts FROM jsonb_each_text(given_.line)) AS told_,
    LATERAL populate_record(NULL::{table}, told_.texts) AS new_
"""


def rows_of(watched: Watched, ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, dict[str, Any]]:
    """Those of these rows that are there: id → column → text."""
    table = _quoted(watched.name)
    end = "ORDER BY id FOR UPDATE" if lock else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT there_.id, hstore_to_jsonb(hstore(there_))::text FROM {table} AS there_ WHERE id = ANY(%s) {end}",  # noqa: S608 - our own table
            [list(ids)],
        )
        return {record: json.loads(line) for record, line in cursor.fetchall()}


def update(watched: Watched, rows: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Set some columns of each of these rows."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for record, values in rows.items():
        alike[tuple(sorted(values))].append({"id": str(record), **values})
    for columns, lines in alike.items():
        sets = [f"{_quoted(name)} = new_.{_quoted(name)}" for name in columns]
        sets += [f"{TOUCHED} = now()"] * (TOUCHED in watched.columns)
        statement = f"UPDATE {{table}} AS there_ SET {', '.join(sets)} {_GIVEN} WHERE there_.id = new_.id"  # noqa: S608
        _run(watched, statement, lines)


def insert(watched: Watched, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write whole rows; columns that have come since get their default."""
    there = watched.columns
    lines = []
    for row in rows:
        line = {name: value for name, value in row.items() if name in there}
        for name, column in there.items():
            if name not in line and name != TOUCHED:
                line[name] = text_of_default(column)
        lines.append(line)
    names = [name for name in there if name != TOUCHED]
    listed = ", ".join(map(_quoted, names))
    _run(
        watched, f"INSERT INTO {{table}} ({listed}) SELECT {', '.join(f'new_.{_quoted(n)}' for n in names)} {_GIVEN}",
        lines,
    )  # fmt: skip


def typed(watched: Watched, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Texts of the ledger as values of the model, in the same order; a column that is not given is None."""
    if not lines:
        return []
    names = list(watched.columns)
    listed = ", ".join(f"new_.{_quoted(name)}" for name in names)
    given = [{name: value for name, value in line.items() if name in watched.columns} for line in lines]
    statement = f"SELECT {listed} {_GIVEN}".replace("AS given_ (line)", "WITH ORDINALITY AS given_ (line, place)")
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement.format(table=_quoted(watched.name))} ORDER BY given_.place",
            [json.dumps([line or {"id": None} for line in given])],
        )
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for name in watched.objects:
        for row in found:
            row[name] = json.loads(row[name]) if isinstance(row[name], str) else row[name]
    return found


@contextmanager
def standing(watched: Watched, rows: Mapping[UUID, Mapping[str, Any]]) -> Iterator[None]:
    """Queries inside read these rows (id → columns) in the place of those that the table holds under these ids.

    A common table expression of the table's own name stands before it in every SELECT, so that rights, joins and
    fields are asked of another state without anybody knowing. What was erased reads as empty.
    """
    table = _quoted(watched.name)
    given = _GIVEN.format(table=table)
    instead = (
        f"WITH {table} AS NOT MATERIALIZED (SELECT new_.* {given}"  # noqa: S608 - our own table
        f" UNION ALL SELECT there_.* FROM {table} AS there_ WHERE there_.id <> ALL(%s)) "
    )
    lines = [{"id": str(key), **{n: v for n, v in row.items() if not isinstance(v, dict)}} for key, row in rows.items()]
    told = (json.dumps(lines), list(rows))

    def read(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            sql, params = instead + sql, (*told, *(params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(read):
        yield


def _run(watched: Watched, statement: str, lines: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=_quoted(watched.name)), [json.dumps(lines)])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
