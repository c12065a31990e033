"""Requests through the whole program in this process, each with the CPU it cost Python and its database backend."""

from __future__ import annotations

import gzip
import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from kundig.accounts.models import User

CSRF = "a" * 32
FEWEST_RUNS, LONG_ENOUGH_S = 5, 8.0
"""What takes long is measured less often: no figure is worth a minute."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        body = gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body
        return json.loads(body)


@dataclass
class Cost:
    """CPU milliseconds of one kind of request, one value a run; `database` is empty where it cannot be measured."""

    name: str
    python: list[float]
    database: list[float]
    wall: list[float]
    pace: float = 0.0
    """`pace()` before the first of them."""

    def total(self) -> list[float]:
        return [p + d for p, d in zip(self.python, self.database, strict=True)] if self.database else self.python

    def row(self) -> dict[str, float | str]:
        return {
            "what": self.name,
            "python": _mid(self.python),
            "postgres": _mid(self.database),
            "p50": _mid(self.total()),
            "p95": _high(self.total()),
            "wall_p50": _mid(self.wall),
            "pace": round(self.pace, 2),
        }


class Caller:
    """Calls the WSGI application as a signed-in user."""

    def __init__(self, user: User) -> None:
        from kundig.web.wsgi import application

        self.application = application
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={_session(user)}; {settings.CSRF_COOKIE_NAME}={CSRF}"

    def call(
        self, method: str, address: str, *, body: bytes = b"", kind: str = "", part: str = "", token: str = ""
    ) -> Answer:
        """One request; `part` is the `HX-Target` of a fragment, `token` an API token instead of the session."""
        parts = urlsplit(address)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "HTTP_X_CSRFTOKEN": CSRF,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": kind,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        }
        if token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        else:
            environ["HTTP_COOKIE"] = self.cookies
        if part:
            environ |= {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial", "HTTP_HX_TARGET": part}
        seen: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            seen["status"], seen["headers"] = int(status.split()[0]), dict(headers)

        answer = self.application(environ, start)
        content = b"".join(answer)
        answer.close()
        return Answer(seen["status"], seen["headers"], content)


def pace() -> float:
    """CPU milliseconds of a fixed piece of Python, now: how fast this machine is while others use it, too."""
    taken = []
    for _round in range(5):
        begun = time.thread_time_ns()
        words: dict[int, str] = {}
        for number in range(20_000):
            words[number % 1000] = str(number)
        taken.append((time.thread_time_ns() - begun) / 1e6)
    return median(taken)


def measure(name: str, calls: list[Any], *, warm: int = 3, clock: Callable[[], int] = time.thread_time_ns) -> Cost:
    """Run each of `calls` (functions without arguments) once, the first few twice so that caches are filled; Python's
    nanoseconds are read from `clock`."""
    for call in calls[:warm]:
        call()
    cost = Cost(name, [], [], [], pace())
    backend = _BackendClock()
    for number, call in enumerate(calls):
        if number >= FEWEST_RUNS and sum(cost.wall) > LONG_ENOUGH_S * 1000:
            break
        database, python, wall = backend.read(), clock(), time.perf_counter_ns()
        call()
        cost.python.append((clock() - python) / 1e6)
        cost.wall.append((time.perf_counter_ns() - wall) / 1e6)
        if database is not None:
            cost.database.append((backend.settled() - database) / 1e6)
    return cost


class _BackendClock:
    """CPU nanoseconds of this connection's PostgreSQL backend, from the scheduler; None on another machine."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.path = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def read(self) -> int | None:
        try:
            return int(self.path.read_text().split()[0])
        except (OSError, ValueError):
            return None

    def settled(self) -> int:
        """The clock after the backend has gone back to waiting: it answers before it has quite finished."""
        last = self.read() or 0
        for _attempt in range(20):
            time.sleep(0.0005)
            now = self.read() or 0
            if now == last:
                break
            last = now
        return last


def _session(user: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _mid(values: list[float]) -> float:
    return round(median(values), 2) if values else float("nan")


def _high(values: list[float]) -> float:
    return round(sorted(values)[max(0, round(len(values) * 0.95) - 1)], 2) if values else float("nan")
