"""What stands in the history of a party, and in which order."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.parties.actions import set_parent
from kundig.records import purposes, registry
from kundig.records.actions import change_record
from kundig.timeline.actions import ReactionTo, comment_on, pin
from kundig.timeline.queries import Entry, Read, Wanted, last_contacts, stream
from kundig.timeline.queries.stream import PAGE
from tests.parties.factories import a_person, a_scoped_user, an_organisation
from tests.timeline.touchpoints.test_recording import a_call

NOW = timezone.now()


def days_ago(number):
    return NOW - dt.timedelta(days=number)


def said(page):
    return [entry.summary for entry in page.entries if isinstance(entry, Entry)]


def test_contacts_with_people_and_subsidiaries_roll_up(svenja, dairy, katrin):
    daughter = an_organisation(by=svenja, name="Steinbrück Käse GmbH")
    set_parent(daughter, dairy, by=svenja)
    a_call(dairy, by=svenja, summary="Zentrale", at=days_ago(3))
    a_call(katrin, by=svenja, summary="Katrin", at=days_ago(2))
    a_call(daughter, by=svenja, summary="Tochter", at=days_ago(1))
    assert said(stream(dairy, user=svenja)) == ["Tochter", "Katrin", "Zentrale"]
    assert said(stream(daughter, user=svenja)) == ["Tochter"]
    assert said(stream(katrin, user=svenja)) == ["Katrin"]


def test_who_took_part_has_it_too_and_nothing_comes_twice(svenja, dairy, katrin):
    a_call(dairy, by=svenja, summary="Mit Katrin", people=[katrin])
    a_call(katrin, by=svenja, summary="Allein", people=[dairy])
    assert sorted(said(stream(katrin, user=svenja))) == ["Allein", "Mit Katrin"]
    assert sorted(said(stream(dairy, user=svenja))) == ["Allein", "Mit Katrin"]


def test_pages_follow_one_another_without_gap_or_double(svenja, dairy, katrin):
    same = days_ago(5)
    for number in range(12):
        a_call(dairy if number % 2 else katrin, by=svenja, summary=f"Nr. {number}", at=same, people=[dairy])
    everything, after = [], None
    for _page in range(20):
        page = stream(dairy, user=svenja, after=after, limit=5)
        everything += [entry.cursor for entry in page.entries]
        after = page.next
        if after is None:
            break
    assert len([cursor for cursor in everything if not cursor[1].startswith("ledger")]) == 12
    assert len(set(everything)) == len(everything)
    assert everything == sorted(everything, reverse=True)


def test_page_in_one_statement_is_the_page_of_many(svenja, dairy, katrin):
    """Pages of another length are read by branches, which know the rights of every reader."""
    for number in range(70):
        whom, others = (dairy, [katrin]) if number % 3 else (katrin, [dairy])
        taken = [ReactionTo("Filter", "objection", "price")] if number % 5 == 0 else []
        made = a_call(whom, by=svenja, summary=f"Nr. {number}", at=days_ago(number // 2 * 16), people=others,
                      mood=4, body="x" * 700, reactions=taken)  # fmt: skip
        if number in (3, 60):
            comment_on(made, "Nachfassen!", by=svenja)
            pin(made, by=svenja)
    for party in (dairy, katrin):
        after, pages = None, 0
        while after or not pages:
            page = stream(party, user=svenja, after=after)
            many = stream(party, user=svenja, after=after, limit=PAGE + 1)
            assert page.entries == many.entries[:PAGE]
            assert page.pinned == many.pinned
            assert len(page.pinned) == (2 if party == katrin and not after else 0)
            after, pages = page.next, pages + 1
        assert pages == 3


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(kinds=frozenset({"visit"})), ["Besuch bei Otto"]),
        (Wanted(words="otto BESUCH"), ["Besuch bei Otto"]),
        (Wanted(words="100%"), []),
        (Wanted(since=NOW - dt.timedelta(days=15)), ["Anruf"]),
        (Wanted(until=NOW - dt.timedelta(days=15)), ["Besuch bei Otto", "Alt"]),
        (Wanted(kinds=frozenset({"unknown"})), []),
    ],
)
def test_narrowed(svenja, dairy, wanted, expected):
    a_call(dairy, by=svenja, summary="Alt", at=days_ago(900))
    a_call(dairy, by=svenja, kind="visit", summary="Besuch bei Otto", at=days_ago(20))
    a_call(dairy, by=svenja, summary="Anruf", at=days_ago(10))
    assert said(stream(dairy, user=svenja, wanted=wanted)) == expected


def test_narrowed_to_one_person(svenja, dairy, katrin):
    other = a_person(by=svenja, family_name="Sommer", organisation=dairy)
    a_call(dairy, by=svenja, summary="Mit beiden", people=[katrin, other])
    a_call(other, by=svenja, summary="Nur andere")
    assert said(stream(dairy, user=svenja, wanted=Wanted(person=katrin.pk))) == ["Mit beiden"]


def test_reaching_down_brings_all_that_was_read(svenja, dairy):
    for number in range(40):
        a_call(dairy, by=svenja, summary=f"Nr. {number}", at=days_ago(number + 1))
    page = stream(dairy, user=svenja, down_to=days_ago(36))
    assert "Nr. 35" in said(page) and "Nr. 36" not in said(page)
    assert page.next is not None


def test_entries_are_complete(svenja, dairy, katrin):
    made = a_call(dairy, by=svenja, people=[katrin], mood=5, reactions=[ReactionTo("Filter", "objection", "price")])
    comment_on(made, "Nachfassen!", by=svenja)
    entry = stream(dairy, user=svenja).entries[0]
    assert entry.people == [(katrin.pk, "Dr. Katrin Ohlendorf", "person")]
    assert entry.reactions == [("Filter", "objection", "price")]
    assert [comment.text for comment in entry.comments] == ["Nachfassen!"]
    assert (entry.mood, entry.author_name, entry.party_name) == (5, "Svenja Kroll", "Molkerei Steinbrück eG")


def test_long_texts_come_as_their_beginning(svenja, dairy):
    a_call(dairy, by=svenja, body="x" * 5000)
    entry = stream(dairy, user=svenja).entries[0]
    assert (len(entry.body), entry.length) == (600, 5000)


def test_pinned_stand_at_the_top_of_a_history_that_is_not_narrowed(svenja, dairy):
    old = a_call(dairy, by=svenja, summary="Wichtig", at=days_ago(500))
    a_call(dairy, by=svenja, summary="Neu")
    pin(old, by=svenja)
    assert [entry.summary for entry in stream(dairy, user=svenja).pinned] == ["Wichtig"]
    assert stream(dairy, user=svenja, wanted=Wanted(words="neu")).pinned == []


def test_changes_of_master_data_are_read_from_the_ledger(svenja, dairy):
    change_record(registry.get("organisations"), dairy, {"city": "Dachau", "phone": "089 1"}, by=svenja)
    reads = [entry for entry in stream(dairy, user=svenja).entries if isinstance(entry, Read)]
    assert [(read.kind, read.entry.title, read.entry.note) for read in reads][:1] == [
        ("master_data", "Changed: city, phone", "Svenja Kroll")
    ]


def test_strangers_see_nothing_and_colleagues_what_is_theirs(svenja, dairy, katrin):
    stranger = a_scoped_user("Fremd", Scope.OWN)
    a_call(dairy, by=svenja)
    a_call(katrin, by=svenja, people=[dairy])
    assert said(stream(dairy, user=stranger)) == []


def test_as_many_queries_for_three_as_for_one(svenja, dairy, katrin):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            stream(dairy, user=svenja)
        return len(caught)

    a_call(dairy, by=svenja, people=[katrin], reactions=[ReactionTo("Filter", "interested")])
    purposes.active()  # read once for some seconds
    one = queries()
    for _each in range(2):
        a_call(dairy, by=svenja, people=[katrin], reactions=[ReactionTo("Filter", "interested")])
    assert queries() == one <= 10


def test_last_contacts_of_many(svenja, dairy, katrin):
    other = an_organisation(by=svenja, name="Brauhaus Lindenhain")
    a_call(dairy, by=svenja, summary="Alt", at=days_ago(9))
    a_call(katrin, by=svenja, summary="Neu", at=days_ago(1))
    a_call(dairy, by=svenja, kind="mail", direction="out", summary="Rundbrief")
    found = last_contacts([dairy.pk, katrin.pk, other.pk], 2, only_real=True)
    assert {key: [each.summary for each in last] for key, last in found.items()} == {
        dairy.pk: ["Neu", "Alt"], katrin.pk: ["Neu"],
    }  # fmt: skip
    assert last_contacts([dairy.pk])[dairy.pk][0].summary == "Rundbrief"
