"""What strangers can and cannot do to the running program: guess faster with two processes, or keep others out."""

import re
import socket
import urllib.request
from contextlib import ExitStack

from playwright.sync_api import expect

from tests.accounts.factories import an_administrator

CROWD = 300
"""More connections than the server takes at once when it is told nothing."""


def test_attempts_count_for_all_processes(page, house, another_house):
    """A link for a new password is sent five times a minute, whichever process is asked."""
    an_administrator()
    second = another_house("second")
    for number in range(5):
        page.goto(f"{(house, second)[number % 2].url}/password/forgotten/")
        page.get_by_label("Mail-Adresse").fill("jana@wendeler.example")
        page.get_by_role("button", name="Link").click()
        expect(page).to_have_url(re.compile("/sent/$"))
    page.expected_errors.append("status of 429")
    for one in (house, second):
        page.goto(f"{one.url}/password/forgotten/")
        page.get_by_label("Mail-Adresse").fill("jana@wendeler.example")
        page.get_by_role("button", name="Link").click()
        expect(page.get_by_role("heading", name="Das war ein wenig schnell")).to_be_visible()


def test_a_crowd_that_says_nothing_keeps_nobody_out(house):
    """Heads that do not end, bodies that do not come, answers that nobody reads."""
    said = (
        b"GET / HTTP/1.1\r\nHost: 127.0",
        b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000\r\n\r\nlogin=",
        b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    )
    with ExitStack() as crowd:
        for number in range(CROWD):
            one = crowd.enter_context(socket.create_connection(("127.0.0.1", house.port), timeout=30))
            one.sendall(said[number % 3])
        with urllib.request.urlopen(f"{house.url}/health/", timeout=30) as answer:
            assert answer.status == 200
