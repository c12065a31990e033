"""The embedded PostgreSQL: started once, shared, stopped by the last, recovered after a crash."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder
from kundig.platform.postgres import Cluster, binaries, configuration
from kundig.platform.postgres import cluster as cluster_module
from kundig.platform.postgres.account import Account
from tests.database import quickest_folder


@pytest.fixture(scope="module")
def folder():
    """A data folder the database's own user can reach, which pytest's are not when it runs as root.

    Its first start finds what an interrupted one left behind.
    """
    path = Path(tempfile.mkdtemp(prefix="kundig-", dir=quickest_folder()))
    path.chmod(0o711)
    folder = DataFolder(path / "data")
    folder.prepare()
    (folder.path / ".pg18.new").mkdir()
    (folder.path / ".pg18.new" / "PG_VERSION").write_text("18")
    yield folder
    for number in _servers(folder):
        os.kill(number, signal.SIGKILL)
    shutil.rmtree(path, ignore_errors=True)


def _servers(folder):
    found = subprocess.run(["pgrep", "-f", f"postgres -D {folder.path}"], capture_output=True, text=True).stdout
    return [int(line) for line in found.split()]


def one(url, statement):
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchone()


def test_the_server_is_shared_and_stops_with_the_last_user(folder):
    first, second = Cluster(folder), Cluster(folder)
    first.join()
    second.join()
    assert len(_servers(folder)) == 1
    first.leave()
    assert one(second.url, "SELECT current_user, pg_encoding_to_char(encoding), datcollate FROM pg_database"
               " WHERE datname = current_database()") == ("kundig", "UTF8", "C.UTF-8")  # fmt: skip
    second.leave()
    assert _servers(folder) == []
    assert not (folder.path / ".pg18.new").exists()
    assert not (folder.path / "pg18" / "postmaster.pid").exists()


def test_the_role_of_the_application_is_no_superuser(folder):
    cluster = Cluster(folder)
    cluster.join()
    assert one(cluster.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == (False,)
    assert one(cluster.url, "SELECT has_database_privilege('kundig', 'CREATE')") == (True,)
    cluster.leave()


def test_nothing_is_lost_when_the_server_is_killed(folder):
    cluster = Cluster(folder)
    cluster.join()
    with psycopg.connect(cluster.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    assert not cluster.mend()
    os.kill(_servers(folder)[0], signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not cluster.mend():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert one(cluster.url, "SELECT number FROM kept") == (1,)
    cluster.leave()


def _reads_its_log(cluster, monkeypatch):
    """Let the server seem to do so for a while; answers how often it was asked."""
    real, asked = cluster._state, []

    def state():
        asked.append(real())
        return asked[-1] if len(asked) > 5 and asked[-1] == cluster_module.READY else cluster_module.STARTING

    monkeypatch.setattr(cluster, "_state", state)
    monkeypatch.setattr(cluster_module, "START_SECONDS", 0)
    return asked


def test_a_server_that_reads_its_log_after_it_was_cut_off_is_waited_for(folder, monkeypatch, capsys):
    monkeypatch.setattr(cluster_module, "PATIENCE_SECONDS", 0)
    cluster = Cluster(folder)
    asked = _reads_its_log(cluster, monkeypatch)
    cluster.join()
    assert len(asked) > 5
    assert "reads again what was written" in "".join(capsys.readouterr())
    assert one(cluster.url, "SELECT 1") == (1,)
    cluster.leave()


def test_a_server_that_reads_its_log_for_hours_is_given_up(folder, monkeypatch):
    monkeypatch.setattr(cluster_module, "RECOVERY_SECONDS", 0)
    cluster = Cluster(folder)
    monkeypatch.setattr(cluster, "_state", lambda: cluster_module.STARTING)
    assert not cluster._becomes_ready(lambda: True, time.monotonic() + 60)


def test_one_that_was_left_reading_its_log_is_waited_for_and_not_started_twice(folder, monkeypatch):
    first, second = Cluster(folder), Cluster(folder)
    first.join()
    asked = _reads_its_log(second, monkeypatch)
    monkeypatch.setattr(second, "_launch", lambda *_args: pytest.fail("a second server"))
    second._start()
    assert len(asked) > 5
    first.leave()


def test_the_last_words_of_a_killed_servers_children_hide_no_reason(folder, monkeypatch):
    said = [
        "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use\nLOG:  database system is shut down\n"
        "FATAL:  terminating connection due to unexpected postmaster exit\n",
        "FATAL:  could not write lock file: No space left on device\n"
        "FATAL:  terminating connection due to unexpected postmaster exit\nLOG:  database system is shut down\n",
    ]
    cluster = Cluster(folder)
    monkeypatch.setattr(cluster, "_try_to_launch", lambda *_args, **_options: said.pop(0))
    with pytest.raises(Refused, match="did not start: FATAL:  could not write lock file: No space left on device"):
        cluster.join()
    assert said == [], "it waited for the memory and then gave the reason that counts"
    cluster.leave()


def test_a_stale_pid_file_of_another_process_does_not_hinder(folder):
    cluster = Cluster(folder)
    cluster.join()
    cluster.leave()
    (cluster.path / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.path}\n")
    cluster.join()
    assert one(cluster.url, "SELECT 1") == (1,)
    cluster.leave()


@pytest.fixture
def local(folder):
    """The administrator's own settings."""
    path = folder.path / configuration.LOCAL_FILE
    yield path
    path.unlink()


