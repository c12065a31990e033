"""Customers are found by what belongs to them, too."""

import pytest

from kundig.parties.actions import add_contact_point, add_role
from kundig.records import registry, search
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_person, ohlendorf, steinbrueck

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return an_administrator()


@pytest.fixture
def dairy(administrator):
    """A dairy and its technical director."""
    firm, person = steinbrueck(by=administrator), ohlendorf(by=administrator)
    add_role({"person": person, "party": firm, "kind": "contact", "function": "Technische Leitung"}, by=administrator)
    refresh(firm, person)
    return firm


def refresh(firm, *persons):
    search.refresh(registry.get("organisations"), [firm.pk])
    search.refresh(registry.get("persons"), [person.pk for person in persons])


def found(user, text):
    return [(hit.title, hit.note) for hit in search.find(user, text)]


def test_contact_person_then_the_firm(dairy, administrator):
    person, firm = "Dr. Katrin Ohlendorf", "Molkerei Steinbrück eG"
    assert found(administrator, "ohlendorf") == [(person, ""), (firm, person)]
    assert found(administrator, "katrin ohlendorf")[0] == (person, "")


def test_phone_of_the_firm(dairy, administrator):
    for text in ("089 99998-100", "08999998100", "+49 89 99998100", "99998100", "089/99998"):
        assert ("Molkerei Steinbrück eG", "089 99998100") in found(administrator, text)


def test_every_contact_point_in_use(dairy, administrator):
    add_contact_point({"party": dairy, "kind": "mail", "value": "einkauf@milchhof.example"}, by=administrator)
    add_contact_point({"party": dairy, "kind": "phone", "value": "0821 555 0"}, by=administrator)
    add_contact_point(
        {"party": dairy, "kind": "mail", "value": "alt@kaeserei.example", "do_not_use": True}, by=administrator
    )
    refresh(dairy)
    assert [title for title, _ in found(administrator, "@milchhof")] == ["Molkerei Steinbrück eG"]
    assert [title for title, _ in found(administrator, "0821 5550")] == ["Molkerei Steinbrück eG"]
    assert found(administrator, "@kaeserei") == []


def test_customer_number(dairy, administrator):
    assert [title for title, _ in found(administrator, dairy.number)] == ["Molkerei Steinbrück eG"]


def test_new_person_begins_with_the_parts_of_the_name(administrator):
    begun = registry.get("persons").begun_as("Frau Dr. Anna von der Heide")
    assert begun == {
        "salutation": "ms",
        "academic_title": "Dr.",
        "first_name": "Anna",
        "family_name": "von der Heide",
    }
    assert registry.get("organisations").begun_as("Wilman Kala") == {"name": "Wilman Kala"}


def test_family_name_however_it_is_written(administrator):
    refresh_of = a_person(by=administrator, first_name="Jörg", family_name="Groß")
    search.refresh(registry.get("persons"), [refresh_of.pk])
    for text in ("joerg gross", "jörg groß", "GROSS jorg", "jörk groß"):
        assert found(administrator, text) == [("Jörg Groß", "")]
