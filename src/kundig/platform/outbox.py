"""The outbox: facts are written in the transaction that makes them true, and handlers take them from there.

Each handler has a cursor `(tx, id)` and reads in the order of transactions, only up to the oldest one still running;
so an event that commits late is never skipped, which a cursor on a counted id would do. Handlers are idempotent and
run inside the transaction that moves their cursor: what they change in the database happens once.
"""

import json
import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from kundig.platform import live
from kundig.platform.behind import write
from kundig.platform.events import event_from, name_of, payload_of
from kundig.platform.logs import first_line
from kundig.platform.models import FailedDelivery, HandlerState, OutboxEvent

CHANNEL = "kundig_outbox"
BATCH = 500
MOST_ATTEMPTS = 8
KEPT = timedelta(days=14)

logger = logging.getLogger("kundig.outbox")
Reaction = TypeVar("Reaction", bound=Callable[[Any], None])


@dataclass(frozen=True)
class Handler:
    """A function that reacts to one class of events; its name keeps its place in the outbox over restarts."""

    name: str
    event_class: type
    function: Callable[[Any], None]


_handlers: dict[str, Handler] = {}


_before: list[Callable[[], None]] = []


def handler(event_class: type) -> Callable[[Reaction], Reaction]:
    """Decorator: call the function with every `event_class` event, in order, after it was committed."""

    def register(function: Reaction) -> Reaction:
        name = f"{function.__module__}.{function.__qualname__}"
        _handlers[name] = Handler(name=name, event_class=event_class, function=function)
        return function

    return register


# -- writing -------------------------------------------------------------------------------------------------------


