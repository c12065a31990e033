"""Parts of a party, added and changed in the panels of its page."""

import pytest

from kundig.accounts.enums import Scope
from kundig.parties import actions
from kundig.parties.models import Address, ContactPoint, Person, Role
from tests.parties.factories import a_household, a_scoped_user, an_organisation, ohlendorf, steinbrueck


@pytest.fixture
def signed_in(client, svenja):
    client.force_login(svenja)
    return client


def text(response):
    return response.content.decode()


def test_the_page_shows_people_contact_points_addresses_group_and_origins(signed_in, svenja):
    head = an_organisation(by=svenja, name="Futter Holding AG")
    firm = steinbrueck(by=svenja, parent=head.pk)
    ohlendorf(by=svenja, organisation=firm.pk, function="Technik")
    html = text(signed_in.get(f"/organisations/{firm.pk}/"))
    for shown in ("Dr. Katrin Ohlendorf", "Technik", "Eversbuschring 18", "Futter Holding AG", "von Hand eingetragen"):
        assert shown in html, shown


def test_hostile_text_stays_text_in_every_panel(signed_in, svenja):
    evil = "\"><script x=1>'&"
    firm = steinbrueck(by=svenja, name=evil, street=evil, city=evil)
    person = ohlendorf(by=svenja, family_name=evil, organisation=firm.pk, function=evil)
    actions.add_contact_point(
        {"party": firm, "kind": "messenger", "value": evil, "label": evil, "source": evil}, by=svenja
    )
    an_organisation(by=svenja, name=evil, city=evil, parent=firm.pk)
    for path in (f"/organisations/{firm.pk}/", f"/persons/{person.pk}/", f"/parties/{firm.pk}/addresses/new/"):
        html = text(signed_in.get(path))
        assert "<script x" not in html
        assert "&lt;script x=1&gt;" in html


