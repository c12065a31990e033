"""Lists of people with the companies they are at, and of customers known by their number only."""

import pytest

from kundig.parties.models import Organisation, Person, Role
from kundig.platform.formats import current_formats
from kundig.records import registry, search
from kundig.records.imports.results import result_of
from tests.accounts.factories import an_administrator


def persons(imported):
    def do(text, **plan):
        return imported(text, name="persons", **plan)

    return do


def test_names_in_one_column_are_divided(imported):
    persons(imported)("Name;EMail\nFrau Prof. Dr. Anna von der Heide;a@h.example\nSommer, Tobias;t@s.example\n")
    anna = Person.objects.get(mail="a@h.example")
    assert (anna.salutation, anna.academic_title) == ("ms", "Prof. Dr.")
    assert (anna.first_name, anna.family_name) == ("Anna", "von der Heide")
    assert Person.objects.get(mail="t@s.example").name == "Tobias Sommer"


def test_names_in_their_own_columns_and_a_salutation_that_says_two_things(imported):
    text = "Anrede;Vorname;Name;Ort\nHerr Dr.;Hans;Müller;Kiel\nFamilie;Eva;Klein;Kiel\n"
    done = persons(imported)(text)
    assert done.counts == {"created": 2}
    hans = Person.objects.get(family_name="Müller")
    assert (hans.salutation, hans.academic_title, hans.name) == ("mr", "Dr.", "Dr. Hans Müller")
    assert Person.objects.get(family_name="Klein").notes == "Anrede: Familie"
    assert persons(imported)(text).counts == {"unchanged": 2}


def test_companies_are_found_by_name_or_number_and_made_where_they_are_missing(imported):
    imported("Nr;Firma\nK1;Meier KG\n", columns={"Nr": "number", "Firma": "name"})
    text = (
        "ID;Vorname;Nachname;Firma;Funktion;Abteilung\n1;Anna;Klein;meier kg;Einkauf;Technik\n2;Bert;Groß;K1;GF;\n"
        "3;Carl;Neu;Huber AG;;\n4;Dora;Neu;Huber AG;;\n"
    )
    assert persons(imported)(text).counts == {"created": 4}
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["Huber AG", "Meier KG"]
    roles = Role.objects.order_by("person__first_name").values_list(
        "person__first_name", "party__name", "function", "is_main"
    )
    assert list(roles) == [
        ("Anna", "Meier KG", "Einkauf", True),
        ("Bert", "Meier KG", "GF", False),
        ("Carl", "Huber AG", "", True),
        ("Dora", "Huber AG", "", False),
    ]
    assert Role.objects.get(person__first_name="Anna").department == "Technik"
    assert Person.objects.get(first_name="Anna").organisation.name == "Meier KG"
    assert persons(imported)(text).counts == {"unchanged": 4}


def test_companies_that_are_missing_fail_the_row_on_request(imported):
    done = persons(imported)("ID;Vorname;Nachname;Firma\n1;Anna;Klein;Meier KG\n", missing="fail")
    assert done.reasons == ["There is no organisation “Meier KG”."]
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize("number", ["99999999", "4711", "K-100234", "12"])
def test_a_number_nobody_has_is_no_name_of_a_company(imported, number):
    text = f"ID;Vorname;Nachname;Firma\n1;Anna;Klein;{number}\n2;Bert;Groß;\n"
    for done in (persons(imported)(text, dry=True), persons(imported)(text)):
        assert done.counts == {"created": 1, "failed": 1}
        assert dict(done.run.reasons) == {f"There is no organisation with the number “{number}”.": 1}
    assert Organisation.objects.count() == 0


def test_companies_that_are_made_are_counted_and_named(imported):
    text = "ID;Vorname;Nachname;Firma\n1;Anna;Klein;Huber AG\n2;Bert;Groß;Huber AG\n3;Carl;Neu;3M\n"
    for done in (persons(imported)(text, dry=True), persons(imported)(text)):
        assert done.run.counts["companies"] == 2
        assert done.run.warnings == [[1, "A new organisation: “Huber AG”"], [3, "A new organisation: “3M”"]]
    assert "with 2 new organisations" in str(result_of(done.run, registry.get("persons"), current_formats())["lines"])


