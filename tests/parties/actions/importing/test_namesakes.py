"""Names that thousands share: only whom a row may mean is looked at, and however many there are, as many statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundig.parties.actions.importing.known import Called, parties_by_name
from kundig.parties.models import Person

AT_MEIER, IN_KIEL, NAMELESS = ("", "meier kg"), ("kiel", ""), ("", "")


@pytest.fixture
def namesakes(imported):
    """Forty called Anna Klein: 38 at companies in towns, one without either, one in Kiel alone."""
    rows = "".join(f"Anna Klein;Firma {number} AG;Ort {number}\n" for number in range(37))
    others = "Anna Klein;Meier KG;Hamburg\nAnna Klein;;\nAnna Klein;;Kiel\n"
    imported(f"Name;Firma;Ort\n{rows}{others}", name="persons", file="Personen.csv", match="none")
    assert Person.objects.filter(name="Anna Klein").count() == 40


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (AT_MEIER, [("hamburg", "meier kg")]),
        (IN_KIEL, [("kiel", "")]),
        (NAMELESS, [("", "")]),
        (("ort 5", "firma 5 ag"), [("ort 5", "firma 5 ag")]),
        (("ort 5", "firma 6 ag"), []),
        (("kiel", "meier kg"), [("kiel", "")]),
        (("", "kd-4711"), []),
    ],
)
def test_only_those_who_agree_with_the_row_are_looked_at(namesakes, place, found):
    there = parties_by_name([Called("klein anna", *place)], kind="person")
    assert [each[1:] for each in there.get("klein anna", [])] == found


def test_each_row_brings_its_own(namesakes):
    rows = [Called("klein anna", *AT_MEIER), Called("klein anna", *IN_KIEL), Called("gross bert", *NAMELESS)]
    there = parties_by_name(rows, kind="person")
    assert {name: sorted(each[1:] for each in found) for name, found in there.items()} == {
        "klein anna": [("hamburg", "meier kg"), ("kiel", "")]
    }


def test_organisations_elsewhere_are_not_looked_at(imported):
    imported("Firma;Ort\nMeier KG;Hamburg\nMeier KG;Kiel\nMeier KG;\n", match="none")
    there = parties_by_name([Called("meier kg", "kiel", "")], kind="org")
    assert sorted(each[1] for each in there["meier kg"]) == ["", "kiel"]


def test_a_portion_needs_as_many_statements_with_namesakes_as_without(namesakes, imported):
    def statements(name):
        text = f"Name;Firma;Ort\n{name};Firma 90 AG;\n{name};;Bonn\nEva Adam;Firma 91 AG;Köln\n"
        with CaptureQueriesContext(connection) as seen:
            done = imported(text, name="persons", file="Personen.csv")
        assert sum(done.counts.values()) == 3
        return len(seen)

    statements("Carl Neu")  # makes the companies
    assert statements("Anna Klein") == statements("Dora Gross")


def test_of_one_name_at_several_companies_each_is_a_person_also_in_one_file(imported):
    text = "Name;Firma\nAnna Klein;Meier KG\nAnna Klein;Huber AG\nAnna Klein;meier kg\n"
    imported("Firma\nMeier KG\n")
    assert imported(text, name="persons", file="Personen.csv").counts == {"created": 2, "unchanged": 1}
    assert sorted(Person.objects.values_list("organisation__name", flat=True)) == ["Huber AG", "Meier KG"]
    assert imported(text, name="persons", file="Personen.csv").counts == {"unchanged": 3}
