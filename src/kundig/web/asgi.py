"""One origin for pages and live updates: `/live/` is a stream, everything else goes to the WSGI application.

Django's own ASGI path costs two to three times the CPU for a page; a few threads with a connection each do not.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import unquote_to_bytes
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kundig.web.settings")

from django.conf import settings
from django.db import close_old_connections

from kundig.platform.hub import Hub
from kundig.platform.sharing import Question
from kundig.platform.stream import HARMLESS, stream, take_report
from kundig.platform.windows import Person
from kundig.web.session import cookies_of, is_known, session_in, who_is_in
from kundig.web.wsgi import application as pages

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Result = TypeVar("Result")

THREADS = int(os.environ.get("KUNDIG_THREADS", "4"))
IN_MEMORY = 1024 * 1024
"""Bytes of a body or an answer beyond which it lies on disk; whoever brings more must be known."""
BIGGEST_FORM = 32 * 1024 * 1024
BIGGEST_BODY = int(os.environ.get("KUNDIG_BIGGEST_UPLOAD", str(4 * 1024**3)))
"""Of an import."""
TOO_LARGE = (
    "This is larger than Kundig takes: 1 MB before sign-in, 32 MB in forms, KUNDIG_BIGGEST_FILE for a file at "
    "a record, KUNDIG_BIGGEST_UPLOAD in imports."
)
NEXT_PART_SECONDS = 30.0
STRANGERS_SECONDS = 120.0
"""How long the next part of a body may take, and the whole body of somebody who is not known."""
TOO_SLOW = "The rest of this request did not come in time."
AROUND_A_FILE = 1024 * 1024
"""What a form may carry beside its file."""
ANSWERS = "answer-"
KEPT_SECONDS = 60.0
"""How long the file of a large answer stays once it was handed to the server, which opens it in its own time."""

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pages")
_asked = 0
"""Requests that have a thread, or wait for one."""


async def _in_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *arguments)


async def _who_may_know(record: str, people: Collection[UUID]) -> Mapping[UUID, Collection[str]]:
    def ask() -> Mapping[UUID, Collection[str]]:
        from kundig.records.presence import who_may_know  # its models exist only once Django is set up

        close_old_connections()
        return who_may_know(record, people)

    return await _in_thread(ask)


async def _answers(questions: Collection[Question]) -> Mapping[Question, str]:
    def answer() -> Mapping[Question, str]:
        from kundig.accounts.sessions import people_in
        from kundig.records.shared import answers

        close_old_connections()
        return answers(questions, people_in({question.session for question in questions}))

    return await _in_thread(answer)


hub = Hub(who_may_know=_who_may_know, answers=_answers, waiting=lambda: _asked - THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application granian serves."""
    if scope["type"] != "http":
        return
    if scope["path"] == "/live/":
        await _live(scope, receive, send)
    else:
        await _page(scope, receive, send)


async def _live(scope: Scope, receive: Receive, send: Send) -> None:
    session = session_in(cookies_of(scope["headers"]))

    async def who() -> Person | None:
        return await _in_thread(who_is_in, session)

    if scope["method"] == "POST":
        # Whoever knows the key of a window and has its session was let in when the stream was opened.
        try:
            async with asyncio.timeout(NEXT_PART_SECONDS):
                status = await take_report(hub, receive, session=session)
        except TimeoutError:
            status = 408
        await _answer(send, status)
    elif (person := await who()) is None:
        # No content instead of an error: a browser would take an error as a reason to try again for ever.
        await _answer(send, 204)
    elif scope["method"] != "GET":
        await _answer(send, 405)
    else:
        heads = dict(scope["headers"])
        last_id = heads.get(b"last-event-id", b"").decode("latin-1")
        query = scope["query_string"]
        await stream(hub, receive, send, person=person, who=who, session=session, query=query, last_id=last_id)


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    global _asked
    # A slow or huge upload is collected here, on disk, and never keeps one of the few threads waiting.
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
        try:
            size = await _collect(scope, receive, body)
        except Refused as refused:
            await _answer(send, refused.status, refused.text)
            return
        body.seek(0)
        loop = asyncio.get_running_loop()
        exchange = Exchange(_environ(scope, body, size=size))
        _asked += 1
        try:
            status, headers, content = await loop.run_in_executor(_threads, exchange.run)
        finally:
            _asked -= 1
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if isinstance(content, bytes):
            await send({"type": "http.response.body", "body": content})
        else:
            # From disk the server sends as fast as the browser takes it; a body would pile up in memory meanwhile.
            await send({"type": "http.response.pathsend", "path": str(content)})
            loop.call_later(KEPT_SECONDS, _forget, content)