def test_companies_of_one_name_are_told_apart_by_town(imported):
    imported("Firma;Ort\nMeier KG;Hamburg\nMeier KG;Kiel\n")
    done = persons(imported)("ID;Name;Firma;Ort\n1;Anna Klein;Meier KG;Kiel\n2;Bert Groß;Meier KG;Bonn\n")
    assert done.counts == {"created": 1, "failed": 1}
    assert Role.objects.get().party.city == "Kiel"
    assert done.reasons == ["Several organisations are called “Meier KG”."]


def test_companies_are_found_by_the_people_placed_there(imported):
    imported("Firma\nMeier KG\n")
    persons(imported)("ID;Name;Firma\n1;Anna Kleinschmidt;Meier KG\n")
    hits = search.find(an_administrator(), "kleinschmidt")
    assert {hit.title for hit in hits} == {"Anna Kleinschmidt", "Meier KG"}


def test_customers_known_by_number_only_are_anonymous(imported):
    text = "".join(f" {n:05} 1997010{n % 9 + 1} {n % 7:2} {n * 1.5:7.2f}\n" for n in (1, 1, 2, 3, 3, 3) for _ in "ab")
    columns = {"Column 1": "number", "Column 2": None, "Column 3": None, "Column 4": None}
    done = persons(imported)(text, file="purchases.txt", columns=columns)
    assert done.counts == {"created": 3, "unchanged": 9}
    assert list(Person.objects.order_by("number").values_list("number", "is_anonymous")) == [
        ("00001", True),
        ("00002", True),
        ("00003", True),
    ]
    assert Person.objects.get(number="00001").name == "Kunde 00001"
    assert persons(imported)(text, file="purchases.txt", columns=columns).counts == {"unchanged": 12}


def test_anonymous_customers_take_their_key_as_number_where_it_is_free(imported):
    persons(imported)("K1;5\nK2;7\n", columns={"Column 1": "key", "Column 2": "leave_out"}, reading={"header": 0})
    assert sorted(Person.objects.values_list("number", flat=True)) == ["K1", "K2"]


def test_anonymous_customer_gets_a_name_when_a_list_brings_it(imported):
    persons(imported)("Nr\nK1\nK2\n", columns={"Nr": "number"}, reading={"header": 1, "delimiter": ";"})
    done = persons(imported)("Nr;Name\nK1;Anna Klein\n", columns={"Nr": "number", "Name": "name"})
    assert done.counts == {"updated": 1}
    anna = Person.objects.get(number="K1")
    assert (anna.name, anna.is_anonymous) == ("Anna Klein", False)


def test_number_of_an_organisation_is_none_of_a_person(imported):
    imported("Nr;Firma\nK1;Meier KG\n", columns={"Nr": "number", "Firma": "name"})
    done = persons(imported)("Nr;Name\nK1;Anna Klein\n", columns={"Nr": "number", "Name": "name"})
    assert done.reasons == ["The number K1 belongs to a record of another kind (Organisation)."]


def test_function_without_company_is_kept_in_the_notes(imported):
    persons(imported)("Name;Funktion\nAnna Klein;Einkauf\n")
    assert Person.objects.get().notes == "Einkauf"


def test_same_name_alone_does_not_make_two_people_one(imported):
    persons(imported)("Name;Ort\nHans Müller;Kiel\n")
    done = persons(imported)("Name;Telefon\nHans Müller;040 123456\n")
    assert done.counts == {"created": 1}


def test_columns_of_fields_that_are_off_are_left_out(imported):
    text = "Name;Geburtstag\nAnna Klein;03.04.1980\n"
    persons(imported)(text)
    anna = Person.objects.get()
    assert (anna.birthday, anna.notes) == (None, "")