def publish(*events: Any) -> None:
    """Write what happened, and tell worker and browsers once it is committed. Only inside a transaction.

    An event with a property `live_names` names what browsers should fetch again (see `kundig.platform.live`).
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish an event inside the transaction that makes it true")
    if not events:
        return
    names = [name for event in events for name in getattr(event, "live_names", ())]
    messages = [(live.CHANNEL, message) for message in live.payloads(names)]
    channels, texts = zip((CHANNEL, ""), *messages, strict=True)
    write(
        f"WITH written AS (INSERT INTO {OutboxEvent._meta.db_table} (name, payload)"  # noqa: S608 - our table
        " SELECT * FROM unnest(%s::text[], %s::jsonb[]))"
        " SELECT pg_notify(channel, message) FROM unnest(%s::text[], %s::text[]) AS told (channel, message)",
        [
            [name_of(type(event)) for event in events],
            [Jsonb(payload_of(event)) for event in events],
            list(channels),
            list(texts),
        ],
    )


# -- reading -------------------------------------------------------------------------------------------------------


def prepare() -> None:
    """Give every new handler a cursor at the present end: it reacts to what happens from now on."""
    known = set(HandlerState.objects.values_list("name", flat=True))
    new = [name for name in _handlers if name not in known]
    if new:
        horizon = _horizon()
        HandlerState.objects.bulk_create(
            (HandlerState(name=name, tx=horizon - 1, event_id=2**62) for name in new), ignore_conflicts=True
        )


def before_delivery(function: Callable[[], None]) -> None:
    """Call `function` before events are handed out: for what a process keeps and others may have changed."""
    _before.append(function)


def deliver(*, now: datetime | None = None) -> int:
    """Give the handlers what is there for them; returns how many events were read, 0 when all are up to date."""
    now = now or timezone.now()
    newest = OutboxEvent.objects.order_by("-tx", "-id").values_list("tx", "id").first()
    if newest is None:
        return 0
    states = HandlerState.objects.filter(name__in=_handlers).values_list("name", "tx", "event_id", "retry_at")
    due = [
        name
        for name, tx, event_id, retry_at in states
        if (tx, event_id) < newest and (retry_at is None or retry_at <= now)
    ]
    for function in _before if due else ():
        function()
    return sum(_deliver_to(_handlers[name], now=now) for name in due)


def is_behind() -> bool:
    """Whether events wait, for a transaction to end or for the next attempt of a handler that failed."""
    newest = OutboxEvent.objects.order_by("-tx", "-id").values_list("tx", "id").first()
    states = HandlerState.objects.filter(name__in=_handlers).values_list("tx", "event_id")
    return newest is not None and any(state < newest for state in states)


@transaction.atomic
def _deliver_to(handler: Handler, *, now: datetime) -> int:
    state = HandlerState.objects.select_for_update(skip_locked=True).filter(name=handler.name).first()
    if state is None:
        return 0  # Another worker is at it.
    read = 0
    for tx, event_id, name, payload in _next_events(state.tx, state.event_id):
        if name == name_of(handler.event_class) and not _handled(handler, state, payload=payload, now=now):
            break
        state.tx, state.event_id = tx, event_id
        read += 1
    state.save()
    return read


def _next_events(tx: int, event_id: int) -> list[tuple[int, int, str, Any]]:
    # Literal values: with the cursor's row joined in, or as parameters of a generic plan, a poll costs a hundredfold.
    condition = f"(tx, id) > ('{int(tx)}'::xid8, {int(event_id)})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT tx::text::bigint, id, name, payload::text FROM {OutboxEvent._meta.db_table}"  # noqa: S608 - numbers
            f" WHERE {condition} AND tx < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY tx, id LIMIT {BATCH}"
        )
        return [(tx, number, name, json.loads(payload)) for tx, number, name, payload in cursor.fetchall()]


def _handled(handler: Handler, state: HandlerState, *, payload: Any, now: datetime) -> bool:
    """Run the handler; False when it has to be tried again later. After the last attempt the event is set aside."""
    try:
        with transaction.atomic():
            handler.function(event_from(handler.event_class, payload))
    except Exception as error:
        reason = first_line(error)
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        logger.error("%s failed: %s\n%s", handler.name, reason, where)
        state.failures += 1
        state.error = reason
        if state.failures < MOST_ATTEMPTS:
            state.retry_at = now + timedelta(seconds=5 * 2 ** (state.failures - 1))
            return False
        FailedDelivery.objects.create(
            handler=handler.name, name=name_of(handler.event_class), payload=payload, error=reason
        )
    else:
        state.error = ""
    state.failures, state.retry_at = 0, None
    return True


def redeliver(failed: FailedDelivery) -> None:
    """Try an event that was set aside once more; raises what the handler raises."""
    with transaction.atomic():
        found = _handlers[failed.handler]
        found.function(event_from(found.event_class, failed.payload))
        failed.delete()


# -- upkeep --------------------------------------------------------------------------------------------------------


def prune(*, now: datetime | None = None) -> int:
    """Delete events older than two weeks that every handler has read; returns how many."""
    last = min(HandlerState.objects.values_list("tx", flat=True), default=2**62)
    old = OutboxEvent.objects.filter(at__lt=(now or timezone.now()) - KEPT)
    return old.extra(where=["tx <= %s::text::xid8"], params=[last])._raw_delete(using=old.db)


def mend_after_restore() -> bool:
    """Renumber if the events come from another server, whose transactions were counted further; True if they did.

    After a restore new events would sort before the handlers' cursors and never be read.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest((SELECT max(tx::text::numeric) FROM platform_outboxevent),"
            " (SELECT max(tx) FROM platform_handlerstate)) >= pg_current_xact_id()::text::numeric"
        )
        if not cursor.fetchone()[0]:
            return False
        # Transaction 1 is before every real one; the old order goes on in the ids, and cursors keep their place in it.
        cursor.execute(
            "UPDATE platform_handlerstate AS state SET tx = 1, event_id ="
            " (SELECT count(*) FROM platform_outboxevent AS event"
            "  WHERE (event.tx, event.id) <= (state.tx::text::xid8, state.event_id))"
        )
        cursor.execute(
            "CREATE TEMPORARY TABLE renumbered ON COMMIT DROP AS"
            " SELECT row_number() OVER (ORDER BY tx, id) AS place, name, payload, at FROM platform_outboxevent"
        )
        cursor.execute("TRUNCATE platform_outboxevent")
        cursor.execute(
            "INSERT INTO platform_outboxevent (tx, id, name, payload, at)"
            " SELECT '1'::xid8, place, name, payload, at FROM renumbered"
        )
    return True


def _horizon() -> int:
    """The oldest transaction still running; everything before it is settled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def handlers() -> Iterable[Handler]:
    """Every registered handler."""
    return _handlers.values()
