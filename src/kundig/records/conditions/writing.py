"""From the tree of a condition back to its text, in one canonical form: `parse(write(node)) == node`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from kundig.records.conditions import tree

# How tightly a form holds together; what holds less tightly than its place asks for is bracketed.
OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, PRIMARY = range(8)
_STRENGTH = {"or": OR, "and": AND, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}


def write(node: tree.Node) -> str:
    return _written(node, OR)


def _written(node: tree.Node, place: int) -> str:
    text, strength = _form(node)
    return f"({text})" if strength < place else text


def _form(node: tree.Node) -> tuple[str, int]:
    """The text of a node, and how tightly it holds together."""
    match node:
        case tree.Literal(value):
            return literal(value), UNARY if isinstance(value, Decimal) and value < 0 else PRIMARY
        case tree.Name():
            return node.text, PRIMARY
        case tree.Me(attribute):
            return f"me.{attribute}" if attribute else "me", PRIMARY
        case tree.Present(word):
            return word, PRIMARY
        case tree.Duration(amount, unit):
            return f"{amount:f} {unit if amount != 1 else unit[:-1]}", PRIMARY
        case tree.Negative(part):
            return f"-{_written(part, PRIMARY)}", UNARY
        case tree.Arithmetic(operator, left, right):
            strength = _STRENGTH[operator]
            return f"{_written(left, strength)} {operator} {_written(right, strength + 1)}", strength
        case tree.Compare(left, operator, right):
            return f"{_written(left, SUM)} {operator} {_written(right, SUM)}", COMPARISON
        case tree.OneOf(left, values):
            return f"{_written(left, SUM)} in ({', '.join(_written(value, SUM) for value in values)})", COMPARISON
        case tree.Empty(left):
            return f"{_written(left, SUM)} is empty", COMPARISON
        case tree.Logic(operator, clauses):
            strength = _STRENGTH[operator]
            return f" {operator} ".join(_written(clause, strength + 1) for clause in clauses), strength
        case tree.Not(part):
            return _negation(part)
        case tree.Quantity(collection, quantifier, condition):
            inner = "" if condition is None else _written(condition, OR)
            return f"{collection.text}.{quantifier}({inner})", PRIMARY
        case tree.Call(name, arguments):
            return f"{name}({', '.join(_written(argument, OR) for argument in arguments)})", PRIMARY
    raise TypeError(f"{node!r} is no part of a condition")


def _negation(part: tree.Node) -> tuple[str, int]:
    match part:
        case tree.Empty(left):
            return f"{_written(left, SUM)} is not empty", COMPARISON
        case tree.OneOf(left, values):
            return f"{_written(left, SUM)} not in ({', '.join(_written(value, SUM) for value in values)})", COMPARISON
        case tree.Compare(left, "contains" | "starts with" | "ends with" as operator, right):
            return f"{_written(left, SUM)} not {operator} {_written(right, SUM)}", COMPARISON
    return f"not {_written(part, NOT)}", NOT


def literal(value: tree.Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, dt.time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
