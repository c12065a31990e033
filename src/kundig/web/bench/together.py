"""Many open browsers while somebody changes records: what that costs the server, and how soon they see it."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import close_old_connections, connection

from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.actions import change_record, create_records
from kundig.records.bulk.jobs import begin
from kundig.records.bulk.selection import Selection
from kundig.records.events import Via
from kundig.web.bench.browsers import Browser, Server, Tally
from kundig.web.bench.requests import Caller

OBJECT = "organisations"
RECORDS = 2000
PER_SECOND = 2.0
READY_SECONDS = 300.0
QUIET_SECONDS = 1.5
TICK = os.sysconf("SC_CLK_TCK")
Row = dict[str, Any]


def measure_together(
    user: User, *, browsers: int, seconds: float, one_table: bool = False, note: Callable[[Row], None]
) -> None:
    """Open so many browsers on a server of its own, change records, and `note` what each phase of that cost.

    Of ten browsers six show tables, three the pages of records and one a board; with `one_table` all show the same
    table. All begin with the records that are changed, which are made for it and deleted again.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8 * browsers + 1000)), hard))
    ids = _make(user)
    try:
        with _server() as (server, pid):
            measurement = Measurement(user, server, pid, ids, browsers=browsers, seconds=seconds, one_table=one_table)
            asyncio.run(measurement.run(note))
    finally:
        begin(_described(), "delete", Selection(ids=tuple(ids)), {}, by=user, at_once=10 * RECORDS)


def _described() -> Any:
    return registry.get(OBJECT)


def _make(user: User) -> list[UUID]:
    """Organisations that stand first in their table."""
    values = [{"name": f"0 Messung {number:03}", "lifecycle": "lead"} for number in range(RECORDS)]
    made = create_records(_described(), values, by=user, via=Via.SAMPLE)
    return [record.pk for record in made if not isinstance(record, Exception)]


