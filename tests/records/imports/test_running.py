"""Imports run in portions: what is interrupted goes on, what fails costs only itself."""

import csv

import pytest
from django.db import DatabaseError

from kundig.accounts.queries import house
from kundig.parties.models import Organisation
from kundig.platform.models import OutboxEvent
from kundig.records import registry
from kundig.records.imports import running
from kundig.records.imports.mapping import propose
from kundig.records.imports.models import ImportRun, RunState
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.reading.opening import open_file
from kundig.records.imports.running import Ahead, outcome_counts, perform
from kundig.records.search import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def run_of(tmp_path, settings, monkeypatch):
    """An import that is ready to run, in portions of ten rows."""
    settings.DATA = tmp_path
    monkeypatch.setattr(running, "PORTION", 10)

    def make(text):
        path = tmp_path / "Kunden.csv"
        path.write_text(text, encoding="utf-8")
        opened = open_file(path, tmp_path)
        plan = propose(opened.table, registry.get("organisations"), by=house(), file_name=path.name).plan
        return ImportRun.objects.create(
            object="organisations",
            name=path.name,
            path=str(path),
            form=opened.table.form.as_json(),
            plan=plan.as_json(),
        )

    return make


def rows(count, *, bad=()):
    lines = [f"K{n};Firma {n};{'kaputt' if n in bad else f'f{n}@x.example'}" for n in range(count)]
    return "KdNr;Firma;EMail\n" + "\n".join(lines) + "\n"


def returned(run):
    with (run.folder / running.RETURNED).open(encoding="utf-8-sig", newline="") as file:
        return [row[0] for row in csv.reader(file, delimiter=";")]


def test_every_portion_is_counted(run_of):
    seen = []
    run = perform(run_of(rows(35)), by=house(), watch=lambda done, total: seen.append((done, total)))
    assert seen == [(10, 35), (20, 35), (30, 35), (35, 35)]
    assert run.state == RunState.DONE
    assert run.counts["created"] == 35
    assert run.finished_at >= run.started_at


def test_one_event_tells_of_a_portion(run_of):
    perform(run_of(rows(25)), by=house())
    payloads = list(OutboxEvent.objects.values_list("payload", flat=True))
    assert [(payload["object"], len(payload["ids"]), payload["via"]) for payload in payloads] == [
        ("organisations", 10, "import"),
        ("organisations", 10, "import"),
        ("organisations", 5, "import"),
    ]


@pytest.mark.parametrize("dies_in", [1, 2, 3])
def test_interrupted_import_goes_on_where_it_was(run_of, monkeypatch, dies_in):
    run = run_of(rows(35, bad=(3, 14, 33)))
    real, portions = running.count, []

    def dies(run, portion):
        portions.append(portion)
        real(run, portion)
        if len(portions) == dies_in:
            raise KeyboardInterrupt

    monkeypatch.setattr(running, "count", dies)
    with pytest.raises(KeyboardInterrupt):
        perform(run, by=house())
    monkeypatch.setattr(running, "count", real)

    run = ImportRun.objects.get(pk=run.pk)
    assert run.position == (dies_in - 1) * 10
    assert Organisation.objects.count() == outcome_counts(run.counts)["created"]
    run = perform(run, by=house())
    assert outcome_counts(run.counts) == {"created": 32, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 3}
    assert Organisation.objects.count() == 32
    assert returned(run) == ["KdNr", "K3", "K14", "K33"]


def test_portion_cut_off_in_the_file_of_returned_rows_is_written_once(run_of):
    run = run_of(rows(15, bad=(1, 12)))
    run.folder.mkdir(parents=True)
    (run.folder / running.RETURNED).write_bytes(b"half a line of an interrupted portion")
    assert returned(perform(run, by=house())) == ["KdNr", "K1", "K12"]


def test_finished_import_adds_nothing_when_it_is_done_again(run_of):
    run = perform(run_of(rows(15)), by=house())
    perform(ImportRun.objects.get(pk=run.pk), by=house())
    assert Organisation.objects.count() == 15


def test_file_that_is_gone_is_told(run_of, tmp_path):
    run = run_of(rows(3))
    (tmp_path / "Kunden.csv").unlink()
    with pytest.raises(Exception, match="gone"):
        perform(run, by=house())


def test_many_rows_cost_few_statements(run_of, django_assert_max_num_queries):
    """As many statements for 1,000 rows of a portion as for ten."""
    run = run_of(rows(1000))
    running.PORTION = 1000
    with django_assert_max_num_queries(45):
        perform(run, by=house())


def test_the_next_portion_is_looked_up_before_the_one_before_is_written():
    class Looking:
        """A session that tells what it was given to look at."""

        def __init__(self):
            self.seen = []

        def look_ahead(self, rows, *, unwritten):
            self.seen.append((unwritten, rows))

    def portions():
        yield [1]
        yield [2]
        raise UnusableFile("the file ends within a row")

    session = Looking()
    ahead = Ahead(portions(), session)
    each = iter(ahead)
    assert next(each) == [1]
    ahead.look_ahead(unwritten="first")
    assert session.seen == [("first", [2])]
    assert next(each) == [2]
    ahead.look_ahead(unwritten="second")  # what is wrong with the next one is not the fault of this one
    with pytest.raises(UnusableFile):
        next(each)
    assert len(session.seen) == 1


@pytest.mark.django_db(transaction=True)
def test_a_portion_that_cannot_be_written_leaves_those_before_it(run_of, monkeypatch):
    run = run_of(rows(25))
    real, written = entries.write, []

    def write(statement, params=()):
        written.extend(["entries"] if "searchentry" in statement else [])
        real(statement if len(written) < 2 else "SELECT 1 / 0", params)

    monkeypatch.setattr(entries, "write", write)
    with pytest.raises(DatabaseError):
        perform(run, by=house())
    run.refresh_from_db()
    assert run.position == Organisation.objects.count() == 10
    monkeypatch.setattr(entries, "write", real)
    assert perform(run, by=house()).counts["created"] == Organisation.objects.count() == 25
