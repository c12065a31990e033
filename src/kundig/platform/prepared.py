"""Statements that PostgreSQL plans once in a connection: for those that find a few rows by an index, planning costs
more than running, in a partitioned table many times as much.

Only on our own server. In front of another one may stand a pooler that gives each transaction another connection, in
which nothing was prepared.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.postgresql.psycopg_any import mogrify

OPTION = "prepare_threshold"
"""In the options of the database: how often a statement is asked before it is kept; None for never."""


class LoggedCursor(ServerBindingCursor):
    """One that Django's log of statements, where it is kept, shows as all others: with the values in their places."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        found = super().execute(query, params, **options)  # type: ignore[misc]
        self._query: Any = SimpleNamespace(query=mogrify(query, params, connection.connection).encode())
        return found


def prepared_cursor() -> Any:
    """A cursor for one statement at a time that is asked again and again in the same words, only its parameters differ.

    Values are sent beside the statement, so each `%s` whose type cannot be told from where it stands needs a cast.
    """
    ours: Any = connections[DEFAULT_DB_ALIAS]  # asked once: `connection` looks for it at every step
    if ours.settings_dict["OPTIONS"].get(OPTION) is None:
        return ours.cursor()
    ours.ensure_connection()
    raw = ours.connection
    usual, raw.cursor_factory = raw.cursor_factory, LoggedCursor if ours.queries_logged else ServerBindingCursor
    try:
        return ours.cursor()
    finally:
        raw.cursor_factory = usual