@contextmanager
def _server() -> Iterator[tuple[Server, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-P", "-m", "kundig.web.serving", "127.0.0.1", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError("the server to be measured did not start") from None
                time.sleep(0.1)
        yield Server("127.0.0.1", port), process.pid
    finally:
        process.terminate()
        process.wait(20)


class Measurement:
    """One server, its browsers, and somebody who changes records."""

    def __init__(
        self,
        user: User,
        server: Server,
        pid: int,
        ids: list[UUID],
        *,
        browsers: int,
        seconds: float,
        one_table: bool = False,
    ) -> None:
        self.user, self.server, self.pid, self.ids = user, server, pid, ids
        self.many, self.seconds, self.one_table = browsers, seconds, one_table
        self.cookies = [Caller(each).cookies for each in self._people()]
        self.tally = Tally()
        self.chance = random.Random(1)  # noqa: S311 - which records are changed, nothing secret
        self.clicks: list[float] = []
        self.numbers = 0
        self.changes = 0
        """In the phase at hand."""
        self.after_ms: int | None = None
        """From the end of a run until the last browser had what it shows of it."""

    async def run(self, note: Callable[[Row], None]) -> None:
        """Phase after phase; `note` takes what each cost."""
        cookies = self.cookies
        browsers = [self._browser(number, cookies[number % len(cookies)]) for number in range(self.many)]
        streams: list[asyncio.Task[None]] = []

        async def open_all() -> None:
            gate = asyncio.Semaphore(8)

            async def one(browser: Browser) -> None:
                async with gate:
                    await browser.open()
                    streams.append(asyncio.create_task(browser.live()))
                    await browser.opened.wait()

            await asyncio.gather(*(one(browser) for browser in browsers))

        clicking = asyncio.create_task(self._click(cookies[0]))
        try:
            note(await self._phase(f"{self.many} browsers open a page and their stream", open_all))
            note(await self._phase("nothing happens", lambda: asyncio.sleep(self.seconds / 2)))
            note(await self._phase(f"{PER_SECOND:g} changes a second", self._changes))
            note(await self._phase(f"one bulk run over {len(self.ids)} records", self._bulk))
        finally:
            for task in (clicking, *streams):
                task.cancel()
            await asyncio.gather(clicking, *streams, return_exceptions=True)

    def _people(self) -> list[User]:
        """Who sits before the browsers: the people of this base who may see what is measured."""
        described = _described()
        found = [user for user in User.objects.everybody_with_access() if described.may(user, "read")]
        return found[:100] or [self.user]

    def _browser(self, number: int, cookies: str) -> Browser:
        kind = 0 if self.one_table else number % 10
        if kind < 6:
            address = f"/{OBJECT}/" + ("" if kind < 4 else f"?sort=-created_at&q=Messung+{number % 10}")
        elif kind < 9:
            address = f"/{OBJECT}/{self.ids[number % 60]}/"
        else:
            address = f"/{OBJECT}/board/"
        return Browser(self.server, self.tally, cookies=cookies, address=address, object_name=OBJECT)

    # -- what happens -------------------------------------------------------------------------------------------------

    async def _changes(self) -> None:
        """Half of the changes are to records that many have on the screen."""
        started = time.monotonic()
        for number in range(int(self.seconds * PER_SECOND)):
            await asyncio.sleep(max(0.0, started + number / PER_SECOND - time.monotonic()))
            record_id = self.chance.choice(self.ids[:50] if number % 2 or self.one_table else self.ids)
            self.tally.told_at[f"{OBJECT}:{record_id}"] = time.monotonic()
            await asyncio.to_thread(self._change, record_id)
        await self._quiet()

    def _change(self, record_id: UUID) -> None:
        close_old_connections()
        self.numbers += 1
        self.changes += 1
        record = _described().model.objects.get(pk=record_id)
        change_record(_described(), record, {"industry": f"Prüfung {self.numbers}"}, by=self.user)
        connection.close()

    async def _bulk(self) -> None:
        now = time.monotonic()
        self.tally.told_at.update((f"{OBJECT}:{record_id}", now) for record_id in self.ids)
        await asyncio.to_thread(self._change_all)
        ended = time.monotonic()
        await self._quiet()
        self.after_ms = round(1000 * max(0.0, self.tally.last_at - ended))

    def _change_all(self) -> None:
        close_old_connections()
        steps = {"steps": [{"field": "industry", "how": "set", "raw": "Prüfung"}]}
        begin(_described(), "change", Selection(ids=tuple(self.ids)), steps, by=self.user, at_once=10 * RECORDS)
        connection.close()

    async def _quiet(self) -> None:
        """Until no browser has anything more to ask."""
        since = time.monotonic()
        told = -1
        while time.monotonic() - since < QUIET_SECONDS:
            await asyncio.sleep(0.1)
            if self.tally.under_way or self.tally.messages != told:
                since, told = time.monotonic(), self.tally.messages

    async def _click(self, cookies: str) -> None:
        """Somebody who works meanwhile, and opens a table twice a second."""
        while True:
            began = time.monotonic()
            await self.server.ask("GET", f"/{OBJECT}/", cookies=cookies)
            self.clicks.append(time.monotonic() - began)
            await asyncio.sleep(0.5)

    # -- what it costs ------------------------------------------------------------------------------------------------

    async def _phase(self, what: str, act: Callable[[], Coroutine[Any, Any, None]]) -> Row:
        self.tally.begin()
        self.clicks.clear()
        self.changes = 0
        began, python, postgres = time.monotonic(), self._cpu(self.pid), self._postgres()
        await act()
        lasted = time.monotonic() - began
        spent = self._cpu(self.pid) - python
        after = self._postgres()
        spent_there = sum(cpu - postgres.get(pid, 0.0) for pid, cpu in after.items())
        return {
            "what": what,
            "seconds": round(lasted, 1),
            "web_percent": round(100 * spent / lasted, 1),
            "postgres_percent": round(100 * spent_there / lasted, 1),
            "changes": self.changes,
            "python_ms": round(1000 * spent / self.changes, 1) if self.changes else None,
            "postgres_ms": round(1000 * spent_there / self.changes, 1) if self.changes else None,
            "memory_mb": self._memory(),
            "told": self.tally.messages,
            "rows": self.tally.rows,
            "requests": sum(self.tally.requests.values()),
            "asked": dict(self.tally.requests.most_common()),
            "failed": dict(self.tally.failed),
            "heard_p50": _ms(self.tally.heard, 0.5),
            "heard_p95": _ms(self.tally.heard, 0.95),
            "seen_p50": _ms(self.tally.seen, 0.5),
            "seen_p95": _ms(self.tally.seen, 0.95),
            "after_ms": self.after_ms,
            "click_p50": _ms(self.clicks, 0.5),
            "click_p95": _ms(self.clicks, 0.95),
        }

    def _cpu(self, pid: int) -> float:
        """Seconds of processor time of a process; of one that is gone none."""
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / TICK

    def _postgres(self) -> dict[int, float]:
        """The same for the connections of the server that is measured, where they are processes of this machine."""
        try:
            children = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        except OSError:
            return {}
        return {pid: self._cpu(pid) for pid in children if _is_backend(pid)}

    def _memory(self) -> int:
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return 0
        return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def _is_backend(pid: int) -> bool:
    """Whether it is a connection to the database that is measured."""
    try:
        title = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return title.startswith("postgres:") and f" {connection.settings_dict['NAME']} " in title


def _ms(seconds: list[float], share: float) -> float | None:
    if not seconds:
        return None
    return round(1000 * sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))], 0)
