"""The tree of a condition as plain data (JSON), for pickers, programs and the database.

    {"op": "and", "parts": [{"op": "=", "field": "city", "value": "München"}, {"op": "empty", "field": "phone"}]}

A place where a value stands takes text, number, true/false, or an object: {"number": "12.50"} (decimals, exactly),
{"date": "2026-04-03"}, {"moment": …}, {"time": …}, {"field": "owner.name"}, {"me": ""}, {"me": "team"},
{"present": "today"}, {"duration": 90, "unit": "days"}, {"calc": "-", "left": …, "right": …}, {"negative": …},
{"call": "round", "arguments": […]}, {"count": "persons", "where": …}, or a condition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kundig.records.conditions import tree
from kundig.records.conditions.lexing import UNITS
from kundig.records.conditions.parsing import DEEPEST, QUANTIFIERS, SIGNS, check_size
from kundig.records.conditions.problems import refuse

COMPARISONS = (*SIGNS, "contains", "starts with", "ends with")


def to_plain(node: tree.Node) -> Any:
    match node:
        case tree.Logic(operator, clauses):
            return {"op": operator, "parts": [to_plain(clause) for clause in clauses]}
        case tree.Not(part):
            return {"op": "not", "part": to_plain(part)}
        case tree.Compare(left, operator, right):
            return {"op": operator, **_left(left), "value": to_plain(right)}
        case tree.OneOf(left, values):
            return {"op": "in", **_left(left), "values": [to_plain(value) for value in values]}
        case tree.Empty(left):
            return {"op": "empty", **_left(left)}
        case tree.Quantity(collection, "count", condition):
            return {"count": collection.text, **({} if condition is None else {"where": to_plain(condition)})}
        case tree.Quantity(collection, quantifier, condition):
            where = {} if condition is None else {"where": to_plain(condition)}
            return {"op": quantifier, "of": collection.text, **where}
        case _:
            return _plain_value(node)


def _left(node: tree.Node) -> dict[str, Any]:
    return {"field": node.text} if isinstance(node, tree.Name) else {"left": to_plain(node)}


def _plain_value(node: tree.Node) -> Any:
    match node:
        case tree.Literal(dt.datetime() as moment):
            return {"moment": moment.isoformat()}
        case tree.Literal(dt.date() as date):
            return {"date": date.isoformat()}
        case tree.Literal(dt.time() as time):
            return {"time": time.isoformat()}
        case tree.Literal(Decimal() as number):
            return int(number) if _is_whole(number) else {"number": f"{number:f}"}
        case tree.Literal(value):
            return value
        case tree.Name():
            return {"field": node.text}
        case tree.Me(attribute):
            return {"me": attribute}
        case tree.Present(word):
            return {"present": word}
        case tree.Duration(amount, unit):
            return {"duration": int(amount) if _is_whole(amount) else f"{amount:f}", "unit": unit}
        case tree.Negative(part):
            return {"negative": to_plain(part)}
        case tree.Arithmetic(operator, left, right):
            return {"calc": operator, "left": to_plain(left), "right": to_plain(right)}
        case tree.Call(name, arguments):
            return {"call": name, "arguments": [to_plain(argument) for argument in arguments]}
    raise TypeError(f"{node!r} is no part of a condition")


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def from_plain(data: Any) -> tree.Node:
    """The tree out of plain data.

    Raises:
        ConditionError: naming the object that cannot be read, and what is possible.
    """
    return check_size(_read(data, 0))


def _read(data: Any, depth: int) -> tree.Node:
    if depth > DEEPEST:
        raise refuse(_("More than %(most)d brackets inside one another.") % {"most": DEEPEST}, 0, 0)

    def below(part: Any) -> tree.Node:
        return _read(part, depth + 1)

    if not isinstance(data, dict):
        return _scalar(data)
    try:
        return _operation(data, below) if "op" in data else _object(data, below)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise _unknown(data) from error


def _operation(data: dict[str, Any], below: Callable[[Any], tree.Node]) -> tree.Node:
    operator = data["op"]
    if operator in ("and", "or"):
        clauses: list[tree.Node] = []
        for part in [below(part) for part in _list(data["parts"])]:
            clauses += part.clauses if isinstance(part, tree.Logic) and part.operator == operator else (part,)
        if not clauses:
            raise ValueError(operator)
        return clauses[0] if len(clauses) == 1 else tree.Logic(operator, tuple(clauses))
    if operator == "not":
        return tree.Not(below(data["part"]))
    if operator in QUANTIFIERS[:-1]:
        return tree.Quantity(_name(data["of"]), operator, _where(data, below))
    left = _name(data["field"]) if "field" in data else below(data["left"])
    if operator in COMPARISONS:
        return tree.Compare(left, operator, below(data["value"]))
    if operator == "in":
        values = tuple(below(value) for value in _list(data["values"]))
        if not values:
            raise ValueError(operator)
        return tree.OneOf(left, values)
    if operator == "empty":
        return tree.Empty(left)
    raise ValueError(operator)


def _object(data: dict[str, Any], below: Callable[[Any], tree.Node]) -> tree.Node:
    match data:
        case {"field": name}:
            return _name(name)
        case {"me": "" | "team" as attribute}:
            return tree.Me(attribute)
        case {"present": "today" | "now" as word}:
            return tree.Present(word)
        case {"duration": given, "unit": unit}:
            amount = _decimal(given)
            duration = tree.Duration(abs(amount), UNITS[unit])
            return tree.Negative(duration) if amount < 0 else duration
        case {"number": str() as text}:
            return tree.Literal(_decimal(text))
        case {"date": text}:
            return tree.Literal(dt.date.fromisoformat(text))
        case {"moment": text}:
            return tree.Literal(dt.datetime.fromisoformat(text).replace(microsecond=0, tzinfo=None))
        case {"time": text}:
            return tree.Literal(dt.time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None))
        case {"negative": part}:
            node = below(part)
            if isinstance(node, tree.Literal) and isinstance(node.value, Decimal):
                return tree.Literal(-node.value)
            return tree.Negative(node)
        case {"calc": "+" | "-" | "*" | "/" as operator, "left": left, "right": right}:
            return tree.Arithmetic(operator, below(left), below(right))
        case {"count": name}:
            return tree.Quantity(_name(name), "count", _where(data, below))
        case {"call": str() as name, "arguments": list() as arguments} if name.isidentifier():
            return tree.Call(name.lower(), tuple(below(argument) for argument in arguments))
    raise ValueError(data)


def _where(data: dict[str, Any], below: Callable[[Any], tree.Node]) -> tree.Node | None:
    return below(data["where"]) if data.get("where") is not None else None


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _name(text: Any) -> tree.Name:
    words = tuple(text.split("."))
    if not all(word.isidentifier() for word in words):
        raise ValueError(text)
    return tree.Name(words)


def _scalar(value: Any) -> tree.Node:
    if isinstance(value, bool):
        return tree.Literal(value)
    if isinstance(value, int | float):
        try:
            return tree.Literal(_decimal(value))
        except (ArithmeticError, ValueError) as error:
            raise _unknown(value) from error
    if isinstance(value, str) and "\x00" not in value:
        return tree.Literal(value)
    raise _unknown(value)


def _decimal(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


def _unknown(data: Any) -> Exception:
    return refuse(_("This part of the condition cannot be read: %(part)s.") % {"part": repr(data)[:120]}, 0, 0)
