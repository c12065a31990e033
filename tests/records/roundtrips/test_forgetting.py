"""Erasing for privacy reaches the files in which the person came back."""

import pytest

from kundig.parties.models import Person
from kundig.records import registry
from kundig.records.erasure import erase_record
from kundig.records.imports.models import ImportRun, RunState
from kundig.records.roundtrips import running
from kundig.records.roundtrips.models import ReturnedLine
from tests.accounts.factories import an_administrator
from tests.parties.factories import ohlendorf

pytestmark = pytest.mark.django_db(transaction=True)
ERASED = "A record of this file was erased for privacy, and the file with it. Export the table anew."


@pytest.fixture
def jana(db):
    return an_administrator()


@pytest.fixture
def persons():
    return registry.get("persons")


@pytest.fixture
def book(jana, persons, exported):
    ohlendorf(by=jana)
    ohlendorf(by=jana, first_name="Omar", family_name="Neu")
    return exported(persons, jana, fields="name family_name first_name salutation")


def row_of(book, name):
    return next(row for row in book.rows[1:] if name in row)


def katrin():
    return Person.objects.get(family_name="Ohlendorf")


def left(run):
    """What lies in the folder of an import."""
    return sorted(path.name for path in run.folder.iterdir())


def test_open_import_ends_with_its_lines_and_copies(jana, persons, book, brought_back):
    row_of(book, "Ohlendorf")[book.header.index("First name")] = "Karin"
    row_of(book, "Neu")[book.header.index("First name")] = "Otto"
    run = brought_back(persons, jana, book)
    assert (run.lines.count(), left(run)) == (2, ["slip.csv", "source", "table.csv"])
    erase_record(persons, katrin(), by=jana)
    run.refresh_from_db()
    assert (run.state, run.error, run.finished_at is not None) == (RunState.FAILED, ERASED, True)
    assert (ReturnedLine.objects.count(), left(run)) == (0, [])


def test_row_that_was_not_changed_counts_as_well(jana, persons, book, brought_back):
    run = brought_back(persons, jana, book)
    assert run.lines.count() == 0
    erase_record(persons, katrin(), by=jana)
    run.refresh_from_db()
    assert (run.state, left(run)) == (RunState.FAILED, [])


def test_import_that_is_over_stays_so_and_forgets_what_was_not_taken(jana, persons, book, brought_back, taken):
    row_of(book, "Ohlendorf")[book.header.index("Salutation")] = "Majesty"
    run = taken(brought_back(persons, jana, book), jana)
    assert run.returned_bytes and run.reasons and "returned.csv" in left(run)
    erase_record(persons, katrin(), by=jana)
    run.refresh_from_db()
    assert (run.state, run.error, run.returned_bytes, run.reasons) == (RunState.DONE, "", 0, {})
    assert (ReturnedLine.objects.count(), left(run)) == (0, [])


def test_other_files_stay(jana, persons, brought_back, exported):
    ohlendorf(by=jana, first_name="Omar", family_name="Neu")
    run = brought_back(persons, jana, exported(persons, jana, fields="name family_name first_name salutation"))
    ohlendorf(by=jana)
    erase_record(persons, katrin(), by=jana)
    run.refresh_from_db()
    assert (run.state, left(run)) == (RunState.MAPPING, ["slip.csv", "source", "table.csv"])


def test_erasing_that_fails_forgets_nothing(jana, persons, book, brought_back, monkeypatch):
    from kundig.records import erasure

    def refuse(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(erasure, "delete_record", refuse)
    run = brought_back(persons, jana, book)
    with pytest.raises(RuntimeError):
        erase_record(persons, katrin(), by=jana)
    run.refresh_from_db()
    assert (run.state, left(run)) == (RunState.MAPPING, ["slip.csv", "source", "table.csv"])


def test_import_that_runs_meanwhile_stops(jana, persons, book, brought_back, monkeypatch):
    monkeypatch.setattr(running, "PORTION", 1)
    for name in ("Ohlendorf", "Neu"):
        row_of(book, name)[book.header.index("First name")] = "Kim"
    run = brought_back(persons, jana, book)

    def erase(done, total):
        if done == 1:
            erase_record(persons, katrin(), by=jana)

    running.perform(run, by=jana, watch=erase)
    assert ImportRun.objects.get().state == RunState.FAILED
    assert [person.first_name for person in Person.objects.all()] in (["Omar"], ["Kim"])
