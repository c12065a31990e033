"""Rows and cards sent along: who gets them at once, who is told names instead."""

import asyncio
import logging

from kundig.platform import sharing, stream
from tests.platform.test_stream import Browser, play, tell

__all__ = ["play"]
TABLE = "/organisations/{id}/row/"


class Answering:
    """Answers questions with their names, except for some; keeps what it was asked."""

    def __init__(self, *, refuses=(), fails=False):
        self.asked, self.refuses, self.fails = [], refuses, fails

    async def __call__(self, questions):
        self.asked.append(sorted(questions, key=lambda question: (question.source, question.names)))
        if self.fails:
            raise ValueError("no rows today")
        return {each: "|".join(each.names) for each in questions if each.source not in self.refuses}


def rows(browser):
    """What was sent along, in order."""
    return [block.partition("data: ")[2] for block in browser.text.split("\n\n") if "event: rows" in block]


def test_many_windows_are_one_question_and_nobody_asks(play):
    answering = Answering()

    async def scene(hub):
        browsers = [Browser(hub) for _number in range(30)]
        for browser in browsers:
            await browser.shows("organisations:1", "organisations:2", source=TABLE)
        await tell("organisations:1", "persons:1")
        for browser in browsers:
            await browser.got("event: rows")
        return browsers

    browsers = play(scene, answers=answering)
    assert [[question.names for question in questions] for questions in answering.asked] == [[("organisations:1",)]]
    assert answering.asked[0][0].session == "s1"
    assert {tuple(rows(browser)) for browser in browsers} == {("organisations:1",)}
    assert not any(browser.heard for browser in browsers)


def test_what_changes_while_rows_are_put_together_is_sent_along_next(play):
    release = asyncio.Event()

    class Slow(Answering):
        async def __call__(self, questions):
            found = await super().__call__(questions)
            await release.wait()
            return found

    answering = Slow()

    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("organisations:1", "organisations:2", source=TABLE)
        await tell("organisations:1")
        async with asyncio.timeout(10):
            while not answering.asked:
                await asyncio.sleep(0.01)
            await tell("organisations:2")
            await tell("organisations:1")
            while len(hub.journal._entries) < 3:
                await asyncio.sleep(0.01)
            release.set()
            while len(rows(browser)) < 2:
                await asyncio.sleep(0.01)
        return browser

    browser = play(scene, answers=answering)
    assert (rows(browser), browser.heard) == (["organisations:1", "organisations:2|organisations:1"], [])


def test_no_place_is_told_while_rows_are_put_together(play, monkeypatch):
    """Else whoever loses the stream before they come would ask only for what came after."""
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.02)
    release, after = asyncio.Event(), []

    class Slow(Answering):
        async def __call__(self, questions):
            await release.wait()
            return await super().__call__(questions)

    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("organisations:1", "persons:1", source=TABLE)
        await browser.got("id: " + hub.journal.place + "\nevent: here")
        before = browser.last_place
        await tell("organisations:1")
        await tell("persons:1")
        async with asyncio.timeout(10):
            while len(hub.journal._entries) < 2:
                await asyncio.sleep(0.01)
            beats = browser.text.count("event: here")
            while browser.text.count("event: here") < beats + 3:
                await asyncio.sleep(0.01)
        assert browser.last_place == before
        release.set()
        await browser.got("event: rows")
        await browser.got("event: changed\ndata: persons:1\n\n")
        await browser.got("id: " + hub.journal.place + "\nevent: here")
        browser.gone.set()
        later = Browser(hub, last_id=before)
        await later.shows("organisations:1", source=TABLE)
        await later.got("event: rows")
        after.extend(rows(later))

    play(scene, answers=Slow())
    assert after == ["organisations:1"]


def test_a_browser_that_does_not_read_is_kept_names_for(play):
    answering = Answering()
    changes = sharing.MOST_UNREAD + 5

    class Stuck(Browser):
        opened = asyncio.Event()

        async def send(self, message):
            await super().send(message)
            if b"event: rows" in message.get("body", b""):
                await self.opened.wait()

    async def scene(hub):
        browser = Stuck(hub)
        await browser.shows("organisations:1", source=TABLE)
        await tell("organisations:1")
        await browser.got("event: rows")
        (window,) = hub.windows
        async with asyncio.timeout(30):
            for number in range(2, changes + 2):
                await tell("organisations:1")
                while len(hub.journal._entries) < number or window.is_queued:
                    await asyncio.sleep(0.01)
        kept = len(window.messages), list(window.pending)
        browser.opened.set()
        await browser.got("event: changed")
        return kept, browser.heard

    kept, heard = play(scene, answers=answering)
    assert kept == (sharing.MOST_UNREAD, ["organisations:1"])
    assert heard == ["organisations:1"]


def test_what_is_no_row_of_the_table_is_told_by_name(play):
    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("organisations:1", "persons:1", source=TABLE)
        await tell("organisations:1", "persons:1")
        await browser.got("event: changed")
        await browser.got("event: rows")
        return browser

    browser = play(scene, answers=Answering())
    assert (rows(browser), browser.heard) == (["organisations:1"], ["persons:1"])


def test_who_gets_no_answer_is_told_names(play):
    async def scene(hub):
        one, other = Browser(hub), Browser(hub)
        await one.shows("organisations:1", source=TABLE)
        await other.shows("organisations:1", source="/organisations/{id}/row/?view=7")
        await tell("organisations:1")
        await one.got("event: rows")
        await other.got("event: changed")
        return one, other

    one, other = play(scene, answers=Answering(refuses=["/organisations/{id}/row/?view=7"]))
    assert (rows(one), one.heard) == (["organisations:1"], [])
    assert (rows(other), other.heard) == ([], ["organisations:1"])


