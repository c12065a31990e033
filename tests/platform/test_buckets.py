"""Files in an S3-compatible store: kept, fetched, removed; and what is told when it does not answer."""

import io
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from kundig.platform import buckets, files
from kundig.platform.buckets import Bucket, StoreFailed
from tests.accounts.factories import a_user

pytestmark = pytest.mark.django_db


class Shelf(BaseHTTPRequestHandler):
    """What of S3 is needed, for whoever signs."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        content = self._body()
        if self._may():
            self.server.kept[self.path] = content
        self._answer(200, headers={"ETag": '"x"'})

    def do_GET(self):
        content = self.server.kept.get(self.path)
        headers = {"ETag": '"x"', "Last-Modified": "Sun, 22 Nov 2026 12:00:00 GMT"}
        self._answer(404 if content is None else 200, content or b"", headers=headers)

    def do_POST(self):
        """Keys are deleted by a list of them."""
        keys = re.findall(r"<Key>(.*?)</Key>", self._body().decode())
        for key in keys:
            self.server.kept.pop(f"/kundig/{key}", None)
        gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def _may(self):
        return "Credential=key/" in self.headers.get("Authorization", "")

    def _body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status, content=b"", headers=()):
        if not self._may():
            status, content = 403, b""
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        pass


@pytest.fixture
def shelf(settings, tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    server.kept = {}
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.DATA = tmp_path
    settings.FILES_URL = f"s3+http://key:sec%2Fret@127.0.0.1:{server.server_port}/kundig/house"
    yield server
    server.shutdown()
    server.server_close()
    buckets._bucket.cache_clear()


def a_file(content=b"Plan"):
    return files.store(io.BytesIO(content), name="Plan.pdf", content_type="application/pdf", by_id=None)


def test_bytes_lie_in_the_store_and_a_new_machine_fetches_them(shelf, settings, tmp_path):
    file = a_file()
    digest = file.sha256
    assert shelf.kept == {f"/kundig/house/{digest[:2]}/{digest[2:4]}/{digest}": b"Plan"}
    settings.DATA = tmp_path / "new"
    assert files.path_of(file).read_bytes() == b"Plan"
    settings.DATA = tmp_path / "newer"
    assert files.fetch_missing() == 1
    assert files.fetch_missing() == 0


def test_bytes_that_nobody_has_are_missing_and_nothing_is_made_up(shelf, settings, tmp_path):
    file = a_file()
    shelf.kept.clear()
    settings.DATA = tmp_path / "new"
    assert not files.path_of(file).exists()
    assert files.fetch_missing() == 0


def test_deleted_files_leave_the_store_too(shelf, django_capture_on_commit_callbacks):
    kept, gone = a_file(b"1"), a_file(b"2")
    with django_capture_on_commit_callbacks(execute=True):
        files.delete(gone)
    assert [path.rpartition("/")[2] for path in shelf.kept] == [kept.sha256]


def test_store_that_refuses_keeps_nothing_and_says_so(shelf, settings):
    settings.FILES_URL = settings.FILES_URL.replace("key:", "thief:")
    with pytest.raises(StoreFailed, match="could not be kept"):
        a_file()
    assert not shelf.kept
    assert not list(files._root().glob("??/??/*"))


def test_page_says_that_the_store_does_not_answer(shelf, settings, tmp_path, client):
    jana = a_user("Jana Brandt", role="administrator")
    file = files.store(io.BytesIO(b"Plan"), name="Plan.pdf", content_type="application/pdf", by_id=jana.pk)
    settings.DATA = tmp_path / "new"
    settings.FILES_URL = settings.FILES_URL.replace("key:", "thief:")
    client.force_login(jana)
    answer = client.get(f"/files/{file.pk}/", headers={"HX-Request": "true"})
    assert (answer.status_code, "Der Speicher für Dateien antwortet nicht." in answer.content.decode()) == (503, True)


def test_sweep_goes_on_where_the_store_fails(shelf, settings, django_capture_on_commit_callbacks):
    for content in (b"1", b"2"):
        a_file(content)
    settings.FILES_URL = settings.FILES_URL.replace("key:", "thief:")
    now = timezone.now()
    assert files.forget_unused(now=now) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert files.forget_unused(now=now + files.KEPT_UNUSED * 2) == 2
    assert files.forget_stray_bytes(now=now + files.KEPT_UNUSED) == 0
    settings.FILES_URL = settings.FILES_URL.replace("thief:", "key:")
    assert files.forget_stray_bytes(now=now + files.KEPT_UNUSED) == 2
    assert not shelf.kept


@pytest.mark.parametrize(
    "url", ["https://key:secret@host/bucket", "s3://host/bucket", "s3://key:secret@host", "s3:///bucket"]
)
def test_address_that_is_none_is_told(url):
    with pytest.raises(ValueError, match="KUNDIG_FILES_URL looks like"):
        Bucket(url)


def test_without_a_store_nothing_is_asked(settings, tmp_path):
    settings.DATA, settings.FILES_URL = tmp_path, ""
    assert files.fetch_missing() == 0
    assert files.path_of(a_file()).read_bytes() == b"Plan"
