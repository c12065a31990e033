"""Parties through every surface that their descriptions make."""

import pytest

from kundig.accounts.enums import Scope
from kundig.parties.models import Organisation, Person
from kundig.privacy.actions import state_purpose
from kundig.privacy.queries import forget_purposes
from kundig.records import registry, search
from kundig.records.actions import change_record, create_record
from kundig.records.checks import check_description
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_person, a_scoped_user, an_organisation, ohlendorf, steinbrueck

NAMES = ["organisations", "persons", "households", "addresses", "contact-points", "roles"]


@pytest.fixture(autouse=True)
def _own_purposes():
    forget_purposes()
    yield
    forget_purposes()


@pytest.fixture
def signed_in(client, svenja):
    client.force_login(svenja)
    return client


@pytest.mark.parametrize("name", NAMES)
def test_descriptions_hold_what_they_promise(name):
    assert check_description(registry.get(name)) == []


@pytest.mark.parametrize(
    "path", ["/organisations/", "/persons/", "/households/", "/organisations/new/", "/persons/new/", "/households/new/"]
)
def test_lists_and_forms_answer(signed_in, svenja, path):
    firm = steinbrueck(by=svenja, tags=["Messe"])
    ohlendorf(by=svenja, organisation=firm.pk, function="Technik")
    assert signed_in.get(path).status_code == 200


