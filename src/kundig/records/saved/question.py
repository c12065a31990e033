"""What a list was asked for as one condition: filters of the address and the filter of the view together."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from kundig.records import conditions
from kundig.records.kinds.choices import Several
from kundig.records.kinds.references import UserReference

if TYPE_CHECKING:
    from kundig.records.conditions import Condition
    from kundig.records.fields import Field
    from kundig.records.listing import Listing


def whole_condition(asked: Listing) -> Condition | None:
    """The condition that the records of a list fulfil, beyond its words; None if all do.

    Raises:
        ConditionError: if a field of the address cannot be asked for in a condition.
    """
    parts = [] if asked.filter is None else [asked.filter.tree]
    parts += [_of_field(field, values, asked) for field, values in asked.conditions]
    if not parts:
        return None
    tree = parts[0] if len(parts) == 1 else {"op": "and", "parts": parts}
    return conditions.from_tree(tree, asked.description, asked.user)


def _of_field(field: Field, values: tuple[Any, ...], asked: Listing) -> dict[str, Any]:
    if isinstance(field.kind, UserReference):
        told = [{"me": ""} if value == asked.user.pk else str(value) for value in values]
    else:
        told = [plain_value(value) for value in values]
    if len(told) > 1:
        return {"op": "in", "field": field.name, "values": told}
    return {"op": "contains" if isinstance(field.kind, Several) else "=", "field": field.name, "value": told[0]}


def plain_value(value: Any) -> Any:
    """A parsed value as plain data of a condition."""
    match value:
        case UUID():
            return str(value)
        case Decimal():
            return {"number": f"{value:f}"}
        case dt.datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            return {"moment": local.replace(tzinfo=None).isoformat()}
        case dt.date():
            return {"date": value.isoformat()}
        case dt.time():
            return {"time": value.isoformat()}
    return value
