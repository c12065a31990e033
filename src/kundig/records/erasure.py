"""Erasing for privacy: a record with all that belongs to it leaves the base, its files, and the memory of the ledger.

Unlike deleting it cannot be taken back. What stays is that it happened: who, when, and the ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform import files
from kundig.platform.models import StoredFile
from kundig.records import registry, search
from kundig.records.actions import delete_record
from kundig.records.attachments.actions import erase_attachments_of
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.ledger import present
from kundig.records.ledger.belonging import taken_along
from kundig.records.ledger.erasing import erase_columns
from kundig.records.ledger.models import LedgerRow
from kundig.records.ledger.sets import change_set
from kundig.records.ledger.sight import last_rows
from kundig.records.ledger.tables import Watched, watched_tables
from kundig.records.rest.idempotency import forget_record
from kundig.records.roundtrips.forgetting import forget_records

Forgetting = Callable[[Sequence[UUID], User], None]
Remaining = Callable[[Sequence[UUID]], "list[Staying]"]
_remaining: dict[type[models.Model] | None, list[Remaining]] = defaultdict(list)
_forgetting: dict[type[models.Model] | None, list[Forgetting]] = defaultdict(list)


def register_forgetting(model: type[models.Model], function: Forgetting) -> None:
    """Call `function` with the ids of records of `model`, and who erases them, before they go: for what a domain above
    has written down of them elsewhere. It runs in the same transaction, and may refuse with a ValidationError. Called
    in `apps.ready()`."""
    _forgetting[model._meta.concrete_model].append(function)


@dataclass(frozen=True)
class Staying:
    """Something that a law wants kept when a record is erased: what, until the end of which year, and why."""

    what: str
    until: int
    why: str


def register_remaining(model: type[models.Model], function: Remaining) -> None:
    """Ask `function` what stays of records of `model`, given by their ids, when they are erased; it is told before
    somebody confirms. A ValidationError says why they cannot be erased yet. Called in `apps.ready()`."""
    _remaining[model._meta.concrete_model].append(function)


def what_stays(description: Description, record: models.Model) -> list[Staying]:
    """What will be kept of a record that is erased.

    Raises:
        ValidationError: if it cannot be erased yet.
    """
    functions = _remaining[description.model._meta.concrete_model]
    return [each for function in functions for each in function([record.pk])]


def may_erase(description: Description, user: User, record: models.Model) -> bool:
    """Whether `user` may: administrators, where they may delete."""
    return user.is_administrator and not description.parent and description.may(user, Action.DELETE, record)


def erase_record(description: Description, record: models.Model, *, by: User) -> int:
    """Erase a record for good; answers how many rows of the ledger lost their values.

    Raises:
        PermissionDenied: if `by` may not.
        ValidationError: if other records need it; nothing is erased then.
    """
    if not may_erase(description, by, record):
        raise PermissionDenied(_("Erasing for privacy is for administrators who may delete this."))
    model = description.model._meta.concrete_model
    watched = next(each for each in watched_tables().values() if each.model is model)
    affected = [(watched, {record.pk}), *taken_along(description, record)]
    stored, around = _files_of(affected), _around(affected, record)
    with transaction.atomic(), change_set(by=by, via=Via.ERASURE):
        for forget in _forgetting[model]:
            forget([record.pk], by)
        forget_records({each for _table, ids in affected for each in ids})
        delete_record(description, record, by=by, via=Via.ERASURE)
        for table, ids in affected:
            still_there = set(table.model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
            for each in table.descriptions:
                # The database took them along: nobody else tells search that they are gone.
                erase_attachments_of(each.name, ids - still_there)
                search.refresh(each, ids - still_there)
            for record_id in ids:
                forget_record(record_id)
        count = sum(erase_columns(table, ids, _values_of(table)) for table, ids in affected if ids)
        for file in StoredFile.objects.filter(pk__in=stored):
            files.delete(file)
        for other, ids in around.items():
            # Search finds others by the name of whom they belong to.
            search.refresh(other, list(ids))
    return count


def _around(affected: Iterable[tuple[Watched, set[UUID]]], record: models.Model) -> dict[Description, set[UUID]]:
    """The records that these rows point, or pointed, at besides the one that goes."""
    found: dict[Description, set[UUID]] = defaultdict(set)
    for watched, ids in affected:
        rows = {**last_rows(watched, ids), **present.rows_of(watched, ids)}
        for name, column in watched.references.items():
            wanted = {UUID(row[name]) for row in rows.values() if isinstance(row.get(name), str)} - {record.pk}
            for description in registry.covering(column.related_model) if wanted else ():
                there = description.everything().filter(pk__in=wanted).values_list("pk", flat=True)
                found[description].update(there)
    return found


def _values_of(watched: Watched) -> list[str]:
    """The columns that say something; what tells which row it is, and of what kind, stays."""
    structure = {"id", *(name for each in watched.descriptions for name in each.where)}
    return [name for name, column in watched.columns.items() if name not in structure and not _leads_to_record(column)]


def _leads_to_record(column: Any) -> bool:
    return isinstance(column, models.ForeignKey) and column.related_model is not StoredFile


def _files_of(affected: Iterable[tuple[Watched, set[UUID]]]) -> set[UUID]:
    """The files that fields of these rows show, or have shown."""
    found: set[Any] = set()
    for watched, ids in affected:
        for name, column in watched.references.items():
            if column.related_model is not StoredFile or not ids:
                continue
            found.update(watched.model._base_manager.filter(pk__in=ids).values_list(column.attname, flat=True))
            rows = LedgerRow.objects.filter(record__in=ids, table_id=watched.number)
            for before, after in rows.values_list("before", "after"):
                found.update(value for row in (before, after) if isinstance(value := (row or {}).get(name), str))
    return {UUID(str(each)) for each in found if each}
