"""Fields go back: where one still has what the change gave it, it gets what it had before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from kundig.accounts.enums import Action
from kundig.records.ledger import present
from kundig.records.ledger.folding import Fold, by_key, differences, is_erased
from kundig.records.ledger.refusing import why_refused
from kundig.records.ledger.results import Clash, Conflict, Hindrance, Place
from kundig.records.ledger.states import withheld_states
from kundig.records.ledger.tables import Watched, field_of
from kundig.records.ledger.work import Work


def put_back(work: Work, watched: Watched, portion: Sequence[Fold]) -> None:
    """Put the columns of these records back."""
    now = present.rows_of(watched, [fold.record for fold in portion], lock=True)
    allowed = work.allowed(watched, now, Action.CHANGE)
    withheld = withheld_states(work.sight, watched, portion, now)
    changes: dict[UUID, dict[str, Any]] = {}
    for fold in portion:
        row = now.get(fold.record)
        if row is None:
            work.result.leaves(Hindrance.GONE, Place(watched, fold.record, row=fold.before))
        elif fold.record not in allowed or id(fold) in withheld:
            work.result.leaves(Hindrance.FORBIDDEN, Place(watched, fold.record, row=row))
        else:
            changes[fold.record] = _columns(work, watched, fold, row)
    refused = _write(watched, {record: values for record, values in changes.items() if values})
    for record, values in changes.items():
        if record in refused:
            work.result.leaves(refused[record], Place(watched, record, row=now[record]))
            continue
        work.result.counts["changed" if values else "unchanged"] += 1
        if values:
            work.telling.hears(watched, now[record], now[record] | values)


def _columns(work: Work, watched: Watched, fold: Fold, row: dict[str, Any]) -> dict[str, Any]:
    """The columns to be set; conflicts are noted."""
    description = watched.description_of(row)
    follows = set(description.follows.split()) if description else set()
    before, now = by_key(watched, fold.before), by_key(watched, row)
    # What a record became that was deleted and made again stands nowhere: what it is now passes for it.
    after = now if fold.was_made_anew else by_key(watched, fold.after)
    names = [name for name in differences(watched, before, after) if name not in fold.after or name in fold.before]
    found: dict[str, Any] = {}
    for name in names:
        column = name.partition(".")[0]
        place = Place(watched, fold.record, name, row)
        if column not in watched.columns or name in follows or now.get(name) == before.get(name):
            continue
        if is_erased(before.get(name)):
            work.result.leaves(Hindrance.ERASED, place)
        elif not work.may_set(description, name):
            work.result.leaves(Hindrance.FORBIDDEN, place)
        elif now.get(name) == after.get(name):
            found[name] = before.get(name)
        else:
            taken = work.is_taken_back(fold.record, name)
            if description is None or field_of(description, name) is not None:
                work.result.meets(
                    Conflict(Clash.FIELD, place, before.get(name), after.get(name), now.get(name), is_taken_back=taken)
                )
            if taken:
                found[name] = before.get(name)
    return _joined(watched, row, found)


def _joined(watched: Watched, row: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Values by key back in their column, beside what stands there."""
    columns = {name: value for name, value in found.items() if "." not in name}
    for column in {name.partition(".")[0] for name in found if "." in name}:
        whole = json.loads(row[column]) if row.get(column) else {}
        for name, value in found.items():
            holder, _dot, key = name.partition(".")
            if holder != column or not key:
                continue
            if value is None:
                whole.pop(key, None)
            else:
                whole[key] = json.loads(value)
        columns[column] = json.dumps(whole, ensure_ascii=False)
    return columns


def _write(watched: Watched, changes: Mapping[UUID, Mapping[str, Any]]) -> dict[UUID, Hindrance]:
    """Write all at once; if the database refuses that, one after the other. Answers those it refused, and why."""
    try:
        with transaction.atomic():
            present.update(watched, changes)
        return {}
    except IntegrityError:
        refused: dict[UUID, Hindrance] = {}
    for record, values in changes.items():
        try:
            with transaction.atomic():
                present.update(watched, {record: values})
        except IntegrityError as error:
            refused[record] = why_refused(error, otherwise=Hindrance.TAKEN)
    return refused
