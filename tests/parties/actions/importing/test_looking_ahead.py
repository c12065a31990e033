"""What comes in is the same whether or not the next rows are looked up before the ones before them are written."""

import random

import pytest

from kundig.parties.actions.importing.session import PartySession
from kundig.parties.models import Address, ContactPoint, ExternalKey, Party, Role
from kundig.records.imports import running
from kundig.records.search.models import SearchEntry
from tests.parties.actions.importing.test_announcing import as_file

ORGANISATIONS = {
    "KdNr": "number", "ID": "key", "Firma": "name", "Ort": "city", "Telefon": "phone", "EMail": "mail",
    "Mutter": "parent", "Vorname": "contact.first_name", "Nachname": "contact.family_name",
}  # fmt: skip
PERSONS = {
    "KdNr": "number", "ID": "key", "Vorname": "first_name", "Nachname": "family_name", "Firma": "organisation",
    "Ort": "city", "Telefon": "phone", "EMail": "mail",
}  # fmt: skip
FIRMS = ["Meier KG", "MEIER KG", "Huber AG", "Groß & Söhne", "Gross & Soehne", "Ott"]
CHOICES = {
    "KdNr": ["", "", "A1", "A2", "A3"], "ID": ["1", "2", "3", "4", "5", ""], "Firma": [*FIRMS, ""],
    "Ort": ["Kiel", "Bonn", ""], "Telefon": ["0431 12345", "0228 98765", "+41 44 6681800", ""],
    "EMail": ["a@x.example", "b@x.example", "c@x.example", ""], "Mutter": ["", "", "", *FIRMS],
    "Vorname": ["Eva", "Jan", ""], "Nachname": ["Ott", "Roth", ""],
}  # fmt: skip
KINDS = [("organisations", ORGANISATIONS), ("persons", PERSONS)]


def imports(imported, name, columns, rows, **plan):
    for model in (SearchEntry, Role, Party):
        model.objects.all().delete()
    imported("Firma;Ort\nHuber AG;Bonn\nOtt;Kiel\n")
    plan |= {"columns": columns, "reading": {"delimiter": ";", "header": 1, "encoding": "utf-8"}}
    result = imported(as_file(columns, rows), name=name, **plan)
    run = result.run
    return result.counts, result.returned, run.warnings, run.reasons, run.counts, *kept()


def kept():
    """All parties with what belongs to them, without ids, and without numbers of our own."""
    shown = ("number", "kind", "name", "city", "phone", "mail", "function", "organisation__name", "parent__name")
    parts = (
        (ContactPoint, "party__name", "kind", "value", "normalised", "is_main"),
        (Address, "party__name", "kind", "city", "is_main"),
        (Role, "person__name", "party__name", "is_main"),
        (ExternalKey, "party__name", "system", "key"),
    )
    parties = Party.objects.values_list(*shown, "notes", "is_anonymous")
    entries = SearchEntry.objects.values_list("title", "subtitle", "extra", "words")
    return (
        sorted((number if number.startswith("A") else "", *map(str, each)) for number, *each in parties),
        [sorted(tuple(map(str, each)) for each in model.objects.values_list(*names)) for model, *names in parts],
        sorted((title, subtitle, *sorted(extra.split()), *sorted(words.split()))
               for title, subtitle, extra, words in entries),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("name", "columns"), KINDS, ids=["organisations", "persons"])
def test_what_comes_in_is_the_same(imported, monkeypatch, name, columns, seed):
    chance = random.Random(f"{name} {seed}")
    rows = [[chance.choice(CHOICES[each]) for each in columns] for _row in range(20)]
    key = ["key", "number", "mail", "name", "none"][seed % 5]
    key = "" if key == "name" and name == "persons" else key
    plan = {"match": key, "existing": "overwrite" if seed % 2 else "fill", "missing": "create"}
    monkeypatch.setattr(running, "PORTION", 3)
    ahead = imports(imported, name, columns, rows, **plan)
    monkeypatch.setattr(running.Ahead, "look_ahead", lambda self, *, unwritten: None)
    assert ahead == imports(imported, name, columns, rows, **plan)


@pytest.fixture
def portions_of_two(monkeypatch):
    monkeypatch.setattr(running, "PORTION", 2)


def test_a_number_that_another_row_has_is_a_reason_and_no_end(imported, everybody):
    result = imported("KdNr;Firma;ID\nA1;Meier KG;1\nA2;Huber AG;1\nA3;Ott;2\n", match="number",
                      columns={"KdNr": "number", "Firma": "name", "ID": "key"})  # fmt: skip
    assert result.counts == {"created": 2, "failed": 1}
    assert result.reasons == ["The number 1 belongs to another customer."]
    result = imported("KdNr;Firma;ID\nA3;Meier KG;1\n", match="key", existing="overwrite",
                      columns={"KdNr": "number", "Firma": "name", "ID": "key"})  # fmt: skip
    assert result.reasons == ["The number A3 belongs to another customer."]
    assert everybody() == ["Meier KG", "Ott"]


@pytest.mark.parametrize("between", [0, 1])
def test_numbers_given_leave_out_those_that_rows_to_come_have(imported, portions_of_two, between):
    imported("Firma\nErste AG\n")
    last = int(Party.objects.get().number)
    rows = ["", *[f"B{place}" for place in range(between)], str(last + 1)]
    lines = [f"{number};Firma {place}" for place, number in enumerate(rows)]
    result = imported("\n".join(["KdNr;Firma", *lines]), match="none", columns={"KdNr": "number", "Firma": "name"})
    assert result.counts == {"created": len(rows)}
    assert Party.objects.get(name="Firma 0").number == str(last + 2)


def test_a_company_in_two_writings_is_one(imported, portions_of_two, everybody):
    firms = ["Meier KG", "MEIER KG", "meier kg", "Groß AG", "Gross AG"]
    result = imported("\n".join(["Vorname;Nachname;Firma", *[f"Eva;Ott {n};{firm}" for n, firm in enumerate(firms)]]),
                      name="persons")  # fmt: skip
    assert result.counts["created"] == 5
    assert result.run.counts["companies"] == 2
    assert everybody() == ["Eva Ott 0", "Eva Ott 1", "Eva Ott 2", "Eva Ott 3", "Eva Ott 4", "Groß AG", "Meier KG"]


def test_nothing_is_asked_of_rows_that_were_looked_up(imported, portions_of_two, monkeypatch):
    asked = []
    real = PartySession._ask

    def ask(self, rows, *, unwritten=None):
        asked.append((len(rows), unwritten is not None))
        return real(self, rows, unwritten=unwritten)

    monkeypatch.setattr(PartySession, "_ask", ask)
    imported("\n".join(["Firma;Ort", *[f"Firma {n};Kiel" for n in range(5)]]))
    assert asked == [(2, False), (2, True), (1, True)]
