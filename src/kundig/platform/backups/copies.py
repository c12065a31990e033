"""Databases beside the one that is worked with: loaded, looked at, put in its place or dropped."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kundig.platform.backups import tools
from kundig.platform.backups.contents import moment, snapshot_of
from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder


@contextlib.contextmanager
def database_beside(url: str, suffix: str) -> Iterator[str]:
    """An empty database on the same server for the block; its address. One that was left over is dropped before."""
    name = f"{conninfo_to_dict(url)['dbname']}_{suffix}"
    with _maintenance(url) as connection:
        _drop(connection, name)
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refused("this needs the right to create databases: ALTER ROLE … CREATEDB") from error
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with _maintenance(url) as connection:
            _drop(connection, name)


@contextlib.contextmanager
def copied(url: str, *, suffix: str, folder: DataFolder) -> Iterator[str]:
    """A copy of the database as it is now, which may be worked with meanwhile; its address."""
    server = server_of(url)
    with database_beside(url, suffix) as copy:
        with tempfile.TemporaryDirectory(dir=folder.temporary, prefix="copy-") as place:
            dump = Path(place) / "database.dump"
            with moment(url) as connection:
                tools.dump(dump, server=server, url=url, snapshot=snapshot_of(connection))
            tools.load(dump, server=server, url=copy)
        yield copy


def take_the_place(url: str, *, by: str) -> None:
    """Let another database of the server have the name of this one, which is dropped."""
    name, new = str(conninfo_to_dict(url)["dbname"]), str(conninfo_to_dict(by)["dbname"])
    old = f"{name}_before"
    with _maintenance(url) as connection:
        _drop(connection, old)
        with connection.transaction():  # whatever ends this process, one of the two has the name
            _rename(connection, name, old)
            _rename(connection, new, name)
        _drop(connection, old)


def server_of(url: str) -> int:
    """The major version of the server."""
    with _maintenance(url) as connection:
        return connection.info.server_version // 10000


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _rename(connection: psycopg.Connection, name: str, new: str) -> None:
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    connection.execute(end, [name])
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(new)))


@contextlib.contextmanager
def _maintenance(url: str) -> Iterator[psycopg.Connection]:
    """A connection to the same server that is in none of the databases to be renamed."""
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        yield connection
