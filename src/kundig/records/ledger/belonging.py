"""What belongs, or once belonged, to a record: its parts in tables of their own, also those that have been deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models

from kundig.records import registry
from kundig.records.description import Description
from kundig.records.ledger.models import DELETED, LedgerRow
from kundig.records.ledger.tables import Watched, watched_tables

MOST_PARTS = 2000


def belonging(
    description: Description, record: models.Model, *, most: int | None = MOST_PARTS
) -> list[tuple[Watched, set[UUID]]]:
    """The tables of parts, each with the ids of those that point, or pointed when they were deleted, at the record.

    At most `most` of each; None for all, where nothing may be forgotten.
    """
    model = description.model._meta.concrete_model
    tables = watched_tables().values()
    owners = _owners(next((each for each in tables if each.model is model), None), record)
    found = []
    for watched in tables:
        columns = columns_to(watched, model) if watched.is_part else []
        if not columns:
            continue
        ids: set[UUID] = set()
        for column in columns:
            rows = watched.model._base_manager.filter(**{column.attname: record.pk})
            ids.update(rows.values_list("pk", flat=True)[:most])
        gone = LedgerRow.objects.filter(owner__in=owners, table_id=watched.number, op=DELETED)
        for key, before in gone.values_list("record", "before")[:most]:
            if any((before or {}).get(column.column) == str(record.pk) for column in columns):
                ids.add(key)
        found.append((watched, ids))
    for watched, ids in found:
        # What was deleted from one of these parts knows that part, and no longer the record.
        parts = {key for other, keys in found if other.model is _whole(watched) for key in keys}
        if parts:
            gone = LedgerRow.objects.filter(owner__in=parts, table_id=watched.number, op=DELETED)
            ids.update(gone.values_list("record", flat=True)[:most])
    return found


def taken_along(description: Description, record: models.Model) -> list[tuple[Watched, set[UUID]]]:
    """The tables of all rows that go, or went, with the record for good: its parts, and whatever points at it and
    cannot stay without it, with the parts of that.

    What nobody describes as a part (a task of a customer) is a record of its own, which the database deletes along.
    """
    model = description.model._meta.concrete_model
    tables = watched_tables().values()
    found = {each.model: (each, ids) for each, ids in belonging(description, record, most=None)}
    for watched in tables:
        for column in () if watched.is_part else _binding(watched, model):
            ids = found.setdefault(watched.model, (watched, set()))[1]
            ids.update(watched.model._base_manager.filter(**{column.attname: record.pk}).values_list("pk", flat=True))
            pointed = {f"before__{column.column}": str(record.pk)}
            gone = LedgerRow.objects.filter(table_id=watched.number, op=DELETED, **pointed)
            keys = set(gone.values_list("record", flat=True))
            # What was brought back and has gone to somebody else since is theirs.
            ids.update(keys - set(watched.model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)))
    for whole, owners in [each for each in found.values() if not each[0].is_part and each[1]]:
        for watched in tables:
            for column in _binding(watched, whole.model) if watched.is_part else ():
                ids = found.setdefault(watched.model, (watched, set()))[1]
                rows = watched.model._base_manager.filter(**{f"{column.attname}__in": owners})
                ids.update(rows.values_list("pk", flat=True))
                gone = LedgerRow.objects.filter(owner__in=owners, table_id=watched.number, op=DELETED)
                ids.update(gone.values_list("record", flat=True))
    return list(found.values())


def _binding(watched: Watched, model: Any) -> list[Any]:
    """The references to this model that take their row along when what they point at goes."""
    return [each for each in columns_to(watched, model) if each.remote_field.on_delete is models.CASCADE]


def _whole(watched: Watched) -> type[models.Model] | None:
    """What the rows of a table are part of, where nobody describes them."""
    return watched.whole[0].model._meta.concrete_model if watched.whole and not watched.descriptions else None


def columns_to(watched: Watched, model: Any) -> list[Any]:
    """The references of a table that lead to this model."""
    return [each for each in watched.references.values() if each.related_model._meta.concrete_model is model]


def _owners(watched: Watched | None, record: models.Model) -> set[UUID]:
    """The record, and those that it points or pointed at: to them what was deleted may have belonged."""
    found = {record.pk}
    for name, column in (watched.references if watched else {}).items():
        if registry.covering(column.related_model):
            found.add(getattr(record, column.attname))
            rows = LedgerRow.objects.filter(record=record.pk, before__has_key=name)
            found.update(UUID(text) for text in rows.values_list(f"before__{name}", flat=True) if _is_id(text))
    return {key for key in found if key is not None}


def _is_id(text: Any) -> bool:
    try:
        return bool(UUID(str(text)))
    except ValueError:
        return False