def test_where_rows_cannot_be_put_together_names_are_told(play, caplog):
    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("organisations:1", source=TABLE)
        await tell("organisations:1")
        await browser.got("event: changed\ndata: organisations:1\n\n")
        await tell("organisations:1")
        async with asyncio.timeout(10):
            while len(browser.heard) < 2:
                await asyncio.sleep(0.01)

    with caplog.at_level(logging.ERROR, logger="kundig.live"):
        play(scene, answers=Answering(fails=True))
    assert "rows for 1 windows could not be put together" in caplog.text


def test_of_very_many_names_are_told(play):
    names = [f"organisations:{number}" for number in range(sharing.MOST_NAMES + 1)]
    answering = Answering()

    async def scene(hub):
        browser = Browser(hub)
        await browser.shows(*names, source=TABLE)
        await tell(*names)
        await browser.got("event: changed")
        await tell("organisations:*")
        await browser.got("data: organisations:*")

    play(scene, answers=answering)
    assert answering.asked == []


def test_a_board_is_sent_cards_that_it_does_not_show_without_waiting(play):
    answering = Answering()

    async def scene(hub):
        boards = [Browser(hub) for _number in range(50)]
        for board in boards:
            await board.shows("organisations:*", source="/organisations/board/?by=lifecycle&ids={id}")
        await tell("organisations:7")
        async with asyncio.timeout(1):
            for board in boards:
                await board.got("event: rows")

    play(scene, answers=answering)
    assert sum(map(len, answering.asked)) == 1


def test_of_very_many_a_board_is_sent_everything_once(play):
    """Those of one bulk run are one question, and cards that it does not show are among them."""
    names = [f"organisations:{number}" for number in range(sharing.MOST_NAMES + 1)]
    answering = Answering()

    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("organisations:*", "persons:1", source="/organisations/board/?by=lifecycle&ids={id}")
        await tell(*names, "persons:1")
        await browser.got("event: changed")
        await tell("organisations:*")
        async with asyncio.timeout(10):
            while len(rows(browser)) < 2:
                await asyncio.sleep(0.01)
        return browser

    browser = play(scene, answers=answering)
    assert (rows(browser), browser.heard) == (["organisations:*"] * 2, ["persons:1"])


def test_a_board_that_cannot_be_sent_everything_is_told_so_and_asks(play):
    source = "/organisations/board/?by=lifecycle&ids={id}"

    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("organisations:*", source=source)
        await tell(*(f"organisations:{number}" for number in range(sharing.MOST_NAMES + 1)))
        await browser.got("event: changed\ndata: organisations:*\n\n")

    play(scene, answers=Answering(refuses=[source]))


def test_a_source_of_any_kind_is_no_reason_to_stumble(play):
    async def scene(hub):
        for source in ("/", "//", "organisations", "/persons/{id}/row/", "x" * 5000, None, 7, ["/organisations/"]):
            browser = Browser(hub)
            await browser.shows("organisations:1", source=source)
            await tell("organisations:1")
            await browser.got("event: changed\ndata: organisations:1\n\n")

    play(scene, answers=Answering())


def page_of(record, *of):
    return f"/{record.replace(':', '/')}/parts/?of={'&of='.join(of or ('head',))}"


def test_the_page_of_a_record_is_sent_its_parts_and_told_the_names_of_others(play):
    answering = Answering()

    async def scene(hub):
        browser = Browser(hub)
        shows = ("organisations:1", "organisations:2", "files:1")
        await browser.shows(*shows, source=page_of("organisations:1"))
        await tell(*shows)
        await browser.got("event: rows")
        await browser.got("event: changed")
        return browser

    browser = play(scene, answers=answering)
    assert (rows(browser), browser.heard) == (["organisations:1"], ["organisations:2 files:1"])


def test_of_very_many_a_page_is_told_names(play):
    async def scene(hub):
        browser = Browser(hub)
        await browser.shows("organisations:1", source=page_of("organisations:1"))
        await tell("organisations:*")
        await browser.got("event: changed\ndata: organisations:*\n\n")
        return rows(browser)

    assert play(scene, answers=Answering()) == []


def test_rows_wait_for_few_pages_and_nobody_is_forgotten(play):
    """Each go takes all rows, then the pages of some records: all windows of a record together."""
    release, answering = asyncio.Event(), Answering()
    many = 2 * sharing.PAGES_AT_ONCE + 1

    async def answers(questions):
        found = await answering(questions)
        await release.wait()
        return found

    async def scene(hub):
        table, held = Browser(hub), Browser(hub)
        await table.shows("organisations:1", source=TABLE)
        await held.shows("persons:1", source="/persons/{id}/row/")
        pages = [Browser(hub) for _number in range(2 * many)]
        for number, page in enumerate(pages):
            name = f"organisations:{number % many}"
            await page.shows(name, source=page_of(name))
        await tell("persons:1")
        async with asyncio.timeout(10):
            while not answering.asked:
                await asyncio.sleep(0.01)
        await tell(*(f"organisations:{number}" for number in range(many)))
        release.set()
        for browser in (table, *pages):
            await browser.got("event: rows")
        return [rows(page) for page in pages]

    sent = play(scene, answers=answers)
    assert sent == [[f"organisations:{number % many}"] for number in range(2 * many)]
    _first, with_rows, *pages = [[question.source for question in questions] for questions in answering.asked]
    assert with_rows == [TABLE]
    assert sorted(map(len, pages)) == [1, sharing.PAGES_AT_ONCE, sharing.PAGES_AT_ONCE]
