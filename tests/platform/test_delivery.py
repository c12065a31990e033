"""The worker's loop hears of events at once and ends when it is told to."""

import threading
import time
from dataclasses import dataclass

from django.db import transaction

from kundig.platform import delivery, outbox


@dataclass(frozen=True)
class BellRang:
    number: int


def test_run_delivers_what_is_published_and_ends(transactional_db, monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {})
    heard, ending = threading.Event(), threading.Event()
    outbox.handler(BellRang)(lambda event: heard.set())
    outbox.prepare()
    loop = threading.Thread(target=delivery.run, args=(ending,))
    loop.start()
    time.sleep(0.2)
    with transaction.atomic():
        outbox.publish(BellRang(1))
    assert heard.wait(10)
    ending.set()
    loop.join(10)
    assert not loop.is_alive()
