"""A backup that is none, or no longer whole, is refused before anything is touched."""

import hashlib
import io
import tarfile

import pytest

from kundig.platform.backups import Manifest, restoring
from kundig.platform.backups.archive import extract, manifest_of
from kundig.platform.backups.contents import Table
from kundig.platform.console import Refused

MANIFEST = Manifest(
    kundig="0.1.0",
    made_at="2026-11-20T02:15:00+00:00",
    server="18",
    migrations=("platform.0001",),
    tables={"public.parties_party": Table(3, "-17")},
)
CONTENT = b"Angebot"
PLACE = hashlib.sha256(CONTENT).hexdigest()


def archive(path, *entries):
    with tarfile.open(path, "w:") as written:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            written.addfile(entry, io.BytesIO(content))
    return path


@pytest.fixture
def whole(tmp_path):
    return [
        ("manifest.json", MANIFEST.to_bytes()),
        ("database.dump", b"PGDMP"),
        ("secret.key", b"secret"),
        (f"files/{PLACE[:2]}/{PLACE[2:4]}/{PLACE}", CONTENT),
        ("complete", b""),
    ]


def test_a_whole_backup_is_unpacked(tmp_path, whole):
    path = archive(tmp_path / "backup", *whole)
    assert manifest_of(path) == MANIFEST
    extract(path, to=tmp_path / "to")
    assert (tmp_path / "to" / "files" / PLACE[:2] / PLACE[2:4] / PLACE).read_bytes() == CONTENT
    restoring._check_files(tmp_path / "to" / "files")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04" + b"\0" * 600])
def test_what_is_no_backup_is_refused(tmp_path, content):
    (tmp_path / "backup").write_bytes(content)
    with pytest.raises(Refused, match="is no backup of Kundig"):
        manifest_of(tmp_path / "backup")


def test_an_archive_of_something_else_is_refused(tmp_path):
    with pytest.raises(Refused, match="is no backup of Kundig"):
        manifest_of(archive(tmp_path / "backup", ("manifest.json", b"[1]")))
    with pytest.raises(Refused, match="is no backup of Kundig"):
        manifest_of(archive(tmp_path / "backup", ("readme", b"hello")))


def test_a_backup_that_was_cut_off_is_refused(tmp_path, whole):
    with pytest.raises(Refused, match="incomplete"):
        extract(archive(tmp_path / "backup", *whole[:-1]), to=tmp_path / "to")
    path = archive(tmp_path / "half", *whole)
    path.write_bytes(path.read_bytes()[:1700])
    with pytest.raises(Refused, match=r"damaged|incomplete"):
        extract(path, to=tmp_path / "there")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "files/../../x", "files/ab/cd/short", "run/x"])
def test_a_prepared_archive_writes_nothing_elsewhere(tmp_path, whole, name):
    path = archive(tmp_path / "backup", *whole[:1], (name, b"evil"), *whole[1:])
    with pytest.raises(Refused, match="it contains"):
        extract(path, to=tmp_path / "to")
    assert not (tmp_path / "outside").exists()


def test_a_file_that_changed_in_the_backup_is_found(tmp_path, whole):
    whole[3] = (whole[3][0], b"changed")
    extract(archive(tmp_path / "backup", *whole), to=tmp_path / "to")
    with pytest.raises(Refused, match="is not what it was"):
        restoring._check_files(tmp_path / "to" / "files")
