"""A row beside the party that it may mean."""

from uuid import UUID

import pytest

from kundig.parties.actions.importing.drafts import Place, Point, new_draft
from kundig.parties.actions.importing.incoming import Entry
from kundig.parties.actions.importing.showing import beside
from kundig.parties.enums import PartyKind
from kundig.records import registry
from kundig.records.imports.reading.table import Row

ELIF, NINA = UUID(int=1), UUID(int=2)


def a_party(*, points=(), city="", **values):
    draft = new_draft(PartyKind.ORGANISATION)
    draft.values = values
    draft.points = [Point(kind, value, value) for kind, value in points]
    draft.places = [Place("visit", {"city": city}, is_main=True)] if city else []
    return draft


def told(given, there, *, hidden=()):
    """What stands beside each other: label, value of the row, value that is there."""
    entry = Entry(Row(1, []))
    entry.party.values = given.values
    fields = {name: field for name, field in registry.get("organisations").fields.items() if name not in hidden}
    names = {ELIF: "Elif Kaya", NINA: "Nina Seidel"}
    return [(each.label, each.given, each.there) for each in beside(entry, given, there, fields=fields, names=names)]


@pytest.fixture
def dairy():
    return a_party(
        name="Molkerei", industry="", tags=["bio"], owner_id=ELIF, city="Ulm", points=[("phone", "+4989999981")]
    )


def test_what_differs_stands_before_what_is_added(dairy):
    given = a_party(name="Molkerei AG", industry="Handel", city="Bonn", points=[("mail", "post@m.example")])
    assert told(given, dairy) == [
        ("Name", "Molkerei AG", "Molkerei"), ("Address", "Bonn", "Ulm"),
        ("Industry", "Handel", ""), ("Mail", "post@m.example", ""),
    ]  # fmt: skip


def test_the_same_is_not_told(dairy):
    given = a_party(name="Molkerei", industry="", tags=["bio"], city="Ulm", points=[("mobile", "+4989999981")])
    assert told(given, dairy) == []


def test_people_stand_by_their_names(dairy):
    assert told(a_party(owner_id=NINA), dairy) == [("Looked after by", "Nina Seidel", "Elif Kaya")]
    assert told(a_party(owner_id=UUID(int=3)), a_party(owner_id=None)) == []


def test_a_field_that_the_reader_may_not_know_is_not_told(dairy):
    given = a_party(name="Molkerei AG", city="Bonn", points=[("phone", "+49711222"), ("web", "m.example")])
    assert told(given, dairy, hidden=("name", "address", "phone", "website")) == []
    assert told(given, dairy, hidden=("name", "address")) == [
        ("Phone", "+49 711 222", "+49 89 999981"), ("Website", "m.example", ""),
    ]  # fmt: skip
