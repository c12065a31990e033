"""One comparison as its editor shows it: a field, an operator, values; and back to plain data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import Team
from kundig.records.conditions import Type
from kundig.records.kinds.base import Reading
from kundig.records.kinds.choices import Choice
from kundig.records.kinds.contacts import Country
from kundig.records.kinds.references import Reference, UserReference
from kundig.records.saved.question import plain_value

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.conditions.terms import FieldTerm

UNITS = ("days", "weeks", "months", "years")
RELATIVE = {"last": (">=", "-"), "older": ("<", "-"), "next": ("<=", "+"), "later": (">", "+")}
"""Word of the picker → comparison with today, and whether back or ahead."""
NEGATED = ("contains", "starts with", "ends with", "in", "empty")
COMPARED = ("=", "!=", "<", "<=", ">", ">=", "contains", "starts with", "ends with")
LONGEST_AHEAD = 9999


@dataclass(frozen=True)
class Leaf:
    """A comparison; `values` as plain data, `amount` and `unit` of one with a moving date."""

    path: str
    operator: str
    values: tuple[Any, ...] = ()
    amount: int = 0
    unit: str = "days"


def leaf_of(node: Any) -> Leaf | None:
    """What a node compares; None of what the picker has no editor for (a sum, a collection, several parts)."""
    match node:
        case {"field": str() as path, **rest} if not rest:
            return Leaf(path, "=", (True,))
        case {"op": "not", "part": {"field": str() as path, **rest}} if not rest:
            return Leaf(path, "=", (False,))
        case {"op": "not", "part": {"op": operator} as part} if operator in NEGATED:
            inner = leaf_of(part)
            return None if inner is None else Leaf(inner.path, f"not {inner.operator}", inner.values)
        case {"op": "empty", "field": path}:
            return Leaf(path, "empty")
        case {"op": "in", "field": path, "values": values}:
            return Leaf(path, "in", tuple(values))
        case {
            "op": operator,
            "field": path,
            "value": {
                "calc": sign,
                "left": {"present": "today" | "now"},
                "right": {"duration": int() as amount, "unit": unit},
            },
        } if unit in UNITS:
            word = next((w for w, form in RELATIVE.items() if form == (operator, sign)), "")
            return Leaf(path, word, (), amount, unit) if word else None
        case {"op": operator, "field": path, "value": value} if operator in COMPARED and _is_simple(value):
            return Leaf(path, operator, (value,))
    return None


def _is_simple(value: Any) -> bool:
    return not isinstance(value, dict) or bool({"number", "date", "moment", "time", "me"} & set(value))


def node_of(
    term: FieldTerm, path: str, operator: str, given: list[str], *, amount: str, unit: str, user: User, formats: Formats
) -> Any:
    """The plain data of a comparison that somebody put together.

    Raises:
        ValidationError: if a value is missing or is none of the field's.
    """
    if operator in RELATIVE:
        return _moving(path, operator, amount, unit)
    if operator.removeprefix("not ") == "empty":
        return _negated({"op": "empty", "field": path}, operator)
    reading = Reading(user=user, formats=formats, row={})
    values = [_value(term, text, reading) for text in given if text.strip()]
    if not values:
        raise ValidationError(_("Please give a value."))
    if operator in ("in", "not in"):
        if len(values) == 1 and term.type is not Type.SEVERAL:
            return {"op": "=" if operator == "in" else "!=", "field": path, "value": values[0]}
        return _negated({"op": "in", "field": path, "values": values}, operator)
    plain = operator.removeprefix("not ")
    if plain not in COMPARED:
        raise ValidationError(_("“%(sign)s” is no comparison.") % {"sign": operator[:20]})
    return _negated({"op": plain, "field": path, "value": values[0]}, operator)


def _negated(node: Any, operator: str) -> Any:
    return {"op": "not", "part": node} if operator.startswith("not ") else node


def _moving(path: str, word: str, amount: str, unit: str) -> Any:
    number = int(amount) if amount.isascii() and amount.isdigit() and len(amount) < 6 else 0
    if not 1 <= number <= LONGEST_AHEAD or unit not in UNITS:
        raise ValidationError(_("Please give a whole number from 1 to %(most)d.") % {"most": LONGEST_AHEAD})
    comparison, sign = RELATIVE[word]
    moving = {"calc": sign, "left": {"present": "today"}, "right": {"duration": number, "unit": unit}}
    return {"op": comparison, "field": path, "value": moving}


def _value(term: FieldTerm, text: str, reading: Reading) -> Any:
    kind = term.field.kind
    if "\x00" in text:
        raise ValidationError(_("The text contains a character that cannot be stored (NUL)."))
    if isinstance(kind, UserReference) and text == "me":
        return {"me": ""}
    if isinstance(kind, Reference) and kind.model is Team and text == "me.team":
        return {"me": "team"}
    if term.type is Type.YES_NO:
        return text == "true"
    if term.type is Type.NUMBER:
        try:
            return {"number": f"{reading.formats.parse_number(text.strip()).normalize():f}"}
        except ValueError as error:
            raise ValidationError(_("“%(text)s” is not a number.") % {"text": text[:40]}) from error
    if term.type is Type.MOMENT and len(text.strip()) <= 10:
        try:
            return {"date": dt.date.fromisoformat(text.strip()).isoformat()}
        except ValueError:
            pass
    if term.type in (Type.DATE, Type.MOMENT, Type.TIME) or isinstance(kind, Choice | Country):
        return plain_value(kind.parse(text, field=term.field, reading=reading))
    return " ".join(text.split())
