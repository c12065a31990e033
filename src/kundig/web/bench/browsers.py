"""Browsers as the server sees them: each holds a stream, says what it shows, and asks for its part when it is told.

They do what `frontend/src/controllers/live.ts` does, and draw nothing.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

COLLECTS = 0.15
MANY = 4
GZIP = b"\x1f\x8b"
NEWCOMERS = 0.2
TAG = re.compile(r"<(\w+)\b([^>]*\bdata-(?:record|live)=\"[^>]*)>")
SOURCE = re.compile(r'\bdata-rows="([^"]*)"')
CARD = re.compile(r'\bdata-record="([^"]*)"')
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Part:
    """Something on the page that fetches itself: the element as htmx names it, its record, where it is fetched."""

    element: str
    record: str
    address: str


@dataclass
class Tally:
    """What all browsers together noted."""

    told_at: dict[str, float] = field(default_factory=dict)
    """Name of a record → when somebody began to change it."""
    heard: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    """Seconds from the beginning of a change until a browser was told, and until it had what it shows of it."""
    requests: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    rows: int = 0
    """Rows and cards that came unasked."""
    under_way: int = 0
    last_at: float = 0.0
    """When the last browser had what it shows."""

    def begin(self) -> None:
        """Forget what was noted, for the next part of the measurement."""
        self.told_at.clear()
        self.heard, self.seen = [], []
        self.requests, self.failed, self.messages, self.rows = Counter(), Counter(), 0, 0


@dataclass
class Server:
    host: str
    port: int

    async def ask(self, method: str, path: str, *, cookies: str, part: str = "", body: bytes = b"") -> tuple[int, str]:
        """Status and text of one answer."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(self._head(method, path, cookies, part, len(body)) + body)
            status = await _status(reader)
            if status == 204:
                return status, ""
            content = b"".join([piece async for piece in _chunks(reader, await _length(reader))])
            return status, (gzip.decompress(content) if content[:2] == GZIP else content).decode()
        finally:
            writer.close()

    async def stream(self, path: str, *, cookies: str) -> AsyncIterator[tuple[str, str]]:
        """Events of a stream of server-sent events with their data."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(self._head("GET", path, cookies, "", 0))
            await _status(reader)
            rest = ""
            async for piece in _chunks(reader, await _length(reader)):
                *blocks, rest = (rest + piece.decode()).split("\n\n")
                for block in blocks:
                    lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
                    yield lines.get("event", ""), lines.get("data", "")
        finally:
            writer.close()

    def _head(self, method: str, path: str, cookies: str, part: str, length: int) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", f"Cookie: {cookies}"]
        if part:
            lines += ["HX-Request: true", "HX-Request-Type: partial", f"HX-Target: {part}"]
        lines += ["Accept-Encoding: gzip", f"Content-Length: {length}", "Connection: close"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _status(reader: asyncio.StreamReader) -> int:
    return int((await reader.readline()).split()[1])


async def _length(reader: asyncio.StreamReader) -> int | None:
    """The length of the body that follows; None for one in chunks."""
    length: int | None = None
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return length


async def _chunks(reader: asyncio.StreamReader, length: int | None) -> AsyncIterator[bytes]:
    if length is not None:
        yield await reader.readexactly(length)
        return
    while size := int(await reader.readline() or b"0", 16):
        yield await reader.readexactly(size)
        await reader.readline()


class Browser:
    """One open page: a table, a board, or the page of a record."""

    def __init__(self, server: Server, tally: Tally, *, cookies: str, address: str, object_name: str) -> None:
        self.server, self.tally, self.cookies = server, tally, cookies
        self.address, self.object_name = address, object_name
        self.is_board = "/board/" in address
        self.parts: list[Part] = []
        self.shows: set[str] = set()
        self.source = ""
        self.names: set[str] = set()
        self.opened = asyncio.Event()
        self._waiting = False
        self._asking: asyncio.Future[None] | None = None

    async def open(self) -> None:
        _status, page = await self.ask(self.address, "")
        self.read(page)

    def read(self, page: str) -> None:
        """Note what the page shows."""
        self.parts, self.shows = [], set()
        self.source = unescape(found[1]) if (found := SOURCE.search(page)) else ""
        for tag, text in TAG.findall(page):
            attributes = dict(ATTRIBUTE.findall(text))
            self.shows.update(attributes.get("data-live", "").split())
            record = attributes.get("data-record", "")
            self.shows.update(filter(None, [record]))
            if record and "hx-get" in attributes and "intersect" not in attributes.get("hx-trigger", ""):
                address = attributes["hx-get"].replace("&amp;", "&")
                self.parts.append(Part(f"{tag}#{attributes.get('id', '')}", record, address))
        own = self.of_page({f"{self.object_name}:{self.address.strip('/').rpartition('/')[2]}"})
        self.source = self.source or (f"{self.address}parts/?{_of(own)}" if own else "")

    def of_page(self, names: set[str]) -> list[Part]:
        """The parts of a record's page that show one of these records."""
        is_list = self.is_board or self.address.count("/") < 3
        return [p for p in self.parts if not is_list and p.record in names and p.address.startswith(self.address)]

    async def live(self) -> None:
        """Hold the stream until cancelled."""
        async for event, data in self.server.stream("/live/?age=1000", cookies=self.cookies):
            if event == "hello":
                at = self.address.strip("/").replace("/", ":") if self.address.count("/") == 3 else ""
                told = {"key": data, "shows": sorted(self.shows), "at": "" if self.is_board else at, "edits": ""}
                body = json.dumps({**told, "source": self.source}).encode()
                await self.server.ask("POST", "/live/", cookies=self.cookies, body=body)
                self.opened.set()
            elif event == "rows":
                await self.take(json.loads(data))
            elif event == "changed":
                self.hear(set(data.split()))

    async def take(self, told: dict[str, Any]) -> None:
        """Rows or parts came along: what is heard is there. Parts that were left out are asked for."""
        if "columns" in told:  # of a board: very many have changed, and what it shows of them is there
            self.shows = {f"{self.object_name}:*", *CARD.findall("".join(told["columns"].values()))}
            self.tally.messages += 1
            self._seen(self.shows)
            return
        names = {f"{self.object_name}:{each}" for each in told["rows"]}
        self._note(names)
        self.tally.rows += len(names)
        for parts in told["rows"].values() if "/parts/?" in told["source"] else ():
            for part in self.of_page(names):
                if part.element.partition("#")[2] not in (parts or {}):
                    await self.ask(part.address, part.element)
        self._seen(names)

    def _seen(self, names: set[str]) -> None:
        tally = self.tally
        tally.last_at = now = time.monotonic()
        tally.seen += [now - tally.told_at[name] for name in names & self.shows if name in tally.told_at]

    def _note(self, names: set[str]) -> None:
        now, tally = time.monotonic(), self.tally
        tally.messages += 1
        tally.heard += [now - tally.told_at[name] for name in names if name in tally.told_at]

    def hear(self, names: set[str]) -> None:
        self._note(names)
        self.names |= names
        if not self._waiting:
            self._waiting = True
            pause = NEWCOMERS if self.is_board and not names & self.shows else COLLECTS
            asyncio.get_running_loop().call_later(pause, self._ask_soon)

    def _ask_soon(self) -> None:
        self._asking = asyncio.ensure_future(self.refresh())

    async def refresh(self) -> None:
        names, self.names, self._waiting = self.names, set(), False
        self.tally.under_way += 1
        try:
            await self._refresh(names)
            self._seen(names)
        finally:
            self.tally.under_way -= 1

    async def _refresh(self, names: set[str]) -> None:
        many = tuple(name[:-1] for name in names if name.endswith("*"))
        stale = [part for part in self.parts if part.record in names or (many and part.record.startswith(many))]
        rows = [part for part in stale if part.element.startswith("tr#")]
        is_list = self.is_board or self.address.count("/") < 3
        if is_list and (many or len(rows) >= MANY):
            _status, page = await self.ask(self.address, "main#content")
            return self.read(page)
        if self.is_board:
            ids = [name.partition(":")[2] for name in names if name.startswith(f"{self.object_name}:")][:50]
            await self.ask(f"{self.address}?{urlencode({'by': 'lifecycle', 'ids': ' '.join(ids)})}", "ul#arrivals")
            return None
        own = [part for part in stale if not is_list and part.address.startswith(self.address)]
        if len(own) > 1:
            await self.ask(f"{self.address}parts/?{_of(own)}", "div#parts")
            stale = [part for part in stale if part not in own]
        for part in stale:
            await self.ask(part.address, part.element)
        return None

    async def ask(self, address: str, part: str) -> tuple[int, str]:
        self.tally.requests[_kind(part, address)] += 1
        status, text = await self.server.ask("GET", address, cookies=self.cookies, part=part)
        if status not in (200, 404):
            self.tally.failed[f"{status} {_kind(part, address)}"] += 1
        return status, text


def _of(parts: list[Part]) -> str:
    return urlencode([("of", part.element.partition("#")[2]) for part in parts])


def _kind(part: str, address: str) -> str:
    if not part:
        return "page"
    if part == "div#parts":
        return "parts of a page"
    element = part.partition("#")[0]
    return {"tr": "row", "main": "table or board", "ul": "cards"}.get(element, "part of a page")
