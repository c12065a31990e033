"""The live stream: from NOTIFY to the browser, and its ends."""

import asyncio
import json
import time
import uuid

import pytest
from django.db import connection

from kundig.platform import hub as hubs
from kundig.platform import journal, live, stream
from kundig.platform.hub import Hub
from kundig.platform.windows import Person

SVENJA = Person(uuid.uuid4(), "Svenja Kroll")
MUCH = {"kind": "much"}


class Browser:
    """The other side of one stream: collects what is sent, says what it shows, and may go away."""

    def __init__(self, hub, *, person=SVENJA, who=None, **asked):
        self.sent, self.gone, self.hub = [], asyncio.Event(), hub

        async def still():
            return person

        self.task = asyncio.create_task(
            stream.stream(hub, self.receive, self.send, person=person, who=who or still, session="s1", **asked)
        )

    async def send(self, message):
        self.sent.append(message)

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def got(self, text):
        async with asyncio.timeout(10):
            while text not in self.text:
                await asyncio.sleep(0.01)

    async def shows(self, *names, **more):
        await self.got("event: hello")
        return await report(self.hub, {"key": self.key, "shows": list(names), **more})

    @property
    def text(self):
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    @property
    def key(self):
        return self.text.partition("event: hello\ndata: ")[2].partition("\n")[0]

    @property
    def heard(self):
        """Names of each `changed`, in order."""
        return [block.partition("data: ")[2] for block in self.text.split("\n\n") if "event: changed" in block]

    @property
    def last_place(self):
        return [line for line in self.text.splitlines() if line.startswith("id: ")][-1].removeprefix("id: ")


async def report(hub, told, *, session="s1"):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()

    async def receive():
        return {"type": "http.request", "body": body}

    return await stream.take_report(hub, receive, session=session)


async def nobody():
    return None


async def hearing(hub):
    """Until the hub's own connection hears."""
    hub.start()
    async with asyncio.timeout(10):
        while not hub.is_hearing:
            await asyncio.sleep(0.01)


@pytest.fixture
def play(transactional_db):
    """Runs a scene with a hub that hears, and closes it afterwards."""

    def play(scene, **how):
        async def whole():
            hub = Hub(**how)
            await hearing(hub)
            try:
                return await scene(hub)
            finally:
                hub.close()

        return asyncio.run(whole())

    return play


def announce(*names):
    live.announce(*names)
    connection.close()


async def tell(*names):
    await asyncio.to_thread(announce, *names)


