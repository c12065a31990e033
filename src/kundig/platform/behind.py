"""Writes that nobody waits for: PostgreSQL takes them in while Python puts together what comes next.

One connection does one thing after the other, so all keeps its order. Whatever asks the database next waits until they
are done, and hears what went wrong with them (see `connections`).
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.sql import UpdateQuery

from kundig.platform.prepared import prepared_cursor

USUAL_SECONDS, SWITCH_SECONDS = sys.getswitchinterval(), 0.001
"""How long the thread that writes may wait for Python; it needs it whenever the server has taken in a part."""


class Behind:
    """Does what it is handed in its order, in a thread of its own. Where something goes wrong, what was handed after it
    is left: a commit above all would keep half of what belongs together."""

    def __init__(self, within: int | None = None) -> None:
        """`within` so many savepoints of a transaction that was there before; None if there was none."""
        self.within = within
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="behind")
        self._handed: deque[Future[Any]] = deque()
        self._failure: Exception | None = None

    def do(self, work: Callable[[], Any], *, otherwise: Callable[[], Any] | None = None) -> None:
        """`otherwise` is done instead if something went wrong before."""
        self._handed.append(self._thread.submit(self._try, work, otherwise))

    def catch_up(self) -> None:
        """Wait until all is done; raises what has gone wrong."""
        while self._handed:
            self._handed[0].exception()
            self._handed.popleft()  # now: whoever is interrupted while waiting must wait for it before rolling back
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _try(self, work: Callable[[], Any], otherwise: Callable[[], Any] | None) -> None:
        wanted = work if self._failure is None else otherwise
        if wanted is not None:
            try:
                wanted()
            except Exception as error:
                self._failure = self._failure or error

    def end(self) -> None:
        self._thread.shutdown()


@contextmanager
def writing_behind() -> Iterator[None]:
    """In this block rows are copied, statements of `write` are run and transactions are committed while the program
    goes on; when it ends all is done.

    For work that both prepares and writes much: it has a processor for each then.
    """
    ours: Any = connections[DEFAULT_DB_ALIAS]
    ours.ensure_connection()
    ours.behind = Behind(len(ours.savepoint_ids) if ours.in_atomic_block else None)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
        ours.catch_up()
    finally:
        behind, ours.behind = ours.behind, None
        behind.end()
        sys.setswitchinterval(USUAL_SECONDS)


def copy(statement: str, lines: str) -> None:
    """Send finished lines to a COPY."""
    ours: Any = connections[DEFAULT_DB_ALIAS]
    if ours.behind is not None:
        ours.behind.do(partial(_copy, ours.connection, statement, lines))
        return
    with ours.cursor() as cursor, cursor.copy(statement) as copying:
        copying.write(lines)


def write(statement: str, params: Sequence[Any] = ()) -> None:
    """Run a statement whose answer nobody needs, with its values beside it as `prepared_cursor` sends them."""
    ours: Any = connections[DEFAULT_DB_ALIAS]
    if ours.behind is not None:
        ours.behind.do(partial(_execute, ours.connection, statement, params))
        return
    with prepared_cursor() as cursor:
        cursor.execute(statement, params)


def save(record: models.Model, *fields: str) -> None:
    """Write these fields of a record that is there as they are now."""
    query: Any = type(record)._base_manager.filter(pk=record.pk).query.chain(UpdateQuery)
    query.add_update_values({name: getattr(record, name) for name in fields})
    write(*query.get_compiler(DEFAULT_DB_ALIAS).as_sql())


def _copy(connection: psycopg.Connection[Any], statement: str, lines: str) -> None:
    with psycopg.Cursor(connection) as cursor, cursor.copy(statement.encode()) as copying:
        copying.write(lines)


def _execute(connection: psycopg.Connection[Any], statement: str, params: Sequence[Any]) -> None:
    with psycopg.Cursor(connection) as cursor:
        cursor.execute(statement.encode(), params)
