"""Doing what lines say: many together, and where that is refused halves of them, down to the one that is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records.actions import announce, create_records
from kundig.records.bulk.generic import Delete
from kundig.records.bulk.writing import write
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.roundtrips.comparing import REFUSED, Cell, told
from kundig.records.roundtrips.models import ReturnedLine

REFUSALS = (ValidationError, PermissionDenied, IntegrityError, DataError)
Wanted = tuple[models.Model, Mapping[str, Any]]
"""A record, locked, and the values that it shall have."""


def change(description: Description, wanted: Sequence[Wanted], *, by: User) -> dict[int, Exception]:
    """Set the values and tell of it; answers by the place in `wanted` why one could not be set."""
    refused: dict[int, Exception] = {}

    def do(places: Sequence[int]) -> None:
        # Read anew each time: an attempt that was taken back has left its values in the instances.
        records = description.everything().in_bulk([wanted[place][0].pk for place in places])
        pairs = [(records[wanted[place][0].pk], wanted[place][1]) for place in places]
        write(description, pairs, by=by, via=Via.IMPORT)

    _halving(range(len(wanted)), do, refused)
    if done := [record.pk for place, (record, _values) in enumerate(wanted) if place not in refused]:
        announce(description, done, by=by, via=Via.IMPORT)
    return refused


def create(
    description: Description, wanted: Sequence[Mapping[str, Any]], *, by: User
) -> list[models.Model | Exception]:
    """Make records; for each the record, or why there is none."""
    made: list[models.Model | Exception] = [ValidationError("")] * len(wanted)
    refused: dict[int, Exception] = {}

    def do(places: Sequence[int]) -> None:
        records = create_records(description, [wanted[place] for place in places], by=by, via=Via.IMPORT)
        for place, record in zip(places, records, strict=True):
            made[place] = record

    _halving(range(len(wanted)), do, refused)
    return [refused.get(place, record) for place, record in enumerate(made)]


def delete(description: Description, records: Sequence[models.Model], *, by: User) -> dict[int, Exception]:
    """Delete records; answers by place why one could not be."""
    refused: dict[int, Exception] = {}
    action = Delete(description, by, via=Via.IMPORT)

    def do(places: Sequence[int]) -> None:
        list(action.run([records[place] for place in places], {}, by=by))

    ids = [record.pk for record in records]
    _halving(range(len(records)), do, refused)
    if done := [key for place, key in enumerate(ids) if place not in refused]:
        announce(description, done, by=by, via=Via.IMPORT)
    return refused


def allowed(description: Description, ids: Sequence[Any], action: Action, *, by: User) -> dict[Any, models.Model]:
    """Those of these records with which `by` may do this, locked until the transaction ends."""
    if not ids or not description.may(by, action):
        return {}
    rows = description.visible_to(by, action).filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
    return {record.pk: record for record in rows}


def refuse(description: Description, line: ReturnedLine, cells: list[Cell], error: Exception) -> None:
    """Write the reason to the cell that it is about, else to the whole line."""
    by_field: dict[str, Any] = (getattr(error, "error_dict", None) and error.message_dict) or {}  # type: ignore[attr-defined]
    told_of = set()
    for cell in cells:
        if cell.field in by_field:
            cell.state, cell.why = REFUSED, " ".join(by_field[cell.field])
            told_of.add(cell.field)
    if rest := {name: texts for name, texts in by_field.items() if name not in told_of}:
        line.why = " ".join(f"{_label(description, name)}{' '.join(texts)}" for name, texts in rest.items())
    elif not by_field:
        line.why = reason(error)
    told(line, cells)


def reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, IntegrityError | DataError):
        return _("Another record stands against it: a value that may exist once only, or a reference.")
    return str(error)


def _label(description: Description, name: str) -> str:
    field = description.fields.get(name)
    return f"{str(field.label)[:1].upper()}{str(field.label)[1:]}: " if field is not None else ""


def _halving(places: Sequence[int], do: Callable[[Sequence[int]], None], refused: dict[int, Exception]) -> None:
    if not places:
        return
    try:
        with transaction.atomic():
            do(places)
    except REFUSALS as error:
        if len(places) == 1:
            refused[places[0]] = error
            return
        half = len(places) // 2
        _halving(places[:half], do, refused)
        _halving(places[half:], do, refused)