def test_the_table_of_persons_shows_their_organisation(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    ohlendorf(by=svenja, organisation=firm.pk, function="Technik")
    html = signed_in.get("/persons/").content.decode()
    assert "Molkerei Steinbrück eG" in html
    assert "Technik" in html


@pytest.mark.parametrize("count", [1, 3])
def test_tables_ask_the_same_number_of_questions(
    signed_in, svenja, django_assert_max_num_queries, versions_known, count
):
    for number in range(count):
        firm = steinbrueck(by=svenja, name=f"Firma {number}", number=f"F{number}")
        ohlendorf(by=svenja, organisation=firm.pk)
    signed_in.get("/persons/")
    with django_assert_max_num_queries(
        11
    ):  # four of them for saved views and chosen columns, which no transaction remembers
        signed_in.get("/persons/")


def test_create_and_change_through_the_form(signed_in, svenja):
    form = {
        "name": "Gießerei Brandlhof AG", "lifecycle": "lead", "address.street": "Werkstraße 9",
        "address.postal_code": "4400", "address.city": "Steyr", "address.country": "AT", "phone": "07252 70470",
        "mail": "info@brandlhof.example",
        "owner": str(svenja.pk), "revenue": "1.250.000,50 €",
    }  # fmt: skip
    response = signed_in.post("/organisations/new/", form)
    firm = Organisation.objects.get()
    assert response.status_code == 302
    assert (firm.name, firm.legal_form, firm.phone, firm.country) == (
        "Gießerei Brandlhof AG",
        "AG",
        "+43725270470",
        "AT",
    )
    assert str(firm.revenue) == "1250000.50"
    refused = signed_in.post(f"/organisations/{firm.pk}/edit/", {**form, "address.postal_code": "44"})
    assert refused.status_code == 422
    assert "keine Postleitzahl" in refused.content.decode()
    assert Organisation.objects.get().postal_code == "4400"


def test_one_field_is_changed_inline_and_taken_back(signed_in, svenja):
    firm = steinbrueck(by=svenja)
    address = f"/organisations/{firm.pk}/fields/phone/"
    response = signed_in.put(address, "phone=030+0074321", content_type="application/x-www-form-urlencoded",
                           headers={"HX-Request": "true", "HX-Target": f"dd#f{firm.pk}-phone"})  # fmt: skip
    assert response.status_code == 200
    firm.refresh_from_db()
    assert firm.phone == "+49300074321"
    undo = response.content.decode().partition('hx-post="')[2].partition('"')[0]
    signed_in.post(undo)
    firm.refresh_from_db()
    assert firm.phone == "+498999998100"
    assert firm.contact_points.filter(kind="phone").count() == 1


def test_inline_edits_of_people_s_names_and_addresses(signed_in, svenja):
    person = ohlendorf(by=svenja)
    for field, body in [
        ("family_name", "family_name=Ohlendorf-Meyer"),
        ("address", "address.street=Am+Kanal+3&address.postal_code=94032&address.city=Passau&address.country=DE"),
        ("salutation", "salutation=mr"),
    ]:  # fmt: skip
        response = signed_in.put(
            f"/persons/{person.pk}/fields/{field}/", body, content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code == 200, response.content.decode()
    person.refresh_from_db()
    assert (person.name, person.city, person.salutation) == ("Dr. Katrin Ohlendorf-Meyer", "Passau", "mr")


def test_the_page_shows_the_letter_salutation_and_its_warning(signed_in, svenja):
    html = signed_in.get(f"/persons/{ohlendorf(by=svenja).pk}/").content.decode()
    assert "Sehr geehrte Frau Dr. Ohlendorf" in html
    unknown = a_person(by=svenja, first_name="Kim", family_name="Meyer")
    html = signed_in.get(f"/persons/{unknown.pk}/").content.decode()
    assert "Guten Tag Kim Meyer" in html
    assert "Anrede unbekannt, daher neutral." in html


def test_prepared_personal_fields_are_off_until_their_purpose_is_stated(signed_in, svenja):
    persons = registry.get("persons")
    person = ohlendorf(by=svenja)
    prepared = ["birthday", "hobbies", "interests", "family", "education"]
    assert [name for name in prepared if name in persons.fields_for(svenja)] == []
    assert signed_in.get(f"/persons/{person.pk}/fields/birthday/").status_code == 404
    state_purpose(
        "greeting",
        legal_basis="consent",
        wording="Wir gratulieren.",
        retention="Bis zum Widerruf.",
        by=an_administrator(),
    )
    forget_purposes()
    assert [name for name in prepared if name in persons.fields_for(svenja)] == ["birthday"]
    assert signed_in.get(f"/persons/{person.pk}/fields/birthday/").status_code == 200


def test_search_finds_parties_by_everything_they_are_known_by(svenja):
    organisations, persons = registry.get("organisations"), registry.get("persons")
    firm = create_record(
        organisations,
        {"name": "Alfreds Futterkiste", "number": "ALFKI", "phone": "030-0074321", "country": "DE"},
        by=svenja,
    )
    create_record(
        persons,
        {"first_name": "Maria", "family_name": "Anders", "organisation": firm.pk, "mail": "m.anders@futterkiste.de"},
        by=svenja,
    )
    for text in ("futterkiste", "futerkiste", "ALFKI", "030 0074321", "+49300074321", "Maria Anders"):
        assert firm.pk in [hit.id for hit in search.find(svenja, text)], text
    assert Person.objects.get().pk in [hit.id for hit in search.find(svenja, "anders@futter")]


def test_a_person_s_new_name_finds_the_firm(svenja):
    persons = registry.get("persons")
    firm = create_record(registry.get("organisations"), {"name": "Alfreds Futterkiste"}, by=svenja)
    person = create_record(
        persons, {"first_name": "Maria", "family_name": "Anders", "organisation": firm.pk}, by=svenja
    )
    change_record(persons, person, {"family_name": "Zwickelhuber"}, by=svenja)
    assert firm.pk in [hit.id for hit in search.find(svenja, "zwickelhuber")]


def test_people_are_told_apart_by_their_organisation_whatever_it_is_called_now(svenja):
    organisations, persons = registry.get("organisations"), registry.get("persons")
    firm = create_record(organisations, {"name": "Alfreds Futterkiste"}, by=svenja)
    for beside in ({"organisation": firm.pk}, {"city": "Kassel"}):
        create_record(persons, {"first_name": "Miriam", "family_name": "Müller", **beside}, by=svenja)

    def beside():
        return sorted(hit.subtitle for hit in search.find(svenja, "miriam") if hit.object == "persons")

    assert beside() == ["Alfreds Futterkiste", "Kassel"]
    change_record(organisations, firm, {"name": "Futterhof"}, by=svenja)
    assert beside() == ["Futterhof", "Kassel"]


def test_a_further_contact_point_finds_the_party(svenja):
    firm = create_record(registry.get("organisations"), {"name": "Alfreds Futterkiste", "country": "DE"}, by=svenja)
    create_record(registry.get("contact-points"), {"party": firm.pk, "kind": "fax", "value": "030-0076545"}, by=svenja)
    assert [hit.id for hit in search.find(svenja, "+49300076545")] == [firm.pk]


def test_duplicates_are_told_while_typing(signed_in, svenja):
    steinbrueck(by=svenja)
    html = signed_in.get(
        "/organisations/duplicates/", {"name": "Molkerei Steinbrueck", "address.city": "München", "revenue": "??"}
    )
    assert "Molkerei Steinbrück eG" in html.content.decode()
    assert signed_in.get("/organisations/duplicates/", {"name": "Andere"}).content.decode().strip() == ""


def test_the_table_of_organisations_is_sorted_by_what_has_an_index(signed_in, svenja):
    for name in ("Zimmerei", "Ärztehaus", "Bäckerei"):
        an_organisation(by=svenja, name=name)
    html = signed_in.get("/organisations/?sort=name").content.decode()
    assert html.index("Ärztehaus") < html.index("Bäckerei") < html.index("Zimmerei")
    for sort in ("number", "-city", "postal_code", "lifecycle", "-changed_at", "revenue"):
        assert signed_in.get(f"/organisations/?sort={sort}").status_code == 200, sort


def test_a_refused_form_names_nobody_whom_one_may_not_see(client, svenja):
    theirs, stranger = steinbrueck(by=svenja), a_scoped_user("Lars Fremd", Scope.OWN)
    own = an_organisation(by=stranger, name="Eigene KG", parent=theirs.pk)
    client.force_login(stranger)
    refused = client.post("/persons/new/", {"family_name": "Neu", "organisation": str(theirs.pk)})
    assert refused.status_code == 422
    assert theirs.name not in refused.content.decode()
    refused = client.post(
        f"/organisations/{own.pk}/edit/", {"name": "Eigene KG", "parent": str(theirs.pk), "mail": "?"}
    )
    assert refused.status_code == 422
    assert theirs.name not in refused.content.decode(), "nor is what stands there already"
