"""The loop that delivers events: woken by NOTIFY, and by the clock for events whose transaction had to wait."""

import logging
import threading
import time
import traceback
from collections.abc import Callable

from django.db import Error, close_old_connections, connection

from kundig.platform import outbox
from kundig.platform.logs import first_line

POLL_SECONDS = 1.0
REST_SECONDS = 5.0
GLANCE_SECONDS = 0.5
MINUTE = 60.0

logger = logging.getLogger("kundig.outbox")


_minutely: list[Callable[[], object]] = []


def each_minute(function: Callable[[], object]) -> Callable[[], object]:
    """Decorator: call the function about once a minute in every worker; two of them may do so at once."""
    _minutely.append(function)
    return function


def run(ending: threading.Event) -> None:
    """Deliver until `ending` is set; a lost database is waited for."""
    is_listening = False
    last_minute = 0.0
    while not ending.is_set():
        try:
            close_old_connections()
            if not is_listening or connection.connection is None:
                outbox.prepare()
                _listen()
                is_listening = True
            while outbox.deliver() and not ending.is_set():
                pass
            if time.monotonic() - last_minute >= MINUTE:
                last_minute = time.monotonic()
                _look_at_the_clock()
            _wait(POLL_SECONDS if outbox.is_behind() else REST_SECONDS, ending)
        except Error as error:
            logger.warning("no database for events: %s", first_line(error))
            connection.close()
            is_listening = False
            ending.wait(POLL_SECONDS)
    connection.close()


def _look_at_the_clock() -> None:
    for function in _minutely:
        try:
            function()
        except Error:
            raise
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__)[-3:])
            logger.error("%s failed: %s\n%s", function.__qualname__, first_line(error), where)


def _listen() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {outbox.CHANNEL}")


def _wait(seconds: float, ending: threading.Event) -> None:
    """Until somebody publishes or `ending` is set, but no longer than `seconds`."""
    connection.ensure_connection()
    deadline = time.monotonic() + seconds
    while not ending.is_set() and time.monotonic() < deadline:
        for _ in connection.connection.notifies(timeout=GLANCE_SECONDS, stop_after=1):
            return
