"""Values out of a JSON body: read by the kinds of their fields, refused field by field."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.base import ISO, Reading
from kundig.records.kinds.contacts import Country
from kundig.records.rest.items import address_parts, item_fields
from kundig.records.rest.problems import of_fields

MOST_ERRORS = 50


def values_in(
    body: Mapping[str, Any],
    description: Description,
    user: User,
    *,
    item: Mapping[str, Any] | None = None,
    row: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Field name → parsed value for everything in `body` that is to be set.

    For a change, `item` is the record as the API tells it and `row` its values by query path; what the body repeats
    unchanged is left out, so that an item that was read can be sent back whole.

    Raises:
        Problem: 422 with the messages of every field that is unknown, read-only, missing or wrong.
    """
    fields = item_fields(description, user)
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    reading = Reading(user=user, formats=ISO, row=dict(row or {}))
    for name in sorted(body, key=lambda name: _turn(fields.get(name))):
        if item is not None and name in item and body[name] == item[name] and type(body[name]) is type(item[name]):
            continue
        try:
            field = _writable(name, fields, description, user)
            values[name] = value = field.kind.from_json(body[name], field=field, reading=reading)
            reading.row.update(field.kind.columns(field, value))  # type: ignore[attr-defined]
            if field.required and field.kind.is_empty(value):
                raise ValidationError(_("This may not be empty."))
        except ValidationError as error:
            errors[name[:60]] = error.messages
    if item is None:
        errors |= {name: [_("This is required.")] for name in missing(description, user, fields, body)}
    if errors:
        raise of_fields(dict(list(errors.items())[:MOST_ERRORS]))
    return values


def missing(description: Description, user: User, fields: Mapping[str, Field], body: Mapping[str, Any]) -> list[str]:
    """What must be sent for a new record and was not."""
    return [
        name
        for name, field in fields.items()
        if field.required and name not in body and description.may_write(user, field)
    ]


def _turn(field: Field | None) -> int:
    """Countries first: a phone number without prefix is read by the country that the same body may bring."""
    return (
        0 if field is not None and (isinstance(field.kind, Country) or field.name in field.description.composed) else 1
    )


def _writable(name: str, fields: Mapping[str, Field], description: Description, user: User) -> Field:
    field = fields.get(name)
    if field is None:
        raise ValidationError(_why_unknown(name, fields, description, user))
    if not field.editable:
        raise ValidationError(_("This is set by Kundig and can only be read."))
    if not description.may_write(user, field):
        raise ValidationError(_("Your roles let you read this field, but not change it."))
    return field


def _why_unknown(name: str, fields: Mapping[str, Field], description: Description, user: User) -> str:
    known = description.fields.get(name)
    if known is not None and description.is_on(known) and not description.may_read(user, known):
        return _("Your roles do not include this field.")
    whole = address_parts(description).get(name)
    if whole:
        part = name.removeprefix(getattr(fields[whole].kind, "prefix", "")) if whole in fields else name
        return _("“%(name)s” is a part of “%(whole)s”: send {\"%(whole)s\": {\"%(part)s\": …}}.") % {
            "name": name, "whole": whole, "part": part,
        }  # fmt: skip
    if known is not None:
        return _("This field is switched off until an administrator states the purpose for which it may be kept.")
    writable = [each for each, field in fields.items() if description.may_write(user, field)]
    near = difflib.get_close_matches(name[:60], writable, n=1)
    if near:
        return _("There is no field “%(name)s”. Did you mean “%(near)s”?") % {"name": name[:60], "near": near[0]}
    return _("There is no field “%(name)s”. Known are: %(known)s.") % {"name": name[:60], "known": ", ".join(writable)}
