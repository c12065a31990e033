"""Deleted records come back as they were, under their old ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from kundig.accounts.enums import Action
from kundig.records.ledger import present
from kundig.records.ledger.folding import Fold, is_erased
from kundig.records.ledger.results import Hindrance, Place
from kundig.records.ledger.tables import Watched
from kundig.records.ledger.work import Work


def restore(work: Work, watched: Watched, portion: Sequence[Fold]) -> None:
    """Bring these records back."""
    there = present.rows_of(watched, [fold.record for fold in portion])
    work.result.counts["unchanged"] += len(there)
    wanted = {fold.record: fold.before for fold in portion if fold.record not in there}
    for record, row in list(wanted.items()):
        if any(is_erased(value) for value in row.values()):
            work.result.leaves(Hindrance.ERASED, Place(watched, record, row=row))
            del wanted[record]
    wanted = _with_owners(work, watched, wanted)
    wanted = _with_references(work, watched, wanted)
    for record in _refused(watched, wanted):
        work.result.leaves(Hindrance.TAKEN, Place(watched, record, row=wanted.pop(record)))
    # Whether `by` may make such records, with these owners and teams, shows when they are there.
    allowed = work.allowed(watched, wanted, Action.CREATE)
    for record in wanted.keys() - allowed:
        work.result.leaves(Hindrance.FORBIDDEN, Place(watched, record, row=wanted.pop(record)))
        watched.model._base_manager.filter(pk=record).delete()
    work.result.counts["restored"] += len(wanted)
    for row in wanted.values():
        work.telling.hears(watched, row)


def _with_owners(work: Work, watched: Watched, rows: dict[UUID, dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    """Without the parts of records that are gone, or are not for `by` to change."""
    owners = {record: watched.owner_of(row) for record, row in rows.items()}
    model = next((owner[0] for owner in owners.values() if owner), None)
    if model is None:
        return rows
    ids = {UUID(str(owner[1])) for owner in owners.values() if owner and owner[1]}
    there = set(model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
    changeable = work.changeable(model, there)
    kept = {}
    for record, row in rows.items():
        owner = owners[record]
        key = UUID(str(owner[1])) if owner and owner[1] else None
        if key in changeable:
            kept[record] = row
        else:
            why = Hindrance.FORBIDDEN if key in there else Hindrance.OWNER_GONE
            work.result.leaves(why, Place(watched, record, row=row))
    return kept


def _with_references(work: Work, watched: Watched, rows: dict[UUID, dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    """With what they point at: a reference to what is gone is empty, or keeps the record from coming back."""
    kept = dict(rows)
    for name, column in watched.references.items():
        model: Any = column.related_model
        named = {row.get(name) for row in kept.values()} - {None}
        if not named:
            continue
        there = {str(key) for key in model._base_manager.filter(pk__in=named).values_list("pk", flat=True)}
        there |= work.coming
        for record, row in list(kept.items()):
            if row.get(name) is None or row[name] in there:
                continue
            if column.null:
                kept[record] = {**row, name: None}
            else:
                work.result.leaves(Hindrance.OWNER_GONE, Place(watched, record, row=row))
                del kept[record]
    return kept


def _refused(watched: Watched, rows: Mapping[UUID, Mapping[str, Any]]) -> Iterable[UUID]:
    """Insert all at once; if the database refuses that, one after the other. Answers those it refused."""
    try:
        with transaction.atomic():
            present.insert(watched, rows.values())
        return []
    except IntegrityError:
        refused = []
    for record, row in rows.items():
        try:
            with transaction.atomic():
                present.insert(watched, [row])
        except IntegrityError:
            refused.append(record)
    return refused