def test_settings_of_an_administrator_win(folder, local):
    local.write_text("work_mem = '5MB'\n")
    cluster = Cluster(folder)
    cluster.join()
    assert one(cluster.url, "SHOW work_mem") == ("5MB",)
    cluster.leave()


def test_a_server_that_does_not_start_says_why(folder, local):
    local.write_text("work_mem = 'plenty'\n")
    with pytest.raises(Refused, match="the database did not start: .*contains errors"):
        Cluster(folder).join()


def test_a_long_path_gets_its_socket_elsewhere(tmp_path):
    deep = DataFolder(Path("/tmp") / ("deep" * 30))
    assert Cluster(deep).sockets.parent == Path("/tmp")
    assert Cluster(deep).sockets != Cluster(DataFolder(deep.path / "other")).sockets


@pytest.mark.parametrize(("memory", "buffers"), [(1, "128MB"), (8, "1024MB"), (64, "4096MB")])
def test_memory_grows_with_the_machine(memory, buffers):
    settings = configuration.settings(sockets=Path("/x"), total=memory * 1024**3, free=10**11)
    assert settings["shared_buffers"] == buffers


@pytest.mark.parametrize(("free", "log"), [(2, "1024MB"), (64, "4096MB"), (2000, "8192MB")])
def test_the_log_has_a_sixteenth_of_the_room_there_is(free, log):
    settings = configuration.settings(sockets=Path("/x"), free=free * 1024**3)
    assert settings["max_wal_size"] == log


def test_an_account_reaches_only_what_is_open_to_it(tmp_path):
    closed = tmp_path / "closed"
    inside = closed / "inside"
    inside.mkdir(parents=True)
    tmp_path.chmod(0o711)
    for path in (closed, inside):
        path.chmod(0o711)
    stranger = Account(name="stranger", uid=54321, gid=54321)
    reaches_base = stranger.may_reach(tmp_path)
    assert stranger.may_reach(inside) == reaches_base
    closed.chmod(0o700)
    assert not stranger.may_reach(inside)


def test_programs_are_copied_to_where_the_databases_user_reaches_them(tmp_path, monkeypatch):
    closed, data = tmp_path / "closed", tmp_path / "data"
    (closed / "pginstall" / "bin").mkdir(parents=True)
    (closed / "pginstall" / "bin" / "postgres").write_text("a program")
    closed.chmod(0o700)
    (data / "postgresql-17.1").mkdir(parents=True)
    monkeypatch.setattr(binaries, "provided", lambda: closed / "pginstall")
    monkeypatch.setattr(binaries, "version", lambda: "18.6")
    stranger = Account(name="stranger", uid=54321, gid=54321)
    copy = binaries.reachable_for(stranger, below=data)
    assert copy == data / "postgresql-18.6"
    assert (copy / "bin" / "postgres").read_text() == "a program"
    assert [path.name for path in data.iterdir()] == ["postgresql-18.6"]
    myself = Account(name="", uid=os.geteuid(), gid=os.getegid())
    assert binaries.reachable_for(myself, below=data) == closed / "pginstall"
