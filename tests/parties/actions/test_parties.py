"""Creating, changing and deleting parties."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kundig.parties import actions
from kundig.parties.models import Address, ContactPoint, Organisation, Party, Person, Role
from kundig.platform.models import OutboxEvent
from kundig.records.events import Via
from tests.parties.factories import a_household, a_person, an_organisation, ohlendorf, steinbrueck

TODAY = timezone.localdate()


def points(party):
    return [(p.kind, p.value, p.normalised, p.is_main) for p in party.contact_points.order_by("kind")]


def events(name):
    return [e.payload for e in OutboxEvent.objects.filter(name=f"parties.{name}").order_by("id")]


def test_create_organisation_keeps_parts_and_their_summary(svenja):
    firm = steinbrueck(by=svenja)
    firm.refresh_from_db()
    assert (firm.kind, firm.legal_form, firm.phone, firm.owner) == ("org", "eG", "+498999998100", svenja)
    assert points(firm) == [
        ("mail", "post@steinbrueck.example", "post@steinbrueck.example", True),
        ("phone", "+498999998100", "+498999998100", True),
    ]
    address = firm.addresses.get()
    assert (address.street, address.city, address.is_main) == ("Eversbuschring 18", "München", True)
    assert firm.origins == {"*": {"via": "hand", "at": TODAY.isoformat()}}
    assert events("PartyCreated") == [{"party_id": str(firm.pk), "by_id": str(svenja.pk)}]


def test_create_takes_the_next_free_number(svenja):
    first = an_organisation(by=svenja)
    an_organisation(by=svenja, name="Im Weg", number=str(int(first.number) + 1))
    assert an_organisation(by=svenja, name="Danach").number == str(int(first.number) + 2)


def test_create_with_a_number_that_is_taken_is_refused(svenja):
    an_organisation(by=svenja, number="K-7")
    with pytest.raises(ValidationError) as refused:
        an_organisation(by=svenja, name="Andere", number="K-7")
    assert refused.value.message_dict == {"number": ["The number K-7 belongs to another customer."]}
    assert Party.objects.count() == 1


def test_create_without_name_and_number_is_refused(svenja):
    with pytest.raises(ValidationError, match="Give a name"):
        actions.create_organisation({"city": "Berlin"}, by=svenja)
    assert not Party.objects.exists()


def test_anonymous_customers_are_called_by_their_number_until_a_name_is_known(svenja):
    party = actions.create_person({"number": "10482"}, by=svenja)
    assert (party.name, party.is_anonymous) == ("Kunde 10482", True)
    actions.change_party(party, {"number": "10483"}, by=svenja)
    assert party.name == "Kunde 10483"
    actions.change_party(party, {"first_name": "Maria", "family_name": "Anders"}, by=svenja)
    assert (party.name, party.is_anonymous) == ("Maria Anders", False)
    actions.change_party(party, {"first_name": "", "family_name": ""}, by=svenja)
    assert (party.name, party.is_anonymous) == ("Kunde 10483", True)


def test_create_person_makes_the_name_from_its_parts(svenja):
    person = ohlendorf(by=svenja)
    assert (person.kind, person.name) == ("person", "Dr. Katrin Ohlendorf")
    person = Person.objects.get(pk=person.pk)
    assert person.name_key == "ohlendorf katrin"


def test_create_person_takes_a_whole_name_apart(svenja):
    person = actions.create_person({"name": "Frau Prof. Dr. Anna von der Heide"}, by=svenja)
    parts = (person.salutation, person.academic_title, person.first_name, person.family_name)
    assert parts == ("ms", "Prof. Dr.", "Anna", "von der Heide")
    assert person.name == "Prof. Dr. Anna von der Heide"


def test_create_reads_phones_by_the_country_of_the_party(svenja):
    austrian = an_organisation(by=svenja, name="Ernst Handel", country="AT", phone="7675-3425")
    assert austrian.phone == "+4376753425"
    odd = an_organisation(by=svenja, name="La corne d'abondance", country="FR", phone="30.59.84.10")
    assert odd.phone == "30.59.84.10"
    assert points(odd) == [("phone", "30.59.84.10", "", True)]


def test_create_tells_everything_that_is_wrong_at_its_field(svenja):
    with pytest.raises(ValidationError) as refused:
        steinbrueck(by=svenja, postal_code="8099", vat_id="12", name="Ä" * 301)
    assert set(refused.value.message_dict) == {"postal_code", "vat_id", "name"}
    with pytest.raises(ValidationError) as refused:
        steinbrueck(by=svenja, mail="post")
    assert set(refused.value.message_dict) == {"mail"}
    assert not Party.objects.exists()


def test_imported_postal_codes_are_taken_as_they_are(svenja):
    party = actions.create_organisation(
        {"name": "Alt", "postal_code": "8099", "country": "DE"}, by=svenja, via=Via.IMPORT, note="kunden.csv"
    )
    assert party.postal_code == "8099"
    assert party.origins["*"] == {"via": "import", "at": TODAY.isoformat(), "note": "kunden.csv"}


def test_change_party_of_a_summary_changes_the_main_contact_point(svenja):
    firm = steinbrueck(by=svenja)
    actions.change_party(firm, {"phone": "089 123456"}, by=svenja)
    firm.refresh_from_db()
    assert firm.phone == "+4989123456"
    assert ContactPoint.objects.get(party=firm, kind="phone").value == "+4989123456"
    assert firm.origins["phone"] == {"via": "hand", "at": TODAY.isoformat()}
    assert events("PartyChanged") == [{"party_id": str(firm.pk), "by_id": str(svenja.pk), "fields": ["phone"]}]


def test_change_party_clearing_a_summary_lets_the_next_one_stand_for_it(svenja):
    firm = steinbrueck(by=svenja)
    actions.add_contact_point({"party": firm, "kind": "phone", "value": "089 555"}, by=svenja)
    firm.refresh_from_db()
    actions.change_party(firm, {"phone": "", "mail": ""}, by=svenja)
    firm.refresh_from_db()
    assert (firm.phone, firm.mail) == ("+4989555", "")


def test_change_party_of_the_address_changes_the_main_address(svenja):
    firm = steinbrueck(by=svenja)
    actions.change_party(
        firm, {"address": {"street": "Am Kanal 3", "city": "Passau", "postal_code": "94032"}}, by=svenja
    )
    firm.refresh_from_db()
    address = Address.objects.get(party=firm)
    assert (firm.street, firm.city, firm.country) == (address.street, address.city, address.country)
    assert (firm.street, firm.city, firm.country) == ("Am Kanal 3", "Passau", "DE")


def test_change_party_with_the_same_values_changes_nothing(svenja):
    firm = steinbrueck(by=svenja)
    before = Organisation.objects.get(pk=firm.pk).changed_at
    actions.change_party(firm, {"phone": "089 99998-100", "name": firm.name, "city": "München"}, by=svenja)
    assert Organisation.objects.get(pk=firm.pk).changed_at == before
    assert events("PartyChanged") == []


def test_change_party_that_is_refused_leaves_everything_as_it_was(svenja):
    firm = steinbrueck(by=svenja)
    with pytest.raises(ValidationError):
        actions.change_party(firm, {"phone": "089 4711", "postal_code": "1"}, by=svenja)
    kept = Organisation.objects.get(pk=firm.pk)
    assert (kept.phone, kept.postal_code) == ("+498999998100", "80999")
    assert ContactPoint.objects.get(party=firm, kind="phone").value == "+498999998100"


def test_change_party_to_another_organisation_ends_the_role_before(svenja):
    dairy, brewery = steinbrueck(by=svenja), an_organisation(by=svenja, name="Brauhaus Lindenhain KG")
    person = ohlendorf(by=svenja, organisation=dairy.pk, function="Technik")
    actions.change_party(person, {"organisation": brewery.pk}, by=svenja)
    person.refresh_from_db()
    assert (person.organisation_id, person.function) == (brewery.pk, "")
    old, new = Role.objects.filter(person=person).order_by("created_at")
    assert (old.party_id, old.function, old.valid_to) == (dairy.pk, "Technik", TODAY - dt.timedelta(days=1))
    assert (new.party_id, new.valid_from, new.valid_to) == (brewery.pk, TODAY, None)


def test_change_party_back_to_the_organisation_before_goes_on_with_its_role(svenja):
    dairy, brewery = steinbrueck(by=svenja), an_organisation(by=svenja, name="Brauhaus Lindenhain KG")
    person = ohlendorf(by=svenja, organisation=dairy.pk, function="Technik")
    actions.change_party(person, {"organisation": brewery.pk}, by=svenja)
    actions.change_party(person, {"organisation": dairy.pk}, by=svenja)
    role = Role.objects.get(person=person)
    person.refresh_from_db()
    assert (role.party_id, role.valid_to, person.function) == (dairy.pk, None, "Technik")


def test_a_function_needs_an_organisation(svenja):
    with pytest.raises(ValidationError, match="Choose the organisation"):
        ohlendorf(by=svenja, function="Technik")
    assert not Party.objects.exists()


def test_set_parent_makes_a_group_but_no_circle(svenja):
    head, middle = an_organisation(by=svenja, name="Holding AG"), an_organisation(by=svenja, name="Mitte GmbH")
    low = an_organisation(by=svenja, name="Unten GmbH", parent=middle.pk)
    actions.set_parent(middle, head, by=svenja)
    with pytest.raises(ValidationError, match="cannot stand above itself"):
        actions.set_parent(head, low, by=svenja)
    assert Organisation.objects.get(pk=head.pk).parent_id is None


def test_delete_party_keeps_its_people_and_their_summary_right(svenja):
    firm = steinbrueck(by=svenja)
    person = ohlendorf(by=svenja, organisation=firm.pk, function="Technik")
    actions.delete_party(firm, by=svenja)
    person.refresh_from_db()
    assert (person.organisation_id, person.function) == (None, "")
    assert not Role.objects.exists()
    assert ContactPoint.objects.filter(party=person).count() == 2
    assert not Address.objects.exists()


def test_confirm_value_keeps_where_the_value_came_from(svenja):
    firm = steinbrueck(by=svenja)
    actions.confirm_value(firm, "mail", by=svenja, on=dt.date(2026, 11, 2))
    firm.refresh_from_db()
    assert firm.origins["mail"] == {"via": "hand", "at": TODAY.isoformat(), "confirmed_on": "2026-11-02"}
    actions.change_party(firm, {"mail": "neu@steinbrueck.example"}, by=svenja)
    assert "confirmed_on" not in firm.origins["mail"]


def test_households_have_no_person_s_name(svenja):
    household = a_household(by=svenja)
    assert (household.kind, household.name, household.name_key) == ("household", "Familie Sommer", "familie sommer")


def test_managers_of_the_kinds_see_their_kind_only(svenja):
    firm, person, household = steinbrueck(by=svenja), a_person(by=svenja), a_household(by=svenja)
    assert [type(p).__name__ for p in (firm, person, household)] == ["Organisation", "Person", "Household"]
    assert Organisation.objects.get() == firm
    assert Person.objects.get() == person
    assert Party.objects.count() == 3
