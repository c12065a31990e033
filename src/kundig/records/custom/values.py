"""Writing the values of added fields: merged into the rows, so that nobody's change of another field is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from kundig.records import registry
from kundig.records.custom import storage
from kundig.records.custom.fields import AddedField
from kundig.records.custom.loading import fields_of
from kundig.records.description import Description
from kundig.records.kinds.references import Reference

Values = Mapping[str, Any]


def apart(description: Description, values: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parsed values of fields: those of the model, and those of added fields."""
    own: dict[str, Any] = {}
    added: dict[str, Any] = {}
    for name, value in values.items():
        known = description.fields.get(name)
        (added if isinstance(known, AddedField) else own)[name] = value
    return own, added


def columns_of(description: Description, values: Values) -> dict[str, Any]:
    """What is kept of parsed values, by the name of the field."""
    return {
        name: value
        for name, given in values.items()
        for value in description.fields[name].kind.columns(description.fields[name], given).values()
    }


def with_defaults(description: Description, values: Values) -> dict[str, Any]:
    """The values of a new record: added fields that nobody has set begin with their default."""
    given = dict(values)
    for field in fields_of(description):
        if field.row.default is not None and field.name not in given and description.is_on(field):
            given[field.name] = storage.stored(description.model, field.name).form.from_json(field.row.default)  # type: ignore[union-attr]
    return given


def keep(record: models.Model, values: Values) -> None:
    """Write values of added fields of one record; the record shows them."""
    if not values:
        return
    keep_many(type(record), {record.pk: values})
    given = storage.as_json(values)
    kept = {**(getattr(record, storage.COLUMN) or {}), **given}
    setattr(record, storage.COLUMN, {name: value for name, value in kept.items() if value is not None})
    for name in list(vars(record)):
        if name.startswith(storage.PATH):
            delattr(record, name)


def keep_many(model: type[models.Model], values: Mapping[UUID, Values]) -> None:
    """The same of many records, in one statement."""
    rows = [{"id": str(key), "given": storage.as_json(given)} for key, given in values.items() if given]
    if not rows:
        return
    touched = ", changed_at = now()" if any(c.name == "changed_at" for c in model._meta.concrete_fields) else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" AS known '  # noqa: S608 - names of our own model
            f"SET custom = jsonb_strip_nulls(known.custom || rows.given){touched} "
            "FROM jsonb_to_recordset(%s::jsonb) AS rows(id uuid, given jsonb) WHERE known.id = rows.id",
            [json.dumps(rows)],
        )


def missing(description: Description, given: Values, user: Any = None) -> Sequence[AddedField]:
    """Added fields that a new record must have and `given` does not have."""
    return [
        field
        for field in fields_of(description)
        if field.required and description.may_write(user, field) and field.kind.is_empty(given.get(field.name))
    ]


def pointing_at(description: Description) -> list[tuple[Description, AddedField]]:
    """The added fields of whatever object that point at records of this kind, each with its object."""
    return [
        (other, field)
        for other in registry.descriptions()
        for field in fields_of(other)
        if isinstance(field.kind, Reference) and field.kind.model is description.model
    ]
