"""What happened is noted for each webhook that wants to hear of it; a job sends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from kundig.platform import jobs
from kundig.platform.enums import JobState
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.events import RecordsChanged
from kundig.records.ledger.models import CREATED, DELETED, ERASED, LedgerRow, LedgerTable
from kundig.webhooks.enums import DeliveryState, State, What
from kundig.webhooks.models import Delivery, Webhook
from kundig.webhooks.rules import MOST_RECORDS, topic

JOB = "webhooks"


def note(event: RecordsChanged) -> int:
    """Note a message, or several, for each webhook that tells of it; answers how many."""
    described = registry.get(event.object)
    hooks = [
        hook for hook in Webhook.objects.filter(state=State.ACTIVE)
        if any(topic(event.object, what) in hook.topics for what in What)
    ]  # fmt: skip
    if not hooks or described is None:
        return 0
    by_what = what_happened(described, event)
    noted = [
        Delivery(
            webhook=hook,
            topic=topic(event.object, what),
            records=portion,
            change_set=_uuid(event.change_set),
            by_id=_uuid(event.by_id),
            via=event.via,
            next_at=timezone.now(),
        )
        for hook in hooks
        for what, ids in by_what.items()
        if topic(event.object, what) in hook.topics
        for portion in _portions(_untold(hook, topic(event.object, what), event, ids))
    ]
    Delivery.objects.bulk_create(noted)
    if noted:
        wake()
    return len(noted)


def what_happened(description: Description, event: RecordsChanged) -> dict[What, list[UUID]]:
    """What the ledger says became of each record in this change set; one that came and went again is left out."""
    ids = [UUID(each) for each in event.ids]
    found: dict[UUID, What | None] = dict.fromkeys(ids, What.CHANGED)
    table = LedgerTable.objects.filter(name=description.model._meta.db_table).values_list("pk", flat=True).first()
    change_set = _uuid(event.change_set)
    if table is not None and change_set is not None:
        rows = LedgerRow.objects.filter(change_set=change_set, table_id=table, record__in=ids).order_by("seq")
        for record, op in rows.values_list("record", "op"):
            if op == CREATED:
                found[record] = What.CREATED
            elif op in (DELETED, ERASED):
                found[record] = None if found[record] == What.CREATED else What.DELETED
    by_what: dict[What, list[UUID]] = {}
    for record, what in found.items():
        if what is not None:
            by_what.setdefault(what, []).append(record)
    return by_what


def _untold(hook: Webhook, name: str, event: RecordsChanged, ids: Sequence[UUID]) -> list[UUID]:
    """The records without those of which the same change set is told already: a request may change one twice."""
    told = Delivery.objects.filter(webhook=hook, topic=name, change_set=_uuid(event.change_set))
    if name == topic(event.object, What.CHANGED):
        told = told.filter(state=DeliveryState.WAITING)  # What was sent told less than is true now.
    if event.change_set == "":
        return list(ids)
    known = {record for records in told.values_list("records", flat=True) for record in records}
    return [record for record in ids if record not in known]


def _portions(ids: Sequence[UUID]) -> Iterable[list[UUID]]:
    for start in range(0, len(ids), MOST_RECORDS):
        yield list(ids[start : start + MOST_RECORDS])


def wake() -> None:
    """Have the worker send what is due, unless it is about to."""
    if not JobRun.objects.filter(kind=JOB, state=JobState.WAITING).exists():
        jobs.start(JOB, title="Webhooks", by=None, lock=JOB)


def _uuid(text: str) -> UUID | None:
    return UUID(text) if text else None
