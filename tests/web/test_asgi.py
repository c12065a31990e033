"""Pages through WSGI and the live stream, at one origin."""

import asyncio
import io
import threading
import time
from pathlib import Path

import pytest
from django.test import Client

from kundig.accounts.actions import create_token
from kundig.web import asgi
from tests.accounts.factories import a_user


def ask(path="/", *, method="GET", headers=(), parts=(b"",), query=b"", gone=False):
    """Ask the ASGI application; returns status, headers and body."""
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query, "http_version": "1.1",
        "headers": [(b"host", b"testserver"), *headers], "server": ("127.0.0.1", 8000), "client": ("192.0.2.7", 1),
    }  # fmt: skip
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages[-1]["more_body"] = False
    if gone:
        messages.append({"type": "http.disconnect"})
    sent = []

    async def receive():
        if messages:
            return messages.pop(0)
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.pathsend":
            message["body"] = Path(message["path"]).read_bytes()
        sent.append(message)

    asyncio.run(asyncio.wait_for(asgi.application(scope, receive, send), 20))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], dict(sent[0]["headers"]), body


@pytest.fixture(autouse=True)
def answers(monkeypatch, tmp_path):
    """Where large answers lie."""
    monkeypatch.setattr(asgi.tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def known(monkeypatch):
    """Whoever asks is signed in."""
    monkeypatch.setattr(asgi, "is_known", lambda headers: True)


@pytest.fixture
def pages(monkeypatch):
    """A WSGI application in place of Django; returns what it was asked."""
    asked = {}

    def application(environ, start_response):
        asked.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"answer"]

    monkeypatch.setattr(asgi, "pages", application)
    return asked


def test_the_environment_is_that_of_pep_3333(pages):
    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"accept", b"y"), (b"x_real-ip", b"1")]
    status, answered, body = ask("/küche/", query=b"q=%C3%BC", headers=headers)
    assert (status, answered[b"content-type"], body) == (200, b"text/plain", b"answer")
    assert pages["PATH_INFO"].encode("latin-1").decode() == "/küche/"
    assert (pages["QUERY_STRING"], pages["REMOTE_ADDR"], pages["REQUEST_METHOD"]) == ("q=%C3%BC", "192.0.2.7", "GET")
    assert (pages["HTTP_COOKIE"], pages["HTTP_ACCEPT"]) == ("a=1;b=2", "x,y")
    assert "HTTP_X_REAL_IP" not in pages


def test_a_body_in_pieces_arrives_whole(pages, known):
    ask("/", method="POST", parts=[b"a" * asgi.IN_MEMORY, b"b" * 10])
    assert pages["CONTENT_LENGTH"] == str(asgi.IN_MEMORY + 10)
    assert pages["body"] == b"a" * asgi.IN_MEMORY + b"b" * 10


@pytest.mark.parametrize(("path", "status"), [("/", 413), ("/organisations/import/", 200)])
def test_a_body_that_is_too_large_is_refused_unread(pages, known, monkeypatch, path, status):
    monkeypatch.setattr(asgi, "BIGGEST_FORM", 100)
    monkeypatch.setattr(asgi, "BIGGEST_BODY", 150)
    answered, _headers, body = ask(path, method="POST", parts=[b"a" * 60, b"b" * 60])
    assert answered == status
    assert (b"KUNDIG_BIGGEST_UPLOAD" in body, pages == {}) == (status == 413, status == 413)
    assert ask("/organisations/import/", method="POST", parts=[b"a" * 60, b"b" * 100])[0] == 413


def test_strangers_bring_little(pages, transactional_db):
    much = [b"a" * asgi.IN_MEMORY, b"b"]
    status, headers, _body = ask("/organisations/import/", method="POST", parts=much)
    assert (status, pages, headers[b"x-content-type-options"]) == (413, {}, b"nosniff")
    assert ask("/", method="POST", parts=much, headers=[(b"authorization", b"Bearer invented")])[0] == 413
    assert ask("/", method="POST", parts=much[:1])[0] == 200
    user = a_user()
    token = [(b"authorization", f"Bearer {create_token(user, name='till', by=user)}".encode())]
    assert ask("/", method="POST", parts=much, headers=token)[0] == 200
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    cookie = [(b"cookie", f"a=1; sessionid={client.cookies['sessionid'].value}".encode())]
    assert ask("/", method="POST", parts=much, headers=cookie)[0] == 200


def test_a_large_answer_is_written_to_disk_by_one_thread(monkeypatch, answers):
    threads = set()

    class Answer(list):
        streaming = True
        is_closed = False

        def __iter__(self):
            for _ in range(100):
                threads.add(threading.get_ident())
                yield b"x" * 2000

        def close(self):
            self.is_closed = True

    answer = Answer()

    def application(environ, start_response):
        start_response("200 OK", [])
        return answer

    monkeypatch.setattr(asgi, "pages", application)
    monkeypatch.setattr(asgi, "KEPT_SECONDS", 0.0)
    _status, headers, body = ask()
    assert (body, headers[b"content-length"]) == (b"x" * 200_000, b"200000")
    assert len(threads) == 1
    assert answer.is_closed
    assert [path.stat().st_mode & 0o777 for path in answers.iterdir()] in ([], [0o600])


