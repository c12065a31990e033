"""What search learns of new parties out of their drafts is what it would read of them."""

import csv
import io

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kundig.parties.actions.importing import announcing
from kundig.parties.models import Party
from kundig.records import registry, search
from kundig.records.search.models import SearchEntry
from tests.parties.actions.importing.test_nothing_is_lost import COLUMNS, LETTERS, MAIL, PHONE, ROW

READ = {"delimiter": ";", "header": 1, "encoding": "utf-8"}
PERSONS = {
    "ID": "key", "Vorname": "first_name", "Nachname": "family_name", "Firma": "organisation", "Ort": "city",
    "Telefon": "phone", "EMail": "mail",
}  # fmt: skip
NAME = st.text(LETTERS, max_size=12)
FIRM = st.sampled_from(["", "Meier KG", "meier kg", "Huber AG", "Groß & Söhne"])
PERSON = st.tuples(st.sampled_from("123456"), NAME, NAME, FIRM, NAME, PHONE, MAIL)


def as_file(columns, rows):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows([list(columns), *rows])
    return file.getvalue()


def entries():
    """Of each record what its entry says; words and codes come from several tables, in no order."""
    rows = SearchEntry.objects.order_by().values_list("record_id", "object", "title", "subtitle", "owner_id", "team_id")
    sets = SearchEntry.objects.order_by().values_list("record_id", "extra", "words", "codes")
    return {row[0]: row for row in rows}, {key: [sorted(text.split()) for text in texts] for key, *texts in sets}


def is_as_read():
    """Whether entries, and the codes they are found by, stay as they are when all are made anew."""
    told, codes = entries(), codes_of_entries()
    for name in ("organisations", "persons"):
        search.rebuild(registry.get(name))
    assert entries() == told
    assert codes_of_entries() == codes
    return True


def codes_of_entries():
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, entry_id FROM records_searchcode ORDER BY 1, 2")
        return cursor.fetchall()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_of_organisations_with_their_people(imported, rows):
    Party.objects.all().delete()
    SearchEntry.objects.all().delete()
    imported(as_file(COLUMNS, rows), columns=COLUMNS, match="key", reading=READ)
    assert is_as_read()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(PERSON, min_size=1, max_size=6))
def test_of_persons_at_organisations_old_and_new(imported, rows):
    Party.objects.all().delete()
    SearchEntry.objects.all().delete()
    imported("Firma\nMeier KG\n")
    imported(as_file(PERSONS, rows), name="persons", file="Leute.csv", columns=PERSONS, match="key", reading=READ)
    assert is_as_read()


def test_what_search_wants_beyond_that_is_read(imported, monkeypatch):
    """As where an administrator has added a field that is searched."""
    monkeypatch.setattr(announcing, "_COLUMNS", frozenset({"name"}))
    imported("Firma;Ort\nMeier KG;Kiel\n")
    (entry,) = SearchEntry.objects.all()
    assert (entry.title, entry.subtitle) == ("Meier KG", "Kiel")
    assert is_as_read()


def test_of_a_person_who_comes_to_an_organisation_that_stays_as_it_is(imported):
    head = "KdNr;Firma;Vorname;Nachname\n"
    imported(f"{head}1;Meier KG;Eva;Ott\n")
    result = imported(f"{head}1;Meier KG;Jan;Roth\n1;Meier KG;Eva;Ott\n")
    assert result.run.counts["persons"] == 1
    assert sorted(SearchEntry.objects.get(title="Meier KG").extra.splitlines()) == ["Eva Ott", "Jan Roth"]
    assert is_as_read()
