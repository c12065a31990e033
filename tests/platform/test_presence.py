"""Who is told that somebody is at a record, and when it ends. No database: who may know is said by the test."""

import asyncio
import json
import uuid

import pytest

from kundig.platform import hub as hubs
from kundig.platform.hub import Hub
from kundig.platform.presence import MOST_UNANSWERED
from kundig.platform.windows import Person

HOLGER = Person(uuid.uuid4(), "Holger Timm", face="<i>HT</i>")
SVENJA = Person(uuid.uuid4(), "Svenja Kroll", face="<i>SK</i>")
HIDDEN = Person(uuid.uuid4(), "Ruth Amann", is_shown=False)
STRANGER = Person(uuid.uuid4(), "Max Horn")
FIRM = "organisations:1"


class House:
    """A hub and its windows; keeps how often rights were asked."""

    def __init__(self):
        self.may_know = {HOLGER.id: {"phone", "city"}, SVENJA.id: {"phone", "city"}, HIDDEN.id: {"phone"}}
        self.asked = []
        self.hub = Hub(who_may_know=self.who_may_know)

    async def who_may_know(self, record, people):
        self.asked.append((record, set(people)))
        return {person: fields for person, fields in self.may_know.items() if person in people}

    def window(self, person):
        return Place(self.hub, person)


class Place:
    """One window, without its stream."""

    def __init__(self, hub, person):
        self.hub, self.manager = hub, hub.window(person)

    async def __aenter__(self):
        self.window = await self.manager.__aenter__()
        return self

    async def __aexit__(self, *error):
        await self.manager.__aexit__(None, None, None)

    def says(self, *, shows=(FIRM,), at="", edits=""):
        told = {"key": self.window.key, "shows": list(shows), "at": at, "edits": edits}
        assert self.hub.report(self.window.key, "", told)

    @property
    def heard(self):
        """What it was told of the firm last: names of people, each with the fields they edit."""
        told = [json.loads(m.split(b"data: ")[1])[FIRM] for m in self.window.messages if b"event: present" in m]
        return {other["name"]: other["edits"] for other in told[-1]} if told else None


@pytest.fixture
def play(monkeypatch):
    monkeypatch.setattr(hubs.Hub, "start", lambda hub: None)

    def play(scene):
        house = House()

        async def whole():
            return await asyncio.wait_for(scene(house), 10)

        return asyncio.run(whole())

    return play


async def settled():
    await asyncio.sleep(0.12)


def test_two_at_a_page_see_each_other_until_one_leaves(play):
    async def scene(house):
        async with house.window(HOLGER) as holger:
            holger.says(at=FIRM)
            async with house.window(SVENJA) as svenja:
                svenja.says(at=FIRM)
                await settled()
                assert (holger.heard, svenja.heard) == ({"Svenja Kroll": []}, {"Holger Timm": []})
                svenja.says(at=FIRM, edits=f"{FIRM} phone")
                await settled()
                assert (holger.heard, svenja.heard) == ({"Svenja Kroll": ["phone"]}, {"Holger Timm": []})
            await settled()
            assert holger.heard == {}

    play(scene)


def test_one_alone_costs_nothing(play):
    async def scene(house):
        async with house.window(HOLGER) as one, house.window(HOLGER) as two, house.window(SVENJA) as elsewhere:
            elsewhere.says(shows=["organisations:2"], at="organisations:2")
            one.says(at=FIRM, edits=f"{FIRM} phone")
            two.says(at=FIRM)
            await settled()
            return house.asked, one.heard, two.heard

    assert play(scene) == ([], None, None)


def test_a_table_hears_who_edits_but_not_who_looks(play):
    async def scene(house):
        async with house.window(HOLGER) as holger, house.window(SVENJA) as table:
            table.says(shows=[FIRM, "organisations:2"])
            holger.says(at=FIRM)
            await settled()
            assert table.heard is None
            holger.says(edits=f"{FIRM} phone")
            await settled()
            assert table.heard == {"Holger Timm": ["phone"]}
            async with house.window(SVENJA) as opened_later:
                opened_later.says()
                await settled()
                assert opened_later.heard == {"Holger Timm": ["phone"]}
            holger.says()
            await settled()
            return table.heard

    assert play(scene) == {}


def test_who_may_not_see_the_record_or_the_field_is_told_nothing_of_it(play):
    async def scene(house):
        house.may_know[SVENJA.id] = {"city"}
        windows = [house.window(person) for person in (HOLGER, SVENJA, STRANGER)]
        async with windows[0] as holger, windows[1] as svenja, windows[2] as stranger:
            stranger.says(at=FIRM, edits=f"{FIRM} city")
            svenja.says(at=FIRM)
            holger.says(at=FIRM, edits=f"{FIRM} phone")
            await settled()
            assert stranger.heard is None
            assert svenja.heard == {"Holger Timm": []}, "of the field she may not read she hears nothing"
            assert holger.heard == {"Svenja Kroll": []}, "nor does anybody hear of who has no right to be there"
            del house.may_know[SVENJA.id]
            house.hub.presence.changed(FIRM)
            await settled()
            return svenja.heard, holger.heard

    assert play(scene) == ({}, {})


def test_who_is_not_shown_sees_nobody(play):
    async def scene(house):
        async with house.window(HIDDEN) as hidden, house.window(SVENJA) as svenja, house.window(HOLGER) as holger:
            for place in (hidden, svenja, holger):
                place.says(at=FIRM, edits=f"{FIRM} phone")
            await settled()
            return hidden.heard, svenja.heard

    assert play(scene) == (None, {"Holger Timm": ["phone"]})


def test_whoever_is_silent_is_not_there_any_more(play):
    async def scene(house):
        async with house.window(HOLGER) as holger, house.window(SVENJA) as svenja:
            holger.says(at=FIRM)
            assert not house.hub.is_silent(holger.window) and not holger.window.messages, "nobody sees him"
            svenja.says(at=FIRM)
            await settled()
            for _beat in range(MOST_UNANSWERED):
                assert not house.hub.is_silent(holger.window)
            assert b"event: alive" in holger.window.messages[-1]
            assert house.hub.is_silent(holger.window)
            house.hub.presence.left(holger.window)
            await settled()
            assert svenja.heard == {}
            holger.says(at=FIRM)
            await settled()
            return svenja.heard

    assert play(scene) == {"Holger Timm": []}


def test_rights_that_cannot_be_asked_are_none(play, caplog):
    async def scene(house):
        async def fails(record, people):
            raise RuntimeError("secret organisations:1")

        house.hub.presence._who_may_know = fails
        async with house.window(HOLGER) as holger, house.window(SVENJA) as svenja:
            holger.says(at=FIRM)
            svenja.says(at=FIRM)
            await settled()
            return holger.heard, svenja.heard

    assert play(scene) == (None, None)
    assert "RuntimeError" in caplog.text and "organisations" not in caplog.text
