"""What the supervisor works out before it starts anything."""

import socket

import pytest

from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder
from kundig.platform.locks import FileLock
from kundig.web import node, running


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


def instance(folder, *, host="127.0.0.1", port=8000):
    return running.Instance(folder, host=host, port=port, lock=FileLock(folder.run / "x"))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_url_can_be_opened_in_a_browser(folder, host, url):
    assert instance(folder, host=host).url == url


def test_hosts_are_this_machine_and_what_the_operator_names(folder, monkeypatch):
    monkeypatch.delenv("KUNDIG_HOSTS", raising=False)
    assert instance(folder)._hosts() == "localhost,127.0.0.1,[::1]"
    assert instance(folder, host="192.0.2.7")._hosts() == "localhost,127.0.0.1,[::1],192.0.2.7"
    assert socket.gethostname() in instance(folder, host="0.0.0.0")._hosts().split(",")
    monkeypatch.setenv("KUNDIG_HOSTS", "crm.firm.example")
    assert instance(folder)._hosts() == "localhost,127.0.0.1,[::1],crm.firm.example"


def test_a_port_in_use_is_refused_with_another(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Refused, match=f"choose another: --port {port + 1}"):
            instance(folder, port=port)._check_port()


def test_take_is_for_one_at_a_time(folder):
    assert not running.is_running(folder)
    lock = running.take(folder)
    assert running.is_running(folder)
    assert running.take(folder) is None
    lock.release()


def test_take_forgets_what_a_killed_instance_wrote(folder):
    folder.write_instance(pid=1, url="http://127.0.0.1:1", ready=True)
    lock = running.take(folder)
    assert folder.instance() == {}
    lock.release()


def test_state_of_program_changes_with_it(monkeypatch, tmp_path):
    monkeypatch.setattr(running, "ROOT", tmp_path)
    source = tmp_path / "src" / "kundig" / "records" / "models.py"
    source.parent.mkdir(parents=True)
    source.write_text("one")
    before = running.state_of_program()
    (source.parent / "models.pyc").write_text("compiled")
    assert running.state_of_program() == before
    source.write_text("another")
    assert running.state_of_program() != before


@pytest.mark.parametrize(
    ("version", "is_recent"),
    [
        ("v20.19.0", True), ("v20.18.3", False), ("v21.7.0", False), ("v22.11.0", False), ("v22.12.0", True),
        ("v24.1.0", True), ("v18.20.4", False), ("", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_node_is_recent_enough_for_the_build(version, is_recent):
    assert node.is_recent(version) == is_recent


def test_a_database_that_does_not_start_is_no_end_of_the_watch(capsys):
    class Full:
        def mend(self):
            raise Refused("No space left on device")

    assert running._mend(Full()) is False
    assert "does not start, and is tried again: No space left on device" in capsys.readouterr().err
