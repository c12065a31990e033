"""What a change created goes again, with nothing that has come since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector

from kundig.accounts.enums import Action
from kundig.records.ledger import present
from kundig.records.ledger.folding import Deed, Fold, by_key, differences, fold
from kundig.records.ledger.models import LedgerRow
from kundig.records.ledger.refusing import why_refused
from kundig.records.ledger.results import Clash, Conflict, Hindrance, Place
from kundig.records.ledger.tables import Watched
from kundig.records.ledger.work import Work


def remove(work: Work, watched: Watched, portion: Sequence[Fold]) -> None:
    """Delete these records."""
    now = present.rows_of(watched, [each.record for each in portion], lock=True)
    work.result.counts["unchanged"] += len(portion) - len(now)
    allowed = work.allowed(watched, now, Action.DELETE)
    for record in now.keys() - allowed:
        work.result.leaves(Hindrance.FORBIDDEN, Place(watched, record, row=now.pop(record)))
    touched = _touched_since(work, watched, {each.record: each.seq for each in portion if each.record in now}, now)
    leaving = []
    for record, row in now.items():
        if record in touched:
            taken = work.is_taken_back(record)
            work.result.meets(Conflict(Clash.RECORD, Place(watched, record, row=row), is_taken_back=taken))
            if not taken:
                continue
        leaving.append(record)
    gone = _delete(work, watched, leaving, now)
    work.result.counts["removed"] += len(gone)
    for record in gone:
        work.telling.hears(watched, now[record])


def _touched_since(
    work: Work, watched: Watched, seqs: Mapping[UUID, int], now: Mapping[UUID, dict[str, Any]]
) -> set[UUID]:
    """Those of these records (id → last row of the change) that have become different since."""
    if not seqs:
        return set()
    later = LedgerRow.objects.filter(table_id=watched.number, record__among=list(seqs), seq__gt=min(seqs.values()))
    later = later.exclude(change_set=work.result.undone)
    found = set()
    for each in fold(later.order_by("table_id", "record", "seq")):
        if each.seq <= seqs[each.record] or each.deed is not Deed.CHANGED:
            continue
        description = watched.description_of(now[each.record])
        follows = set(description.follows.split()) if description else set()
        before = by_key(watched, each.before)
        is_now = {name: value for name, value in by_key(watched, now[each.record]).items() if name in before}
        if set(differences(watched, before, is_now)) - follows:
            found.add(each.record)
    return found


def _delete(work: Work, watched: Watched, ids: Sequence[UUID], now: Mapping[UUID, Any]) -> list[UUID]:
    """Delete all at once; where something else hangs on one of them, one after the other. Answers those that went."""
    if not ids:
        return []
    alone = _collected(watched, ids)
    if alone is not None and not _others(alone, watched, ids) and _goes(alone) is None:
        return list(ids)
    gone: list[UUID] = []
    waiting = list(ids)
    while waiting:
        # What others of these hang on goes once they have: branches before the tree, variants before their product.
        refused = {record: why for record in waiting if (why := _one_goes(work, watched, record, now, gone))}
        if len(refused) == len(waiting):
            for record, why in refused.items():
                work.result.leaves(why, Place(watched, record, row=now[record]))
            break
        waiting = list(refused)
    return gone


def _one_goes(
    work: Work, watched: Watched, record: UUID, now: Mapping[UUID, Any], gone: list[UUID]
) -> Hindrance | None:
    """Delete one of them, into `gone`; answers what stands in the way. What was decided to stay stays, and needs
    nothing."""
    collector = _collected(watched, [record])
    if collector is None:
        return Hindrance.NEEDED
    if _others(collector, watched, [record]):
        taken = work.is_taken_back(record)
        why = _goes(collector) if taken else None
        if why is not None:
            return why
        work.result.meets(Conflict(Clash.RECORD, Place(watched, record, row=now[record]), is_taken_back=taken))
        if not taken:
            return None
    elif (why := _goes(collector)) is not None:
        return why
    gone.append(record)
    return None


def _goes(collector: Collector) -> Hindrance | None:
    """Delete what was collected; answers why the database refuses that, such as for what has gone out."""
    try:
        with transaction.atomic():
            collector.delete()
    except IntegrityError as error:
        return why_refused(error, otherwise=Hindrance.NEEDED)
    return None


def _collected(watched: Watched, ids: Sequence[UUID]) -> Collector | None:
    """What would be deleted along; None if something must not lose these records."""
    records = list(watched.model._base_manager.filter(pk__in=ids))
    collector = Collector(using=DEFAULT_DB_ALIAS)
    try:
        collector.collect(records)
    except (ProtectedError, RestrictedError):
        return None
    return collector


def _others(collector: Collector, watched: Watched, ids: Sequence[UUID]) -> dict[str, int]:
    """Rows of other records that would be deleted along: table → how many."""
    found: dict[str, int] = defaultdict(int)
    own = set(ids)
    for model, records in collector.data.items():
        for record in records:
            if record.pk not in own or model._meta.concrete_model is not watched.model:
                found[model._meta.db_table] += 1
    for rows in collector.fast_deletes:
        found[rows.model._meta.db_table] += rows.count()
    return {name: count for name, count in found.items() if count}
