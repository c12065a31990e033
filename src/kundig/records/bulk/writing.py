"""Writing values into many records: together where the domain has no action of its own, else through that action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from kundig.accounts.models import User
from kundig.records.bulk.acting import Fate, Outcome
from kundig.records.custom import values as custom
from kundig.records.custom.storage import PATH
from kundig.records.description import Description
from kundig.records.events import Via

Wanted = tuple[models.Model, Mapping[str, Any]]
"""A record and the parsed values it shall have, by the name of the field."""


def write(description: Description, wanted: Iterable[Wanted], *, by: User, via: Via) -> list[Fate]:
    """Set the values, in the transaction at hand; records that have them already are left alone.

    Raises:
        ValidationError, IntegrityError: if one of the records does not take its values; then none has been told apart.
    """
    fates: list[Fate] = []
    changes: list[tuple[models.Model, Mapping[str, Any], dict[str, Any]]] = []
    for record, values in wanted:
        new = columns_of(description, values)
        changed = {column: value for column, value in new.items() if getattr(record, column) != value}
        if not changed:
            fates.append(Fate(record.pk, Outcome.UNCHANGED))
            continue
        fates.append(Fate(record.pk, Outcome.CHANGED))
        changes.append((record, values, changed))
    pairs = [(record, values) for record, values, _changed in changes]
    if description.change_many is not None and type(description).change_many(pairs, by=by, via=via):  # type: ignore[misc]
        return fates
    if description.change is not None:
        for record, values, _changed in changes:
            own, added = custom.apart(description, values)
            if own:
                type(description).change(record, own, by=by, via=via)  # type: ignore[misc]
            custom.keep(record, custom.columns_of(description, added))
    elif changes:
        _write_together(description, [(record, changed) for record, _values, changed in changes])
    return fates


def columns_of(description: Description, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that some values of fields set."""
    columns: dict[str, Any] = {}
    for name, value in values.items():
        field = description.field(name)
        columns |= field.kind.columns(field, value)
    return columns


def _write_together(description: Description, changes: Sequence[tuple[models.Model, dict[str, Any]]]) -> None:
    model, now = description.model, timezone.now()
    custom.keep_many(model, {record.pk: _added(changed) for record, changed in changes})
    changes = [(record, {c: v for c, v in changed.items() if not c.startswith(PATH)}) for record, changed in changes]
    changes = [(record, changed) for record, changed in changes if changed]
    if not changes:
        return
    kinds = {column.attname: column for column in model._meta.concrete_fields}
    for record, changed in changes:
        for column, value in changed.items():
            setattr(record, column, value)
        _check(record, {kinds[column].name for column in changed})
    if len(changes) == 1:
        record, changed = changes[0]
        record.validate_unique()
        record.validate_constraints()
        names = {*changed, *_touched(model)}
        record.save(update_fields=[kinds[column].name for column in names])
        return
    each = [changed for _record, changed in changes]
    ids = [record.pk for record, _changed in changes]
    stamp = dict.fromkeys(_touched(model), now)
    if all(changed == each[0] for changed in each):
        model._base_manager.filter(pk__in=ids).update(**each[0], **stamp)
        return
    for record, _changed in changes:
        for column in stamp:
            setattr(record, column, now)
    names = {column for changed in each for column in changed} | set(stamp)
    model._base_manager.bulk_update(
        [record for record, _changed in changes], [kinds[column].name for column in names], batch_size=500
    )


def _added(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The values of added fields among some columns, by the name of the field."""
    return {name.removeprefix(PATH): value for name, value in columns.items() if name.startswith(PATH)}


def _check(record: models.Model, names: set[str]) -> None:
    """What the columns and the model itself demand; references were chosen from what exists."""
    columns = record._meta.concrete_fields
    record.clean_fields(exclude=[c.name for c in columns if c.name not in names or c.is_relation or c.generated])
    if type(record).clean is not models.Model.clean:
        record.clean()


def _touched(model: type[models.Model]) -> list[str]:
    """The columns that say when a row last changed."""
    return [column.attname for column in model._meta.concrete_fields if getattr(column, "auto_now", False)]


def messages_of(error: Exception) -> str:
    """Why something was refused, as one text."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
