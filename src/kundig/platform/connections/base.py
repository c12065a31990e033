"""What Django loads as `DATABASES["default"]["ENGINE"]`."""

from __future__ import annotations

import select
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from django.db.backends.postgresql import base, operations

if TYPE_CHECKING:
    from kundig.platform.behind import Behind

_CHECKED = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; "


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "kundig.platform.connections.compilers"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that costs no question of its own before each request.

    A server that ends a connection, or ends itself, closes the socket: it can be read from then. One that is quiet is
    taken to hold, as it did at the end of the request before.
    """

    ops_class = DatabaseOperations
    behind: Behind | None = None
    """What does the writing while the program goes on; None where everybody waits for it."""

    def catch_up(self) -> None:
        """Wait for what is written behind; raises what went wrong with it."""
        if self.behind is not None:
            with self.wrap_database_errors:
                self.behind.catch_up()

    def _cursor(self, name: str | None = None) -> Any:
        self.catch_up()
        return super()._cursor(name)  # type: ignore[misc]

    def _commit(self) -> None:
        if self.behind is None or self.run_on_commit:  # what is to be done then must find it done
            self.catch_up()
            super()._commit()  # type: ignore[misc]
        else:
            self.behind.do(self.connection.commit, otherwise=self.connection.rollback)

    def _savepoint(self, sid: str) -> None:
        if not self._behind_instead(self.ops.savepoint_create_sql(sid)):
            super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> None:
        if not self._behind_instead(_CHECKED + self.ops.savepoint_commit_sql(sid)):
            super()._savepoint_commit(sid)  # type: ignore[misc]

    def _behind_instead(self, statement: str) -> bool:
        """Set or release a savepoint behind, where it stands for a transaction of whoever writes so inside that of a
        caller; what is checked at a commit is checked at its release then. Answers whether it does."""
        if self.behind is None or self.behind.within != len(self.savepoint_ids):
            return False
        self.behind.do(partial(self.connection.execute, statement))
        return True

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.behind is None:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
        else:
            work = partial(setattr, self.connection, "autocommit", autocommit)
            self.behind.do(work, otherwise=work)

    def _rollback(self) -> None:
        with suppress(Exception):  # what is thrown away may be wrong
            self.catch_up()
        super()._rollback()  # type: ignore[misc]

    def _close(self) -> None:
        with suppress(Exception):  # what is thrown away may be wrong
            self.catch_up()
        super()._close()  # type: ignore[misc]

    def is_usable(self) -> bool:
        self.catch_up()
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        """Whether nothing came from the server since its last answer: neither words nor the end."""
        if self.connection is None:
            return False
        try:
            socket = self.connection.pgconn.socket
        except psycopg.Error:  # closed here
            return False
        poll = select.poll()
        poll.register(socket, select.POLLIN)
        return not poll.poll(0)