def test_a_large_answer_that_breaks_off_leaves_nothing(monkeypatch, answers):
    def application(environ, start_response):
        start_response("200 OK", [])
        yield b"x" * 100_000
        raise RuntimeError("no more rows")

    monkeypatch.setattr(asgi, "pages", application)
    with pytest.raises(RuntimeError):
        ask()
    assert list(answers.iterdir()) == []


def test_the_file_of_a_large_answer_goes_when_the_server_has_it(monkeypatch, answers):
    monkeypatch.setattr(asgi, "KEPT_SECONDS", 0.05)
    monkeypatch.setattr(asgi, "pages", lambda environ, start_response: start_response("200 OK", []) and iter([b"x"]))

    async def send(message):
        pass

    async def receive():
        return {"type": "http.request", "body": b""}

    async def wait():
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "http_version": "1.1",
            "headers": [],
        }
        await asgi.application(scope, receive, send)
        assert len(list(answers.iterdir())) == 1
        deadline = time.monotonic() + 5
        while list(answers.iterdir()) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    asyncio.run(wait())
    assert list(answers.iterdir()) == []


def test_an_error_before_the_answer_is_not_swallowed(monkeypatch):
    def application(environ, start_response):
        raise RuntimeError("no page")

    monkeypatch.setattr(asgi, "pages", application)
    with pytest.raises(RuntimeError):
        ask()


def test_live_sends_strangers_away_for_good(transactional_db):
    assert ask("/live/")[0] == 204
    assert ask("/live/", headers=[(b"cookie", b"sessionid=invented")])[0] == 204
    assert ask("/live/", headers=[(b"cookie", b"\x00broken==;")])[0] == 204


def test_live_streams_to_whoever_is_signed_in(transactional_db):
    client = Client()
    client.force_login(a_user(), backend="kundig.accounts.backends.AccessBackend")
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    status, headers, body = ask("/live/", headers=[(b"cookie", cookie)], gone=True)
    assert (status, headers[b"content-type"]) == (200, b"text/event-stream; charset=utf-8")
    assert body.startswith(b"retry: ")
    assert ask("/live/", method="PUT", headers=[(b"cookie", cookie)])[0] == 405
    assert ask("/live/", method="POST", headers=[(b"cookie", cookie)], parts=[b'{"key": "guessed"}'])[0] == 204
    client.logout()
    assert ask("/live/", headers=[(b"cookie", cookie)])[0] == 204


@pytest.mark.parametrize("path", ["/sign-in/", "/api/v1/organisations", "/organisations/import/"])
def test_gigabytes_of_strangers_are_refused_before_they_come(pages, transactional_db, path):
    """Nothing is read: the request ends with what its head says."""
    taken = []

    async def receive():
        taken.append(1)
        return {"type": "http.request", "body": b"a", "more_body": True}

    for name in (b"content-length", b"Content-Length".lower()):
        scope = {"path": path, "headers": [(name, str(2 * 1024**3).encode())]}
        with pytest.raises(asgi.Refused) as refused:
            asyncio.run(asgi._collect(scope, receive, io.BytesIO()))
        assert (refused.value.status, taken) == (413, [])


@pytest.mark.parametrize("length", [b"-1", b"1e9", b"", "²".encode(), b"9" * 5000])
def test_a_length_that_is_none_breaks_nothing(pages, transactional_db, length):
    assert ask("/", method="POST", headers=[(b"content-length", length)], parts=[b"a"])[0] in (200, 413)


def test_a_body_that_stops_coming_is_waited_for_no_longer(pages, monkeypatch):
    monkeypatch.setattr(asgi, "NEXT_PART_SECONDS", 0.05)
    parts = [{"type": "http.request", "body": b"a", "more_body": True}]

    async def receive():
        return parts.pop() if parts else await asyncio.sleep(60)

    with pytest.raises(asgi.Refused) as refused:
        asyncio.run(asgi._collect({"path": "/", "headers": []}, receive, io.BytesIO()))
    assert refused.value.status == 408


def test_a_body_that_drips_is_waited_for_only_from_people_who_are_known(pages, monkeypatch):
    monkeypatch.setattr(asgi, "STRANGERS_SECONDS", -1.0)
    parts = [b"a", b"b", b"c"]
    assert ask("/", method="POST", parts=parts)[0] == 408
    monkeypatch.setattr(asgi, "is_known", lambda headers: True)
    assert ask("/", method="POST", parts=parts)[0] == 200


def test_collect_ends_when_the_browser_goes_away():
    async def gone():
        return {"type": "http.disconnect"}

    with pytest.raises(asgi.Refused):
        asyncio.run(asgi._collect({"path": "/", "headers": []}, gone, io.BytesIO()))
