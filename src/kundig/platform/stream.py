"""Live updates as HTTP: a stream of server-sent events for each window, and what the window says of itself.

`event: hello` brings the key of the window, `event: changed` names (`organisations:<uuid> persons:<uuid> …`) of which
the browser fetches what it shows; what it may see is decided there. `event: present` tells who else is at a record.

An `id` is the place after which a browser asks when it comes back: none is told as long as the window is owed anything
from before it.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from kundig.platform.hub import Hub
from kundig.platform.windows import Person, Window

HEARTBEAT_SECONDS = 20.0
RECHECK_BEATS = 3
SAYS_WITHIN_SECONDS = 2.0
"""A window that has not said by then what it shows hears of everything."""
BIGGEST_REPORT = 256 * 1024
RETRY_MILLISECONDS = (1000, 4000)
"""When a browser tries again; not all at the same moment."""

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
WhoIs = Callable[[], Awaitable[Person | None]]


async def stream(
    hub: Hub, receive: Receive, send: Send, *, person: Person, who: WhoIs, session: str = "", query: bytes = b"",
    last_id: str = "",
) -> None:  # fmt: skip
    """Answer one GET of `/live/` until the browser goes, the hub closes or the session ends (`who` is nobody then).

    `last_id` is the place after which a browser asks again by itself; pages name theirs in the query (`since`), or how
    many milliseconds ago they were asked for (`age`).
    """
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    gone = asyncio.ensure_future(_disconnected(receive))
    asked = {name: values[-1] for name, values in parse_qs(query.decode("latin-1")).items()}
    try:
        since = last_id or asked.get("since", "")
        async with hub.window(person, session=session, since=since, age=_seconds(asked)) as window:
            await _write(send, f"retry: {random.randint(*RETRY_MILLISECONDS)}\n".encode())  # noqa: S311 - no secret
            await _write(send, f"id: {window.place}\nevent: hello\ndata: {window.key}\n\n".encode())
            await _tell(hub, window, send, gone, who=who)
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()


async def take_report(hub: Hub, receive: Receive, *, session: str) -> int:
    """Answer one POST of `/live/`, in which a window says what it shows; the status of the answer."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return 400
        body += message.get("body", b"")
        if len(body) > BIGGEST_REPORT:
            return 413
        if not message.get("more_body"):
            break
    try:
        told = json.loads(body)
    except ValueError:
        return 400
    if not isinstance(told, dict) or not isinstance(told.get("key"), str):
        return 400
    # A stream that ended meanwhile, as at sign-in, is no fault: the window opens another and reports to that.
    hub.report(told["key"], session, told)
    return 204


# What the pages' middleware gives every other answer: it is no page, and no part of one.
HARMLESS = [(b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'; sandbox")]
HEADERS = [
    *HARMLESS,
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _tell(hub: Hub, window: Window, send: Send, gone: asyncio.Future[None], *, who: WhoIs) -> None:
    loop = asyncio.get_running_loop()
    loop.call_later(SAYS_WITHIN_SECONDS, hub.waited, window)
    # Five hundred pages that came back together after a restart do not all beat together.
    beats, next_beat = 0, loop.time() + HEARTBEAT_SECONDS * random.uniform(0.5, 1)  # noqa: S311 - no secret
    while not window.ended:
        waking = asyncio.ensure_future(window.woken.wait())
        pause = max(0.0, next_beat - loop.time())
        await asyncio.wait((waking, gone), timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        waking.cancel()
        if gone.done():
            return
        window.woken.clear()
        if window.messages:
            said, window.messages = b"".join(window.messages), []
            await _write(send, said)
        if window.has_turn:
            names, window.pending, window.has_turn = " ".join(window.pending), {}, False
            if names:
                await _write(send, f"{_place(hub, window)}event: changed\ndata: {names}\n\n".encode())
        if loop.time() < next_beat:
            continue
        beats, next_beat = beats + 1, loop.time() + HEARTBEAT_SECONDS
        if beats % RECHECK_BEATS == 0 and await who() is None:
            return
        if hub.is_silent(window):
            hub.presence.left(window)
        await _write(send, f"{_place(hub, window)}event: here\ndata: .\n\n".encode())


def _place(hub: Hub, window: Window) -> str:
    return "" if window.is_owed else f"id: {hub.journal.place}\n"


async def _write(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    # The server's own `receive` is no coroutine, hence a function of ours around it.
    while (await receive())["type"] != "http.disconnect":
        pass


def _seconds(asked: dict[str, str]) -> float | None:
    text = asked.get("age", "")
    return int(text) / 1000 if text.isascii() and text.isdigit() and len(text) < 13 else None