def test_two_browsers_hear_what_changed_and_leave(play):
    async def scene(hub):
        one, two = Browser(hub), Browser(hub)
        await one.shows("persons:1", "organisations:2")
        await two.shows("organisations:2")
        await tell("persons:1", "organisations:2", "persons:3")
        await one.got("event: changed\ndata: persons:1 organisations:2\n\n")
        await two.got("event: changed\ndata: organisations:2\n\n")
        one.gone.set()
        await one.task
        assert not two.task.done() and len(hub.windows) == 1
        hub.close()
        await two.task
        return one, two

    one, two = play(scene)
    assert dict(one.sent[0]["headers"])[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert two.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_a_window_hears_of_every_one_of_a_kind_or_only_of_very_many(play):
    async def scene(hub):
        board, pivot, table, other = (Browser(hub) for _ in range(4))
        for browser, shows in ((board, "organisations:*"), (pivot, "organisations"), (table, "organisations:1")):
            await browser.shows(shows)
        await other.shows("persons:1")
        await tell("organisations:7")
        await tell(*(f"organisations:{number}" for number in range(live.MOST_NAMES + 1)))
        for browser in (board, pivot, table):
            await browser.got("organisations:*")
        await tell("persons:1")
        await other.got("persons:1")
        return [browser.heard for browser in (board, pivot, table, other)]

    board, pivot, table, other = play(scene)
    assert " ".join(board).split() == ["organisations:7", "organisations:*"]
    assert (pivot, table, other) == (["organisations:*"], ["organisations:*"], ["persons:1"])


def test_a_window_that_says_nothing_hears_everything(play, monkeypatch):
    monkeypatch.setattr(stream, "SAYS_WITHIN_SECONDS", 0.05)

    async def scene(hub):
        browser = Browser(hub)
        await browser.got("event: hello")
        await tell("persons:1")  # before it should have said something, or after that
        await browser.got("event: changed\ndata: persons:1\n\n")
        await tell("persons:2")
        await browser.got("event: changed\ndata: persons:2\n\n")

    play(scene)


def test_what_changed_between_page_and_stream_is_told(play, monkeypatch):
    monkeypatch.setattr(journal, "SLACK_SECONDS", 0)

    async def scene(hub):
        await tell("persons:1")
        asked_for = time.monotonic()
        await tell("persons:2")
        late = Browser(hub, query=f"age={int((time.monotonic() - asked_for) * 1000)}".encode())
        await late.shows("persons:2")
        await late.got("data: persons:2\n\n")
        late.gone.set()
        new = Browser(hub, query=b"since=" + late.last_place.encode())
        await new.shows("persons:2")
        await tell("persons:2", "persons:4")
        await new.got("data: persons:2\n\n")
        old = Browser(hub, query=b"age=3600000")
        await old.shows("persons:2")
        await old.got("data: *\n\n")
        return late.heard, new.heard

    assert play(scene) == (["persons:2"], ["persons:2"])


def test_a_stream_that_breaks_catches_up_with_what_it_missed(play):
    async def scene(hub):
        before = Browser(hub)
        await before.shows("persons:1", "persons:2")
        await tell("persons:1")
        await before.got("data: persons:1\n\n")
        before.gone.set()
        await before.task
        await tell("persons:2", "persons:3")
        after = Browser(hub, last_id=before.last_place)
        await after.shows("persons:1", "persons:2")
        await after.got("data: persons:2\n\n")
        return after.heard

    assert play(scene) == ["persons:2"]


@pytest.mark.parametrize("how", ["since", "age"])
def test_a_stream_that_breaks_before_it_told_what_was_missed_tells_it_later(play, monkeypatch, how):
    monkeypatch.setattr(journal, "SLACK_SECONDS", 0)

    async def scene(hub):
        seen, asked_for = hub.journal.place, time.monotonic()
        await tell("persons:1")
        async with asyncio.timeout(10):
            while hub.journal.place == seen:
                await asyncio.sleep(0.01)
        query = f"since={seen}" if how == "since" else f"age={int((time.monotonic() - asked_for) * 1000)}"
        broken = Browser(hub, query=query.encode())
        await broken.got("event: hello")
        broken.gone.set()
        await broken.task
        after = Browser(hub, last_id=broken.last_place)
        await after.shows("persons:1")
        await after.got("data: persons:1\n\n")

    play(scene)


@pytest.mark.parametrize("place", ["old-3", "nonsense", "-", "x" * 5000])
def test_a_place_that_is_not_known_any_more_makes_the_page_come_anew(play, place):
    async def scene(hub):
        browser = Browser(hub, last_id=place)
        await browser.shows("persons:1")
        await browser.got("data: *\n\n")

    play(scene)


def test_rows_that_were_just_fetched_miss_nothing(play):
    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("persons:1")
        await tell("persons:2")
        await tell("persons:1")
        await browser.got("data: persons:1\n\n")
        await browser.shows("persons:1", "persons:2")
        await browser.got("data: persons:2\n\n")
        return browser.heard

    assert play(scene) == ["persons:1", "persons:2"]


def test_nobody_is_told_while_requests_wait(play):
    waiting = [hubs.MOST_WAITING + 1]

    async def scene(hub):
        browsers = [Browser(hub) for _ in range(3 * hubs.AT_ONCE)]
        for browser in browsers:
            await browser.shows("persons:1")
        for _time in range(3):
            await tell("persons:1")
            await asyncio.sleep(0.1)
        told_early = sum(bool(browser.heard) for browser in browsers)
        waiting[0] = 0
        for browser in browsers:
            await browser.got("event: changed")
        await asyncio.sleep(0.2)
        return told_early, [len(browser.heard) for browser in browsers]

    told_early, times = play(scene, waiting=lambda: waiting[0])
    assert told_early <= hubs.AT_ONCE
    assert times.count(1) >= 2 * hubs.AT_ONCE, "three changes are told together"
    assert max(times) == 2


def test_a_session_that_ended_ends_its_stream(play, monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.01)

    async def scene(hub):
        browser = Browser(hub, who=nobody)
        await asyncio.wait_for(browser.task, 10)
        return browser

    assert play(scene).text.count("event: here") == stream.RECHECK_BEATS - 1


def test_a_lost_connection_makes_browsers_come_anew(play):
    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("persons:1")
        place = browser.last_place
        await asyncio.to_thread(end_listeners)
        await asyncio.wait_for(browser.task, 10)
        await hearing(hub)
        again = Browser(hub, last_id=place)
        await again.shows("persons:1")
        await again.got("data: *\n\n")

    play(scene)


def test_somebody_who_is_deactivated_comes_anew(play):
    async def scene(hub):
        browser, other = Browser(hub), Browser(hub, person=Person(uuid.uuid4(), "Holger Timm"))
        await other.shows("persons:1")
        await tell(f"{live.PEOPLE}:{SVENJA.id}")
        await asyncio.wait_for(browser.task, 10)
        assert not other.task.done()

    play(scene)


def test_what_a_window_says_is_taken_from_itself_only(play):
    async def scene(hub):
        browser = Browser(hub)
        assert await browser.shows("persons:1") == 204
        told = {"key": browser.key, "shows": []}
        assert not hub.report(browser.key, "s2", told)
        assert await report(hub, told, session="s2") == 204
        assert await report(hub, {"key": "guessed", "shows": []}) == 204
        for wrong in (b"", b"[]", b"\xff", b"{}", b'{"key": 3}', json.dumps({"key": ["x"]}).encode()):
            assert await report(hub, wrong) == 400
        assert await report(hub, b" " * (stream.BIGGEST_REPORT + 1)) == 413
        odd = {"key": browser.key, "shows": [7, None, "x" * 5000, ["y"]], "at": 7, "edits": {"a": 1}}
        assert await report(hub, odd) == 204
        (window,) = hub.windows
        return window.report

    said = play(scene)
    assert (said.shows, said.at, said.edits) == (frozenset(), "", ("", ""))


def end_listeners():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN kundig_live%'"
        )
    connection.close()