def _forget(answer: Path) -> None:
    answer.unlink(missing_ok=True)


def _most(path: str) -> int:
    """Bytes that a body at this address may have."""
    if path.endswith("/import/"):
        return BIGGEST_BODY
    if path.rstrip("/").endswith("/files"):
        return max(BIGGEST_FORM, settings.BIGGEST_FILE + AROUND_A_FILE)
    return BIGGEST_FORM


class Refused(Exception):
    """A request whose body is not read to its end."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status, self.text = status, text


async def _collect(scope: Scope, receive: Receive, body: IO[bytes]) -> int:
    """The body's length.

    Raises:
        Refused: if it is too long for who sends it, or too slow, or the browser went away.
    """
    most, declared = _most(scope["path"]), _declared(scope)
    is_trusted = False

    async def trust() -> bool:
        # Otherwise anybody who reaches the port could fill the disk, or keep it waiting.
        return is_trusted or await _in_thread(is_known, scope["headers"])

    if declared > most or (declared > IN_MEMORY and not (is_trusted := await trust())):
        raise Refused(413, TOO_LARGE)
    size, began = 0, time.monotonic()
    while True:
        try:
            async with asyncio.timeout(NEXT_PART_SECONDS):
                message = await receive()
        except TimeoutError as error:
            raise Refused(408, TOO_SLOW) from error
        if message["type"] == "http.disconnect":
            raise Refused(413, TOO_LARGE)
        part = message.get("body", b"")
        size += len(part)
        if size > most or (size > IN_MEMORY and not (is_trusted := await trust())):
            raise Refused(413, TOO_LARGE)
        body.write(part)
        if not message.get("more_body"):
            return size
        if time.monotonic() - began > STRANGERS_SECONDS and not (is_trusted := await trust()):
            raise Refused(408, TOO_SLOW)


def _declared(scope: Scope) -> int:
    """The length that the request names, so that what is too long is refused before it comes."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


async def _answer(send: Send, status: int, text: str = "") -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), *HARMLESS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


class Exchange:
    """One request to the WSGI application and its answer, all in one thread because a connection belongs to one."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []

    def run(self) -> tuple[int, list[tuple[bytes, bytes]], bytes | Path]:
        """Status, headers and content; a large one is a file."""
        response: Any = pages(self._environ, self._start_response)
        try:
            if not getattr(response, "streaming", True) or self._is_small():
                return self._status, self._headers, b"".join(response)
            return self._status, self._headers, self._written(response)
        finally:
            if hasattr(response, "close"):
                response.close()

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        self._status = int(status[:3])
        self._headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self._write

    def _write(self, part: bytes) -> object:
        raise NotImplementedError("PEP 3333 keeps write() for old programs; Django does not use it")

    def _is_small(self) -> bool:
        return any(name == b"content-length" and int(value) <= IN_MEMORY for name, value in self._headers)

    def _written(self, parts: Iterable[bytes]) -> Path:
        with tempfile.NamedTemporaryFile(prefix=ANSWERS, delete=False) as file:
            try:
                for part in parts:
                    file.write(part)
            except BaseException:
                _forget(Path(file.name))
                raise
        if not any(name == b"content-length" for name, _value in self._headers):
            self._headers.append((b"content-length", str(Path(file.name).stat().st_size).encode()))
        return Path(file.name)


def _environ(scope: Scope, body: IO[bytes], *, size: int) -> dict[str, Any]:
    """PEP 3333: paths and headers as latin-1 text."""
    server = scope.get("server") or ("localhost", 80)
    path = scope.get("raw_path") or scope["path"].encode()
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # `X_Real-IP` would pass for `X-Real-IP`, which a proxy sets and removes.
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = value.decode("latin-1")
        joint = ";" if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{text}" if key in environ else text
    # Also for a body that came in pieces without a length.
    environ["CONTENT_LENGTH"] = str(size)
    return environ