def test_a_person_s_page_shows_where_it_belongs(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    person = ohlendorf(by=svenja, organisation=firm.pk)
    assert f'href="/organisations/{firm.pk}/"' in text(signed_in.get(f"/persons/{person.pk}/panels/places/"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_the_same_number_of_questions(
    signed_in, svenja, django_assert_max_num_queries, count, versions_known
):
    firm = steinbrueck(by=svenja)
    for number in range(count):
        ohlendorf(by=svenja, family_name=f"Nummer {number}", organisation=firm.pk)
        actions.add_contact_point({"party": firm, "kind": "mail", "value": f"a{number}@b.de"}, by=svenja)
    signed_in.get(f"/organisations/{firm.pk}/")
    # What most customers do not have is asked for all panels together (records.traces).
    with django_assert_max_num_queries(20):
        signed_in.get(f"/organisations/{firm.pk}/")


def test_add_a_contact_point(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    address = f"/parties/{firm.pk}/contact-points/new/"
    assert 'name="value"' in text(signed_in.get(address))
    refused = signed_in.post(address, {"kind": "mail", "value": "einkauf@"})
    assert (refused.status_code, ContactPoint.objects.filter(party=firm).count()) == (422, 2)
    assert 'value="einkauf@"' in text(refused)
    done = signed_in.post(address, {"kind": "mail", "value": "einkauf@steinbrueck.example", "is_main": "true"})
    assert done.status_code == 200
    firm.refresh_from_db()
    assert firm.mail == "einkauf@steinbrueck.example"
    twice = signed_in.post(address, {"kind": "mail", "value": "Einkauf@Steinbrueck.example"})
    assert (twice.status_code, ContactPoint.objects.filter(party=firm).count()) == (422, 3)


@pytest.mark.parametrize(
    ("deed", "column", "value"),
    [("avoid", "do_not_use", True), ("use", "do_not_use", False), ("main", "is_main", True)],
)
def test_deeds_with_a_contact_point(signed_in, svenja, deed, column, value):
    firm = steinbrueck(by=svenja)
    point = firm.contact_points.get(kind="mail")
    assert signed_in.post(f"/parties/{firm.pk}/contact-points/{point.pk}/{deed}/").status_code == 200
    point.refresh_from_db()
    assert getattr(point, column) is value


def test_confirm_notes_the_day_and_says_so(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    point = firm.contact_points.get(kind="mail")
    html = text(signed_in.post(f"/parties/{firm.pk}/contact-points/{point.pk}/confirm/"))
    point.refresh_from_db()
    assert point.confirmed_on is not None
    assert "bestätigt" in html


def test_confirm_all_values_with_the_customer(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    actions.change_party(firm, {"industry": "Molkerei"}, by=svenja)
    html = text(signed_in.post(f"/parties/{firm.pk}/confirm/"))
    firm.refresh_from_db()
    assert {field for field, entry in firm.origins.items() if "confirmed_on" in entry} == {"*", "industry"}
    assert "bestätigt" in html


def test_what_was_deleted_comes_back(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    point = firm.contact_points.get(kind="phone")
    html = text(signed_in.post(f"/parties/{firm.pk}/contact-points/{point.pk}/delete/"))
    firm.refresh_from_db()
    assert firm.phone == ""
    undo = "/undo/" + html.partition('hx-post="/undo/')[2].partition('"')[0]
    signed_in.post(undo)
    firm.refresh_from_db()
    assert firm.phone == "+498999998100"
    signed_in.post(undo)
    assert ContactPoint.objects.filter(party=firm, kind="phone").count() == 1


def test_edit_an_address(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    address = Address.objects.get(party=firm)
    path = f"/parties/{firm.pk}/addresses/{address.pk}/edit/"
    assert 'value="Eversbuschring 18"' in text(signed_in.get(path))
    form = {
        "kind": "visit",
        "street": "Am Kanal 3",
        "postal_code": "94032",
        "city": "Passau",
        "country": "DE",
        "is_main": "true",
    }
    assert signed_in.post(path, form).status_code == 200
    firm.refresh_from_db()
    assert (firm.street, firm.city) == ("Am Kanal 3", "Passau")
    assert signed_in.post(path, {**form, "postal_code": "1"}).status_code == 422


def test_a_new_contact_person(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    path = f"/parties/{firm.pk}/persons/new/"
    assert signed_in.post(path, {"first_name": "", "family_name": ""}).status_code == 422
    assert not Person.objects.exists()
    signed_in.post(
        path,
        {"first_name": "Jens", "family_name": "Pawlowski", "function": "Einkauf", "mail": "jp@steinbrueck.example"},
    )
    person = Person.objects.get()
    assert (person.name, person.organisation_id, person.function) == ("Jens Pawlowski", firm.pk, "Einkauf")


def test_a_new_member_of_a_household(signed_in, svenja):
    household = a_household(by=svenja)
    signed_in.post(f"/parties/{household.pk}/persons/new/", {"first_name": "Tobias", "family_name": "Sommer"})
    role = Role.objects.get()
    assert (role.party_id, role.kind, role.person.name) == (household.pk, "member", "Tobias Sommer")


def test_somebody_we_know_becomes_a_contact_person_and_ends_it(signed_in, svenja):
    firm, person = steinbrueck(by=svenja), ohlendorf(by=svenja)
    path = f"/parties/{firm.pk}/roles/new/"
    assert signed_in.post(path, {"person": "", "kind": "contact"}).status_code == 422
    assert signed_in.post(path, {"person": str(person.pk), "kind": "contact", "function": "Technik"}).status_code == 200
    role = Role.objects.get()
    assert (role.person_id, role.party_id, role.function) == (person.pk, firm.pk, "Technik")
    signed_in.post(f"/parties/{firm.pk}/roles/{role.pk}/end/")
    role.refresh_from_db()
    person.refresh_from_db()
    assert role.valid_to is not None
    assert person.organisation_id is None


def test_a_role_is_added_from_the_person_s_side(signed_in, svenja):
    firm, person = steinbrueck(by=svenja), ohlendorf(by=svenja)
    signed_in.post(f"/parties/{person.pk}/roles/new/", {"party": str(firm.pk), "kind": "adviser"})
    assert Role.objects.get().kind == "adviser"


def test_only_who_may_change_the_party_changes_its_parts(client, svenja):
    firm = steinbrueck(by=svenja)
    point = firm.contact_points.get(kind="mail")
    stranger = a_scoped_user("Udo Fremd", Scope.OWN)
    client.force_login(stranger)
    for path in (f"/parties/{firm.pk}/contact-points/new/", f"/parties/{firm.pk}/contact-points/{point.pk}/avoid/"):
        assert client.post(path, {"kind": "mail", "value": "x@y.de"}).status_code == 404, path
    client.logout()
    assert client.post(f"/parties/{firm.pk}/contact-points/new/").status_code == 302
    assert list(ContactPoint.objects.filter(party=firm).values_list("do_not_use", flat=True)) == [False, False]


def test_who_may_only_read_sees_no_way_to_change(client, svenja):
    from tests.accounts.factories import a_user

    firm = steinbrueck(by=svenja)
    client.force_login(a_user("Rita Grau", role="reader"))
    html = text(client.get(f"/organisations/{firm.pk}/"))
    assert "post@steinbrueck.example" in html
    assert f"/parties/{firm.pk}/" not in html
    assert client.get(f"/parties/{firm.pk}/contact-points/new/").status_code == 403


def test_addresses_that_lead_nowhere(signed_in, svenja):
    firm, other = steinbrueck(by=svenja), an_organisation(by=svenja, name="Andere", phone="089 4711")
    foreign = other.contact_points.get()
    for path in (
        f"/parties/{firm.pk}/contact-points/{foreign.pk}/edit/",
        f"/parties/{firm.pk}/unknown/new/",
        f"/parties/{foreign.pk}/addresses/new/",
    ):
        assert signed_in.get(path).status_code == 404, path
    point = firm.contact_points.first()
    assert signed_in.post(f"/parties/{firm.pk}/contact-points/{point.pk}/explode/").status_code == 404
