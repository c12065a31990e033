"""The commands, on a real installation: started, used, killed, backed up, restored, stopped."""

import hashlib
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.web.installation import Installation, setup_link

PASSWORD = "ein-langes-Kennwort-7"


@pytest.fixture(scope="module")
def installation():
    installation = Installation()
    yield installation
    installation.end()


@pytest.fixture(scope="module")
def running(installation):
    """The installation, running; `first` is what its first start printed."""
    installation.first = installation.start()
    return installation


def test_start_prints_the_address_and_a_link_for_the_first_run(running):
    lines = running.first.splitlines()
    assert f"Kundig is ready: {running.url}" in lines
    with urllib.request.urlopen(running.url + setup_link(running.first)) as page:
        assert page.status == 200
    with pytest.raises(urllib.error.HTTPError, match="410"):
        urllib.request.urlopen(f"{running.url}/setup/invented/")


def test_the_data_folder_is_closed_to_others(running):
    assert running.data.stat().st_mode & 0o066 == 0
    assert (running.data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (running.data / "files").stat().st_mode & 0o077 == 0


def test_a_second_start_says_where_the_first_one_is(running):
    second = running.run("start", "--port", "1", "--no-browser")
    assert (second.returncode, second.stdout) == (0, f"Kundig is ready: {running.url}\n")
    assert f"already runs on {running.data} (process {running.process.pid})" in second.stderr
    status = running.run("status")
    assert (status.returncode, running.url in status.stdout) == (0, True)


def test_a_port_in_use_is_named(running):
    other = Installation()
    try:
        refused = other.run("start", "--port", running.port, "--no-browser")
    finally:
        other.end()
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"kundig start: 127.0.0.1:{running.port} cannot be used (Address already in use)")


def test_users_tokens_backup_and_restore(running):
    weak = running.run("user", "add", "anna.berg@example.com", "--role", "sales", stdin="short\n")
    assert (weak.returncode, weak.stdout) == (1, "")
    assert weak.stderr.startswith("kundig user: password: This password is too short.")

    added = running.run("user", "add", "Anna.Berg@example.com", "--role", "administrator", stdin=PASSWORD)
    assert (added.returncode, added.stdout, added.stderr) == (0, "added anna.berg@example.com\n", "")

    token = running.run("token", "anna.berg@example.com")
    assert token.returncode == 0
    assert token.stdout.startswith("kundig_")
    assert token.stdout.count("\n") == 1

    narrow = ("token", "anna.berg@example.com", "--scope", "read", "--scope", "write:persons")
    assert running.run(*narrow, "--expires", "90d").stdout.startswith("kundig_")
    for wrong, reason in (
        (("--scope", "write:dragons"), "there are no “dragons”"),
        (("--scope", "everything"), "“everything” is not a scope"),
        (("--expires", "soon"), "a date such as 2027-06-30"),
        (("--expires", "2020-01-01"), "This day is over"),
    ):
        refused = running.run("token", "anna.berg@example.com", *wrong)
        assert (refused.returncode, refused.stdout, reason in refused.stderr) == (1, "", True), refused.stderr

    letter = hashlib.sha256(b"Angebot").hexdigest()
    place = Path("files") / letter[:2] / letter[2:4] / letter
    (running.data / place).parent.mkdir(parents=True)
    (running.data / place).write_bytes(b"Angebot")

    backup = running.folder / "backup.kundig"
    made = running.run("backup", backup)
    assert (made.returncode, made.stderr) == (0, "")
    assert backup.stat().st_mode & 0o777 == 0o600
    assert running.run("backup", backup).returncode == 1

    proven = running.run("verify-backup", backup)
    assert proven.returncode == 0, proven.stderr
    assert "is whole: " in proven.stdout
    assert " and 1 files came back as they were saved" in proven.stdout

    refused = running.run("restore", backup, "--force")
    assert refused.returncode == 1
    assert "Kundig runs on" in refused.stderr

    copy = running.folder / "copy"
    restored = running.run("restore", backup, data=copy)
    assert restored.returncode == 0, restored.stderr
    assert (copy / "secret.key").read_text() == (running.data / "secret.key").read_text()
    assert (copy / place).read_bytes() == b"Angebot"
    again = running.run("restore", backup, data=copy)
    assert (again.returncode, "--force" in again.stderr) == (1, True)
    twice = running.run("user", "add", "anna.berg@example.com", "--role", "sales", stdin=PASSWORD, data=copy)
    assert twice.returncode == 1
    assert "anna.berg@example.com is already here" in twice.stderr


def test_a_process_that_dies_is_started_again(running):
    running.kill("kundig.web.serving")
    running.until_healthy()
    running.kill("postgres")
    running.until_healthy()


def test_after_kill_9_of_the_supervisor_the_others_leave_and_a_start_recovers(running):
    running.process.kill()
    running.process.wait()
    running.until_gone()
    running.start()
    assert running.is_healthy()


def test_after_kill_9_of_everything_a_start_recovers(running):
    running.kill("kundig start", "kundig.web.serving", "kundig.web.working", "postgres")
    running.process.wait()
    running.start()
    assert running.is_healthy()


def test_sigterm_stops_every_process(running):
    assert running.stop() == 0
    assert running.processes() == {}
    assert running.run("status").returncode == 3
    assert running.run("stop").returncode == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["dance"], "there is no command “dance”"),
        (["start", "--port", "70000"], "“70000” is not a port"),
        (["restore", "/nowhere/backup"], "there is no file /nowhere/backup"),
        (["verify-backup", "/nowhere/backup"], "there is no file /nowhere/backup"),
        (["backup", "/nowhere/backup"], "there is no folder /nowhere"),
        (["user", "add", "anna@example.com"], "--role"),
    ],
)
def test_a_mistake_is_named_in_one_line(installation, words, complaint):
    done = installation.run(*words)
    assert done.returncode in (1, 2)
    assert complaint in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
