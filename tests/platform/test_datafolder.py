"""Where an installation's data lie."""

import os
from pathlib import Path

import pytest

from kundig.platform import datafolder
from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder


@pytest.mark.parametrize(
    ("user", "variables", "path"),
    [
        (0, {}, "/var/lib/kundig"),
        (1000, {}, "/home/anna/.local/share/kundig"),
        (1000, {"XDG_DATA_HOME": "/data"}, "/data/kundig"),
        (1000, {"XDG_DATA_HOME": "relative"}, "/home/anna/.local/share/kundig"),
        (0, {"KUNDIG_DATA": "/srv/kundig"}, "/srv/kundig"),
    ],
)
def test_default_path_follows_user_and_environment(monkeypatch, user, variables, path):
    for name in ("KUNDIG_DATA", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setattr(datafolder.os, "geteuid", lambda: user)
    assert datafolder.default_path() == Path(path)


def test_the_secret_is_made_once_and_closed_to_others(monkeypatch, tmp_path):
    monkeypatch.delenv("KUNDIG_SECRET_KEY", raising=False)
    folder = DataFolder(tmp_path)
    secret = folder.secret_key()
    assert len(secret) >= 50
    assert DataFolder(tmp_path).secret_key() == secret
    assert folder.secret_file.stat().st_mode & 0o777 == 0o600


def test_a_secret_from_outside_is_not_written_down(monkeypatch, tmp_path):
    monkeypatch.setenv("KUNDIG_SECRET_KEY", "given")
    assert DataFolder(tmp_path).secret_key() == "given"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="name another with --data"):
        DataFolder(tmp_path / "file" / "data").prepare()


def test_instance_of_a_folder_without_one_is_empty(tmp_path):
    assert DataFolder(tmp_path).instance() == {}


def test_sweep_removes_what_was_left_long_ago(tmp_path):
    folder = DataFolder(tmp_path)
    folder.prepare()
    old, new = folder.temporary / "answer-old", folder.temporary / "answer-new"
    for path in (old, new):
        path.write_text("Alfreds Futterkiste")
    os.utime(old, (0, 0))
    unpacked = folder.temporary / "restore-x"
    unpacked.mkdir()
    (unpacked / "secret.key").write_text("secret")
    os.utime(unpacked, (0, 0))
    folder.sweep()
    assert [path.name for path in folder.temporary.iterdir()] == ["answer-new"]


def test_nobody_else_looks_into_what_holds_customers(tmp_path):
    folder = DataFolder(tmp_path / "data")
    (tmp_path / "data" / "imports").mkdir(parents=True, mode=0o755)
    folder.prepare()
    rooms = {path.name: path.stat().st_mode & 0o777 for path in folder.path.iterdir()}
    assert rooms == {
        "files": 0o700,
        "logs": 0o700,
        "tmp": 0o700,
        "backups": 0o700,
        "imports": 0o700,
        "mail": 0o700,
        "run": 0o711,
    }


def test_a_folder_that_nobody_prepared_has_nothing_to_sweep(tmp_path):
    DataFolder(tmp_path / "data").sweep()
    assert not (tmp_path / "data").exists()
