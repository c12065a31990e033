"""An update: rehearsed on a copy, one transaction, and nothing changed by one that fails."""

import pytest

from kundig.web.rehearsing import Table, differences
from tests.web.installation import ROOT, Installation

KEYS = "from kundig.parties.models import ExternalKey; print(ExternalKey.objects.count())"


@pytest.fixture(scope="module")
def installation():
    installation = Installation()
    yield installation
    installation.end()


def later(state):
    """The environment of a later version, whose last migration does as `state` says."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.web.future.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "FUTURE": state,
    }


def test_an_update_is_rehearsed_and_fails_without_a_trace(installation):
    installation.start()
    customers = installation.folder / "customers.csv"
    customers.write_text("Kundennummer;Firma;Ort\nA-1;Walzwerk Ahlen;Ahlen\nA-2;Molkerei Bach;Kiel\n")
    assert (
        installation.run("user", "add", "a@example.com", "--role", "administrator", stdin="ein-Kennwort-77").returncode
        == 0
    )
    assert installation.run("import", customers, "--as", "organisations").returncode == 0
    assert installation.run("manage", "shell", "-v", "0", "-c", KEYS).stdout == "2\n"

    up_to_date = installation.run("update", "--rehearse")
    assert (up_to_date.returncode, "the tables are up to date" in up_to_date.stdout) == (0, True)

    for state, reason in (
        ("fails", "the rehearsal failed: ValueError: these data are not what we thought"),
        ("loses", "parties_externalkey lost 2 of 2 rows"),
    ):
        refused = installation.run("update", "--rehearse", **later(state))
        assert (refused.returncode, reason in refused.stderr) == (1, True), refused.stderr
        assert installation.is_healthy(), "it goes on running"

    tried = installation.run("update", "--dry-run", **later("works"))
    assert tried.returncode == 0, tried.stderr
    assert tried.stdout.startswith("rehearsed 2 migrations in ")
    assert "  new: future_idea\n" in tried.stdout
    assert tried.stdout.endswith("Nothing was changed.\n")
    assert installation.is_healthy()
    assert installation.run("status").returncode == 0

    failed = installation.run("update", **later("fails"))
    assert failed.returncode == 1
    assert "the data are as before, start the version you had" in failed.stderr
    assert list((installation.data / "backups").glob("before-update-*.tar"))
    installation.process.wait(timeout=30)
    installation.start()
    tables = "from django.db import connection; print('future_idea' in connection.introspection.table_names())"
    assert installation.run("manage", "shell", "-v", "0", "-c", tables).stdout == "False\n", "all or nothing"
    assert installation.run("manage", "shell", "-v", "0", "-c", KEYS).stdout == "2\n"

    done = installation.run("update", "--rehearse", **later("works"))
    assert done.returncode == 0, done.stderr
    assert "Updated to Kundig" in done.stdout
    installation.process.wait(timeout=30)
    installation.start(**later("works"))
    assert installation.run("manage", "shell", "-v", "0", "-c", tables).stdout == "True\n"
    installation.stop()
    older = installation.run("update")
    assert (older.returncode, "were written by a newer Kundig" in older.stderr) == (1, True)


def test_what_looks_different_is_named():
    before = {"a": Table(("id", "name"), 3), "b": Table(("id",), 1), "c": Table(("id",), 5)}
    after = {"a": Table(("id", "title"), 3), "c": Table(("id",), 4), "d": Table(("id",), 0)}
    assert differences(before, after) == ["new: d", "gone: b with 1 rows", "a: +title, -name", "c: 5 rows, now 4"]
