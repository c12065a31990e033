"""The call brief: what stands in it, what is left out, and what it costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.parties import actions as parties
from kundig.parties.enums import ContactKind
from kundig.timeline.actions import ReactionTo, make_promise, record_touchpoint, rest
from kundig.timeline.protocol.brief import (
    BriefLine,
    BriefSection,
    brief_sections,
    forget_brief_line,
    register_brief_line,
)
from kundig.timeline.rules.moods import points, trend
from kundig.timeline.views.briefs import brief_of
from tests.parties.factories import a_scoped_user, an_organisation, ohlendorf

NOW = timezone.now()


@pytest.fixture
def client_of(db):
    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def section():
    """Registers a section for the time of a test."""
    keys = []

    def register(key, **options):
        register_brief_line(BriefSection(key, key.capitalize(), 5, **options))
        keys.append(key)

    yield register
    for key in keys:
        forget_brief_line(key)


def a_call(party, *, by, days=1, **values):
    return record_touchpoint(kind="call", party=party, by=by, at=NOW - dt.timedelta(days=days), **values)


def lines_of(party, *, user):
    """Key of each section → its lines, as (text, note)."""
    return {
        each.section.key: [(line.text, line.note) for line in each.lines]
        for each in brief_of(party, user=user)["sections"]
    }


def test_brief_of_a_new_customer_says_who_it_is_and_nothing_else(svenja):
    firm = an_organisation(by=svenja, name="Adler AG")
    assert lines_of(firm, user=svenja) == {"master_data": [("Contact, looked after by Svenja Kroll", "")]}


def test_brief_says_who_they_are_and_who_is_in_the_room(svenja, dairy):
    ohlendorf(by=svenja, organisation=dairy, function="Technik")
    found = lines_of(dairy, user=svenja)
    assert found["master_data"] == [
        ("Milchverarbeitung, München, 340 employees", ""), ("Customer, looked after by Svenja Kroll", ""),
    ]  # fmt: skip
    assert found["people"] == [("Dr. Katrin Ohlendorf", "Technik")]
    assert found["consents"] == [("Phone", "yes"), ("Mail", "yes")]


def test_brief_tells_which_channel_must_not_be_used(svenja, dairy):
    for point in dairy.contact_points.all():
        parties.change_contact_point(point, {"do_not_use": True, "is_main": False}, by=svenja)
    parties.add_contact_point({"party": dairy, "kind": ContactKind.PHONE, "value": "089 99998-111"}, by=svenja)
    assert lines_of(dairy, user=svenja)["consents"] == [
        ("Phone", "yes"), ("Mail", "no, must not be used"), ("Not every number or address: Phone", ""),
    ]  # fmt: skip


def test_offers_are_welcome_or_not_by_the_last_reaction(svenja, dairy, katrin):
    a_call(dairy, by=svenja, days=9, reactions=[ReactionTo("Filter", "declined"), ReactionTo("Wartung", "interested")])
    a_call(
        katrin,
        by=svenja,
        days=2,
        reactions=[ReactionTo("filter", "undecided"), ReactionTo("WD 55", "objection", "price")],
    )
    found = lines_of(dairy, user=svenja)
    assert [text for text, _note in found["welcome"]] == ["filter", "Wartung"]
    assert [(text, note.split(",")[0]) for text, note in found["unwelcome"]] == [("WD 55", "Objection: Price")]


def test_last_three_contacts_stand_there_with_the_curve_of_moods(svenja, dairy, katrin, client_of):
    for days, mood in ((40, 2), (30, 3), (20, 3), (10, 5)):
        a_call(katrin, by=svenja, days=days, mood=mood, summary=f"Anruf vor {days} Tagen")
    html = client_of(svenja).get(f"/brief/{dairy.pk}/").content.decode()
    assert "Anruf vor 10 Tagen" in html and "Anruf vor 30 Tagen" in html and "Anruf vor 40 Tagen" not in html
    assert html.count("<polyline") == 1 and "</table>" in html


def test_promises_of_people_stand_in_the_brief_of_their_house(svenja, dairy, katrin):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    make_promise(katrin, text="Zeichnung schicken", side="they", due_on=yesterday, by=svenja)
    [(text, note)] = lines_of(dairy, user=svenja)["promised"]
    assert text == "Zeichnung schicken"
    assert note.startswith("Dr. Katrin Ohlendorf, was due on ")


def test_registered_section_is_shown_cut_and_left_out_when_empty(svenja, dairy, section, client_of):
    section("trips", find=lambda ask: [BriefLine(f"Deal {n}") for n in range(9)], most=4)
    section("empty", find=lambda ask: [])
    shown = {each.section.key: each for each in brief_of(dairy, user=svenja)["sections"]}
    assert ([line.text for line in shown["trips"].lines], shown["trips"].more) == (
        ["Deal 0", "Deal 1", "Deal 2", "Deal 3"], 5,
    )  # fmt: skip
    assert "empty" not in shown
    assert next(iter(shown)) == "trips"


def test_section_that_fails_costs_the_brief_nothing_else(svenja, dairy, section, client_of):
    def broken(ask):
        raise RuntimeError("no such table")

    section("broken", find=broken)
    html = client_of(svenja).get(f"/brief/{dairy.pk}/").content.decode()
    assert html.count('data-section="') >= 2
    assert "no such table" not in html


@pytest.mark.parametrize("ways", [{}, {"find": lambda ask: [], "render": lambda ask: ""}])
def test_section_needs_one_way_to_answer(ways):
    with pytest.raises(ValueError, match="either"):
        register_brief_line(BriefSection("x", "X", 1, **ways))


def test_second_section_of_a_name_is_refused():
    taken = brief_sections()[0].key
    with pytest.raises(ValueError, match=taken):
        register_brief_line(BriefSection(taken, "X", 1, find=lambda ask: []))


def test_dialogue_page_and_paper_are_for_those_who_may_see_the_customer(svenja, client_of):
    owner, stranger = a_scoped_user("Ole Lund", Scope.OWN), a_scoped_user("Max Horn", Scope.OWN)
    firm = an_organisation(by=owner, name="Adler AG")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#dialogs"}
    dialog = client_of(owner).get(f"/brief/{firm.pk}/", headers=headers).content.decode()
    assert dialog.startswith("<dialog") and "Adler AG" in dialog
    assert 'data-print-now-value="true"' in client_of(owner).get(f"/brief/{firm.pk}/?print=1").content.decode()
    assert client_of(stranger).get(f"/brief/{firm.pk}/").status_code == 404
    assert f'href="/brief/{firm.pk}/"' in client_of(owner).get(f"/organisations/{firm.pk}/").content.decode()


def test_brief_asks_the_same_number_of_questions_however_much_there_is(
    svenja, dairy, katrin, django_assert_num_queries
):
    a_call(katrin, by=svenja, mood=3, reactions=[ReactionTo("Filter", "declined")])
    make_promise(katrin, text="Anrufen", side="we", by=svenja)
    brief_of(dairy, user=svenja)  # what a process keeps is known from now on
    with CaptureQueriesContext(connection) as few:
        brief_of(dairy, user=svenja)
    for n in range(3):
        a_call(dairy, by=svenja, mood=4, days=n + 2, reactions=[ReactionTo(f"Filter {n}", "interested")])
        make_promise(dairy, text=f"Anrufen {n}", side="they", by=svenja)
    with CaptureQueriesContext(connection) as many:
        brief_of(dairy, user=svenja)
    assert len(many) == len(few)


def test_curve_goes_from_left_to_right_and_the_best_mood_is_at_the_top():
    assert points([1, 5, 3]) == [(4, 36), (80, 4), (156, 20)]
    assert points([3]) == [(4, 20)]


@pytest.mark.parametrize(
    ("moods", "found"), [([], ""), ([3], ""), ([2, 3, 5], "better"), ([5, 5, 2], "worse"), ([3, 4, 3], "same")]
)
def test_trend_holds_the_last_mood_against_those_before(moods, found):
    assert trend(moods) == found


def test_rest_stands_in_the_brief_with_its_reason(svenja, dairy, katrin):
    until = timezone.localdate() + dt.timedelta(days=20)
    rest(dairy, reason="Umbau bis Weihnachten", until=until, by=svenja)
    [(text, note)] = lines_of(dairy, user=svenja)["rests"]
    assert (text, note.split(" until ")[0]) == ("Umbau bis Weihnachten", "leave alone")
