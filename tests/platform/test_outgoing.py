"""Requests out of the house have an end, whatever the other side does."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from kundig.platform import outgoing


@pytest.fixture
def trickling(settings):
    """The address of a server on this machine that begins as it is told, and then sends a byte now and then."""
    settings.PRIVATE_ADDRESSES = True
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve(beginning):
        line, _who = listening.accept()
        with line, suppress(OSError):
            line.recv(65536)
            line.sendall(beginning)
            while not over.wait(0.05):
                line.sendall(b"x")

    def begin(beginning):
        threading.Thread(target=serve, args=(beginning,), daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"

    yield begin
    over.set()
    listening.close()


@pytest.mark.parametrize(
    "beginning",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
    ],
    ids=["body", "body without an end", "head"],
)
def test_answer_that_trickles_is_given_up(trickling, monkeypatch, beginning):
    monkeypatch.setattr(outgoing, "LONGEST", 0.5)
    began = time.monotonic()
    with pytest.raises(outgoing.NoAnswer, match=r"127\.0\.0\.1"):
        outgoing.request(trickling(beginning))
    assert time.monotonic() - began < outgoing.SECONDS, "no pause was long enough to end it"


def test_answer_in_time_is_whole(settings, trickling):
    body = b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nfine"
    assert outgoing.request(trickling(body)) == outgoing.Answer(201, b"fine")
