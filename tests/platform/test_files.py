"""Files are kept once by content and deleted with their last name."""

import io

import pytest
from django.db import transaction

from kundig.platform import files


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path / "files"


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_store_keeps_name_size_and_content(db, folder):
    file = files.store(io.BytesIO(b"Angebot"), name="Angebot.pdf", content_type="application/pdf", by_id=None)
    assert (file.name, file.size, file.content_type) == ("Angebot.pdf", 7, "application/pdf")
    assert files.path_of(file).read_bytes() == b"Angebot"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Anna\\Liste.csv", "Liste.csv"),
        ("a\nb\0.txt", "ab.txt"),
        ("", "file"),
    ],
)
def test_store_takes_no_path_for_a_name(db, folder, given, name):
    assert files.store(iter([b"x"]), name=given, content_type="text/plain", by_id=None).name == name
    assert len(kept(folder)) == 1


def test_equal_contents_are_kept_once_and_go_with_the_last(db, folder, django_capture_on_commit_callbacks):
    one = files.store(iter([b"Foto"]), name="1.jpg", content_type="image/jpeg", by_id=None)
    two = files.store(iter([b"Fo", b"to"]), name="2.jpg", content_type="image/jpeg", by_id=None)
    assert len(kept(folder)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        files.delete(one)
    assert files.path_of(two).read_bytes() == b"Foto"
    with django_capture_on_commit_callbacks(execute=True):
        files.delete(two)
    assert kept(folder) == []


def test_delete_that_is_rolled_back_leaves_the_content(db, folder):
    file = files.store(iter([b"Foto"]), name="1.jpg", content_type="image/jpeg", by_id=None)
    with transaction.atomic():
        files.delete(file)
        transaction.set_rollback(True)
    assert len(kept(folder)) == 1


def test_an_upload_that_breaks_off_leaves_nothing(db, folder):
    def broken():
        yield b"half"
        raise ConnectionError("the browser is gone")

    with pytest.raises(ConnectionError):
        files.store(broken(), name="x", content_type="text/plain", by_id=None)
    assert kept(folder) == []
