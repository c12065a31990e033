"""Where a record went that became another one, and what taking such a change back has to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from kundig.records import registry
from kundig.records.merging.models import Merged
from kundig.records.merging.moving import move_back, move_unwatched

LONGEST = 50
"""Merges one after the other; more is a mistake."""


def follow(object_name: str, record_id: UUID) -> UUID | None:
    """The record that this one has become, over any number of merges; None if it has become none."""
    found: UUID | None = None
    seen = {record_id}
    while len(seen) < LONGEST:
        merged = Merged.objects.filter(object=object_name, record_id=found or record_id, undone_at=None)
        into = merged.values_list("survivor_id", flat=True).first()
        if into is None or into in seen:
            break
        seen.add(into)
        found = into
    return found


def survivors_of(object_name: str, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of many ids those that have become another record."""
    wanted = list(ids)
    there = Merged.objects.filter(object=object_name, record_id__in=wanted, undone_at=None)
    return {record: follow(object_name, record) or record for record in there.values_list("record_id", flat=True)}


def go_again(change_set: UUID | None, records: Collection[UUID] | None) -> None:
    """The taking back of a merge is about to be taken back: lead on what points at what will go."""
    if change_set is not None:
        for merged in _of(change_set, records).exclude(undone_at=None):
            _led_on(merged)


def settle(change_sets: Iterable[UUID | None], records: Collection[UUID] | None) -> None:
    """After something was taken back: what the merges among it had led on follows the records that are there now."""
    for change_set in filter(None, change_sets):
        for merged in _of(change_set, records):
            is_back = _is_there(merged)
            if is_back and merged.undone_at is None:
                move_back(reversed(merged.moved), merged.record_id, merged.survivor_id)
                merged.undone_at = timezone.now()
                merged.save(update_fields=["undone_at"])
            elif not is_back and merged.undone_at is not None:
                _led_on(merged)


def _led_on(merged: Merged) -> None:
    description = registry.get(merged.object)
    if description is None:
        return
    merged.moved = move_unwatched(description, merged.record_id, merged.survivor_id)
    merged.undone_at = None
    try:
        with transaction.atomic():
            merged.save(update_fields=["moved", "undone_at"])
    except IntegrityError:  # it has become another one since
        merged.refresh_from_db()


def _is_there(merged: Merged) -> bool:
    description = registry.get(merged.object)
    return description is not None and description.everything().filter(pk=merged.record_id).exists()


def _of(change_set: UUID, records: Collection[UUID] | None) -> QuerySet[Merged]:
    found = Merged.objects.filter(change_set=change_set)
    return found if records is None else found.filter(record_id__in=list(records))
