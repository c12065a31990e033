"""kill -9 of database, worker and pages in the middle of long work: nothing confirmed is lost, nothing is half done."""

import csv
import subprocess
import sys
import time

import psycopg
import pytest

from tests.web.installation import Installation, environment

ROWS = 10_000  # five portions of an import: three kills fall between the first and the last
PASSWORD = "ein-langes-Kennwort-7"
PATIENCE = 240

BULK = """
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.bulk import jobs
from kundig.records.bulk.selection import Selection
by = User.objects.with_access(User.objects.get(email="anna@example.com").pk)
steps = {"steps": [{"field": "industry", "how": "set", "raw": "Stahl"}]}
print(jobs.begin(registry.get("organisations"), "change", Selection(params={}), steps, by=by).pk)
"""
IMPORT = """
from django.core.files.uploadedfile import SimpleUploadedFile
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.imports import jobs, uploads
by = User.objects.with_access(User.objects.get(email="anna@example.com").pk)
upload = SimpleUploadedFile("Kunden.csv", open("{path}", "rb").read())
run = uploads.receive(upload, registry.get("organisations"), by=by)
jobs.start(run, by=by, undecided=[])
print(run.pk)
"""
MERGE = """
from kundig.accounts.models import User
from kundig.parties.actions.merging import merge_parties
from kundig.parties.models import Organisation
by = User.objects.with_access(User.objects.get(email="anna@example.com").pk)
firms = list(Organisation.objects.order_by("name"))
for into, gone in zip(firms[::2], firms[1::2]):
    merge_parties(into, gone, by=by)
    print(gone.pk, flush=True)
"""


@pytest.fixture(scope="module")
def running():
    installation = Installation()
    installation.start()
    added = installation.run("user", "add", "anna@example.com", "--role", "administrator", stdin=PASSWORD)
    assert added.returncode == 0, added.stderr
    yield installation
    installation.end()


def asked(installation):
    """A function that answers one value out of the database, however often that was just killed."""
    url = f"postgresql://kundig@/kundig?host={installation.data / 'run' / 'database'}"
    connection = None

    def answer(question, *values):
        nonlocal connection
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                connection = connection or psycopg.connect(url, autocommit=True)
                return connection.execute(question, values).fetchone()[0]
            except psycopg.OperationalError:
                connection = None
                assert time.monotonic() < deadline
                time.sleep(0.05)

    return answer


def ask(installation, question, *values):
    return asked(installation)(question, *values)


def until(installation, question, *values):
    """Waits on one connection: a new one for each look would see the work only when it is over."""
    answer = asked(installation)
    deadline = time.monotonic() + PATIENCE
    while not answer(question, *values):
        assert time.monotonic() < deadline, question
        time.sleep(0.02)


def do(installation, code):
    done = installation.run("manage", "shell", "-v", "0", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def kill_in_the_middle(installation, progress, run):
    """The worker, then the database, then everything at once with a new start, each after some progress."""
    at = 0
    for victims in (["kundig.web.working"], ["postgres"], ["kundig start", "kundig.web.serving", "postgres"]):
        until(installation, f"SELECT ({progress}) > %s FROM {run}", at)
        assert ask(installation, f"SELECT {progress} FROM {run}") < ROWS, (
            f"it was over before {victims} could be killed"
        )
        installation.kill(*victims)
        if "kundig start" in victims:
            installation.process.wait()
            installation.until_gone()
            installation.start()
        at = ask(installation, f"SELECT {progress} FROM {run}")


def test_an_import_goes_on_where_it_was(running):
    path = running.folder / "Kunden.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Kundennummer", "Firma", "Ort", "E-Mail"])
        writer.writerows([f"K-{n}", f"Firma {n:05} GmbH", "Ahlen", f"post@firma{n}.example"] for n in range(ROWS))
    run = do(running, IMPORT.format(path=path))
    kill_in_the_middle(running, "coalesce((counts->>'created')::int, 0)", f"records_importrun WHERE id = '{run}'")
    until(running, "SELECT state = 'done' FROM records_importrun WHERE id = %s", run)
    assert ask(running, "SELECT counts->>'created' FROM records_importrun WHERE id = %s", run) == str(ROWS)
    there = "SELECT count(*) || ' ' || count(DISTINCT name) FROM parties_party"
    assert ask(running, there) == f"{ROWS} {ROWS}"
    assert ask(running, "SELECT count(*) FROM parties_contactpoint") == ROWS
    assert ask(running, "SELECT count(DISTINCT key) FROM parties_externalkey") == ROWS


def test_a_bulk_edit_goes_on_where_it_was(running):
    run = do(running, BULK)
    kill_in_the_middle(running, "changed", f"records_bulkrun WHERE id = '{run}'")
    until(running, "SELECT state = 'done' FROM records_bulkrun WHERE id = %s", run)
    assert ask(running, "SELECT changed FROM records_bulkrun WHERE id = %s", run) == ROWS
    assert ask(running, "SELECT count(*) FROM parties_party WHERE industry = 'Stahl'") == ROWS
    written = "SELECT count(*) || ' ' || count(DISTINCT record) FROM records_ledger WHERE change_set = %s AND op = 'U'"
    assert ask(running, written, run) == f"{ROWS} {ROWS}", "each once"


def test_a_merge_is_whole_or_not_there(running):
    command = [sys.executable, "-P", "-m", "kundig", "manage", "--data", str(running.data), "shell", "-v", "0"]
    merging = subprocess.Popen(
        [*command, "-c", MERGE],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd="/",
    )
    confirmed = [merging.stdout.readline().strip() for _each in range(20)]
    running.kill("postgres")
    confirmed += merging.stdout.read().split()
    assert merging.wait(timeout=PATIENCE) != 0, "it was cut off"
    merged = "SELECT count(*) FROM records_merged WHERE record_id = ANY(%s::uuid[])"
    assert ask(running, merged, confirmed) == len(confirmed), "what was confirmed is there"
    gone = ask(running, "SELECT count(*) FROM records_merged")
    assert gone - len(confirmed) in (0, 1), "one may have been written and not yet confirmed"
    assert ask(running, "SELECT count(*) FROM parties_party") == ROWS - gone
    assert ask(running, "SELECT count(*) FROM parties_externalkey") == ROWS + gone, "their numbers lead on"
    loose = "SELECT count(*) FROM records_merged m JOIN parties_party p ON p.id = m.record_id"
    assert ask(running, loose) == 0
