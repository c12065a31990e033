"""Facts reach every handler once, in order, and none is skipped."""

import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.db.transaction import TransactionManagementError

from kundig.platform import outbox
from kundig.platform.enums import JobState
from kundig.platform.events import event_from, payload_of
from kundig.platform.models import FailedDelivery, HandlerState, OutboxEvent

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class BellRang:
    number: int

    @property
    def live_names(self):
        return (f"bells:{self.number}",)


@dataclass(frozen=True)
class Everything:
    id: uuid.UUID
    ids: tuple[uuid.UUID, ...]
    on: date
    at: datetime
    amount: Decimal
    state: JobState
    note: str | None
    later: int = 3


@pytest.fixture
def handlers(monkeypatch):
    """Handlers of this test alone; returns a function that registers one."""
    monkeypatch.setattr(outbox, "_handlers", {})

    def register(function):
        outbox.handler(BellRang)(function)
        outbox.prepare()

    return register


def ring(*numbers):
    with transaction.atomic():
        outbox.publish(*(BellRang(number) for number in numbers))


def test_publish_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(TransactionManagementError):
        outbox.publish(BellRang(1))
    assert not OutboxEvent.objects.exists()


def test_every_handler_sees_every_event_once_in_order(transactional_db, handlers):
    heard, noted = [], []
    handlers(lambda event: heard.append(event.number))

    def note(event):
        noted.append(event.number)

    handlers(note)
    ring(1, 2)
    ring(3)
    assert outbox.deliver() == 6
    assert outbox.deliver() == 0
    assert (heard, noted) == ([1, 2, 3], [1, 2, 3])


def test_a_new_handler_hears_what_happens_from_now_on(transactional_db, handlers):
    heard = []
    ring(1)
    handlers(lambda event: heard.append(event.number))
    ring(2)
    outbox.deliver()
    assert heard == [2]


def test_an_event_that_commits_late_is_not_skipped(transactional_db, handlers):
    heard = []
    handlers(lambda event: heard.append(event.number))
    published, may_commit = threading.Event(), threading.Event()

    def slow_import():
        with transaction.atomic():
            outbox.publish(BellRang(1))
            published.set()
            may_commit.wait(10)
        connections.close_all()

    late = threading.Thread(target=slow_import)
    late.start()
    published.wait(10)
    ring(2)
    outbox.deliver()
    assert heard == []
    assert outbox.is_behind()
    may_commit.set()
    late.join()
    outbox.deliver()
    assert heard == [1, 2]
    assert not outbox.is_behind()


def test_what_is_rolled_back_did_not_happen(transactional_db, handlers):
    heard = []
    handlers(lambda event: heard.append(event.number))
    with transaction.atomic():
        outbox.publish(BellRang(1))
        transaction.set_rollback(True)
    outbox.deliver()
    assert heard == []


def test_a_failing_handler_is_tried_again_later_and_holds_its_place(transactional_db, handlers):
    heard = []

    def fail_once(event):
        if not heard and not HandlerState.objects.get().failures:
            raise ValueError("the bell is broken\nDETAIL: Key (mail)=(anna@example.com)")
        heard.append(event.number)

    handlers(fail_once)
    ring(1, 2)
    outbox.deliver(now=NOW)
    state = HandlerState.objects.get()
    assert (state.failures, state.error, state.retry_at) == (
        1,
        "ValueError: the bell is broken",
        NOW + timedelta(seconds=5),
    )
    outbox.deliver(now=NOW + timedelta(seconds=4))
    assert heard == []
    outbox.deliver(now=NOW + timedelta(seconds=5))
    assert heard == [1, 2]
    state.refresh_from_db()
    assert (state.failures, state.error, state.retry_at) == (0, "", None)


def test_an_event_nobody_can_take_is_set_aside_and_the_others_go_on(transactional_db, handlers):
    heard, is_broken = [], True

    def fail_on_one(event):
        if event.number == 1 and is_broken:
            raise ValueError("the bell is broken")
        heard.append(event.number)

    handlers(fail_on_one)
    ring(1, 2)
    for attempt in range(outbox.MOST_ATTEMPTS):
        assert heard == []
        outbox.deliver(now=NOW + timedelta(hours=attempt))
    assert heard == [2]
    failed = FailedDelivery.objects.get()
    assert (failed.payload, failed.error) == ({"number": 1}, "ValueError: the bell is broken")
    is_broken = False
    outbox.redeliver(failed)
    assert heard == [2, 1]
    assert not FailedDelivery.objects.exists()


def test_what_a_handler_wrote_before_it_failed_is_undone(transactional_db, handlers):
    def write_and_fail(event):
        FailedDelivery.objects.create(handler="x", name="x", payload={}, error="half done")
        raise ValueError("no")

    handlers(write_and_fail)
    ring(1)
    outbox.deliver()
    assert not FailedDelivery.objects.exists()


def test_after_a_restore_nothing_is_lost_or_repeated(transactional_db, handlers):
    heard = []
    handlers(lambda event: heard.append(event.number))
    ring(1)
    outbox.deliver()
    ring(2)
    # A server that had counted further, as the one the backup was made of.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_outboxevent SET tx = (tx::text::bigint + 1000000)::text::xid8")
        cursor.execute("UPDATE platform_handlerstate SET tx = tx + 1000000")
    assert outbox.mend_after_restore()
    assert not outbox.mend_after_restore()
    ring(3)
    outbox.deliver()
    assert heard == [1, 2, 3]


def test_prune_forgets_old_events_that_everybody_has_read(transactional_db, handlers):
    handlers(lambda event: None)
    ring(1)
    later = datetime.now(UTC) + timedelta(days=15)
    assert outbox.prune(now=later) == 0
    outbox.deliver()
    assert outbox.prune() == 0
    assert outbox.prune(now=later) == 1


def test_publish_tells_browsers_what_to_fetch_after_commit(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("LISTEN kundig_live")
        ring(1, 2)
        heard = [note.payload for note in connection.connection.notifies(timeout=5, stop_after=1)]
        cursor.execute("UNLISTEN *")
    assert heard == ["bells:1 bells:2"]


def test_an_event_comes_back_as_it_was():
    event = Everything(
        id=uuid.UUID(int=7),
        ids=(uuid.UUID(int=8), uuid.UUID(int=9)),
        on=date(2026, 11, 20),
        at=NOW,
        amount=Decimal("10.50"),
        state=JobState.DONE,
        note=None,
    )
    assert event_from(Everything, payload_of(event)) == event


def test_an_event_of_an_older_version_is_understood():
    payload = payload_of(
        Everything(id=uuid.UUID(int=7), ids=(), on=NOW.date(), at=NOW, amount=Decimal(1), state=JobState.DONE, note="x")
    )
    del payload["later"]
    assert event_from(Everything, payload | {"gone": 1}).later == 3
