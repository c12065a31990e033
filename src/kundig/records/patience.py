"""Questions that may take as long as the base is large: given a limit, so that a page answers in any case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class TooSlow(Exception):
    """A question was given up because it took longer than its limit."""


@contextmanager
def at_most(milliseconds: int) -> Iterator[None]:
    """Let each statement inside take so long and no longer.

    Raises:
        TooSlow: if one took longer; the transaction around goes on.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {milliseconds:d}")
            yield
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow(f"longer than {milliseconds} ms") from error
        raise
