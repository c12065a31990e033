"""What a database holds, in figures that two copies of one moment share whatever order their rows lie in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import sql


class Table(NamedTuple):
    """Figures of one table: `checksum` is the sum over all rows of the first 64 bits of the MD5 of the row's text."""

    rows: int
    checksum: str


Contents = dict[str, Table]

# The text of a value depends on these; a role or a server may have others.
_SETTINGS = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres';"
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'"
)
_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2
"""
_FIGURES = (
    "SELECT count(*), coalesce(sum(('x' || left(md5(r::text), 16))::bit(64)::bigint::numeric), 0)::text FROM {} r"
)


@contextmanager
def moment(url: str) -> Iterator[psycopg.Connection]:
    """A connection that sees the database as it is now, however long it looks."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            yield connection


def snapshot_of(connection: psycopg.Connection) -> str:
    """The name under which other programs can look at the same moment."""
    exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
    return str(exported[0]) if exported else ""


def contents(connection: psycopg.Connection) -> Contents:
    """The figures of every table, by `schema.table`; reads all of them once."""
    connection.execute(_SETTINGS)
    found = {}
    for schema, name in connection.execute(_TABLES).fetchall():
        figures = connection.execute(sql.SQL(_FIGURES).format(sql.Identifier(schema, name))).fetchone()
        found[f"{schema}.{name}"] = Table(*figures or (0, "0"))
    return found


def differences(before: Contents, after: Contents) -> list[str]:
    """One line for each table that does not hold the same."""
    none = Table(0, "0")
    return [
        f"{name}: {was.rows} rows, now {now.rows}" if was.rows != now.rows else f"{name}: other values"
        for name in sorted(before.keys() | after.keys())
        if (was := before.get(name, none)) != (now := after.get(name, none))
    ]
