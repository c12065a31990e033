"""What a formula comes to as a value of a field: its kind, its places, and what of it is stored.

A result is stored as its field shows it: a number rounded to its places, a text of at most 300 characters. A number of
more than eighteen digits, or a day beyond the calendar, is stored as nothing: a formula keeps nobody from saving.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

from kundig.records.conditions.formulas import Aggregated, Applied, Computation, FirstKnown, IfElse, Negated
from kundig.records.conditions.terms import Constant, FieldTerm, Raw, Term
from kundig.records.conditions.types import Type
from kundig.records.custom.kinds import DIGITS, MOST_PLACES
from kundig.records.kinds.numbers import Money, Percent

if TYPE_CHECKING:
    from kundig.records.conditions import Expression

LONGEST = 300
NUMERIC = ("number", "money", "percent")
KINDS = {
    Type.TEXT: "text", Type.CODE: "text", Type.NUMBER: "number", Type.YES_NO: "yes_no", Type.DATE: "date",
    Type.MOMENT: "moment", Type.TIME: "time",
}  # fmt: skip
_EXACT = Context(prec=500, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
_QUOTIENT, _AMOUNT = 2, 2


def kind_of(expression: Expression) -> str:
    """The kind of field that holds the results: an amount of money where amounts are added up, shared or scaled."""
    return _numeric(expression.term) if expression.type is Type.NUMBER else KINDS[expression.type]


def fits(expression: Expression, kind: str) -> bool:
    """Whether a field of a kind can hold the results."""
    return kind in NUMERIC if expression.type is Type.NUMBER else KINDS[expression.type] == kind


def places_of(expression: Expression) -> int:
    """How many decimal places the results have; of quotients and averages two."""
    return min(MOST_PLACES, _places(expression.term)) if expression.type is Type.NUMBER else 0


def _numeric(term: Term) -> str:
    match term:
        case FieldTerm(field=field) if isinstance(field.kind, Money) and len(field.sources) == 1:
            return "money"
        case FieldTerm(field=field) if isinstance(field.kind, Percent):
            return "percent"
        case Computation(operator=operator, left=left, right=right) if term.type is Type.NUMBER:
            return _computed(operator, _numeric(left), _numeric(right))
        case Aggregated(inner=inner):
            return "number" if inner is None else _numeric(inner)
        case Applied(name="round" | "abs", arguments=arguments):
            return _numeric(arguments[0])
        case Applied(name="least" | "greatest", arguments=arguments) | FirstKnown(arguments=arguments):
            return _joined(arguments)
        case IfElse(then=then, otherwise=otherwise):
            return _joined((then, otherwise))
        case Negated(part=part):
            return _numeric(part)
    return "number"


def _computed(operator: str, left: str, right: str) -> str:
    if operator in "+-":
        return left if left == right else "money" if "money" in (left, right) else "number"
    if operator == "*":
        return "money" if (left == "money") != (right == "money") else "number"
    return "money" if left == "money" and right != "money" else "number"


def _joined(terms: tuple[Term, ...]) -> str:
    found = {_numeric(term) for term in terms if not isinstance(term, Constant)}
    return found.pop() if len(found) == 1 else "money" if "money" in found else "number"


def _places(term: Term) -> int:
    match term:
        case FieldTerm(field=field):
            if isinstance(field.model_field, models.FloatField):
                return _QUOTIENT
            return getattr(field.model_field, "decimal_places", 0) or 0
        case Constant(constant=Decimal() as number):
            return max(0, -int(number.normalize().as_tuple().exponent))
        case Computation(operator=operator, left=left, right=right):
            if Type.DATE in (left.type, right.type):
                return 0
            both = _places(left), _places(right)
            return {"*": sum(both), "/": max(_QUOTIENT, *both)}.get(operator, max(both))
        case Applied(name="round", arguments=arguments):
            last = arguments[1] if len(arguments) > 1 else None
            return int(last.constant) if isinstance(last, Constant) else 0 if last is None else MOST_PLACES
        case Aggregated(name=name, inner=inner):
            inside = 0 if inner is None else _places(inner)
            return max(_QUOTIENT, inside) if name == "avg" else inside
        case IfElse(then=then, otherwise=otherwise):
            return max(_places(then), _places(otherwise))
        case Applied(function=function) if function.takes[0] is not Type.NUMBER:
            return 0
        case Applied(arguments=arguments) | FirstKnown(arguments=arguments):
            return max(map(_places, arguments))
        case Negated(part=part):
            return _places(part)
    return 0


# -- storing ------------------------------------------------------------------------------------------------------


def stored_sql(expression: Expression, *, places: int) -> Any:
    """The result in SQL as JSON keeps it: a text (yes/no as such), or NULL."""
    found = expression.sql()
    if expression.type is Type.NUMBER:
        rounded = f"trim_scale(round(value, {int(places)}))"
        return _text(f"(SELECT CASE WHEN abs(value) < 1e{DIGITS} THEN {rounded} END::text "  # noqa: S608 - numbers of ours
                     "FROM (SELECT %s::numeric AS value) AS number)", found)  # fmt: skip
    if expression.type is Type.DATE:
        return _text(_within_calendar("to_char(value, 'YYYY-MM-DD')", "date"), found)
    if expression.type is Type.MOMENT:
        said = """to_char(value AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')"""
        return _text(_within_calendar(said, "timestamptz"), found)
    if expression.type is Type.TIME:
        return _text("to_char(%s::time::interval, 'HH24:MI:SS')", found)
    if expression.type is Type.YES_NO:
        return Raw("%s::boolean", found, output_field=models.BooleanField())
    return _text(f"nullif(left(%s::text, {LONGEST}), '')", found)


def _text(template: str, found: Any) -> Any:
    return Raw(template, found, output_field=models.TextField())


def _within_calendar(said: str, cast: str) -> str:
    bounds = "value >= '0001-01-02' AND value < '9999-12-31'"
    return f"(SELECT CASE WHEN {bounds} THEN {said} END FROM (SELECT %s::{cast} AS value) AS moment)"  # noqa: S608 - texts of ours


def stored_value(value: Any, *, places: int) -> Any:
    """A result in Python as it is read back from what is stored."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal | int | float):
        number = Decimal(value)
        if abs(number) >= Decimal(10) ** DIGITS:
            return None
        return number.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    if isinstance(value, dt.datetime):
        return _bounded(value.replace(microsecond=0).astimezone(dt.UTC), value.astimezone(dt.UTC).date())
    if isinstance(value, dt.date):
        return _bounded(value, value)
    return value[:LONGEST] if isinstance(value, str) else value


def _bounded(value: Any, day: dt.date) -> Any:
    return value if dt.date(1, 1, 2) <= day < dt.date(9999, 12, 31) else None
