"""What Django loads as `DATABASES["default"]["ENGINE"]`."""

import select

import psycopg
from django.db.backends.postgresql import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "kundig.platform.connections.compilers"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that costs no question of its own before each request.

    A server that ends a connection, or ends itself, closes the socket: it can be read from then. One that is quiet is
    taken to hold, as it did at the end of the request before.
    """

    ops_class = DatabaseOperations

    def is_usable(self) -> bool:
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
