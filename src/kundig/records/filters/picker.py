"""The editors of the filter bar as parts of a page: the menu of all fields, one comparison, a group, a collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kundig.records.conditions import collections_of, predicates_of
from kundig.records.filters import trees
from kundig.records.filters.bar import sentence_of
from kundig.records.filters.composing import described_at
from kundig.records.filters.leaves import UNITS, Leaf, leaf_of
from kundig.records.filters.offered import control, groups, options, signs, term_at

if TYPE_CHECKING:
    from django.http import QueryDict

    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.description import Description


def editor(
    description: Description, user: User, tree: Any, data: QueryDict, formats: Formats
) -> tuple[str, dict[str, Any]]:
    """The template and its context for what `f.at` (and `f.field`, `f.of`) names.

    Raises:
        LookupError: if there is no such place.
        ConditionError: if there is no such field.
    """
    place = data.get("f.at", trees.AND)[:200]
    about = described_at(description, user, tree, place)
    is_new = place.endswith((trees.AND, trees.OR))
    node = None if is_new else trees.at(tree, place)
    if path := data.get("f.field", ""):
        return "records/filters/_leaf.html", _leaf(about, user, Leaf(path, ""), place, is_new, formats)
    if of := data.get("f.of", ""):
        return "records/filters/_quantity.html", _quantity(about, user, {"op": "any", "of": of}, place, is_new)
    if call := data.get("f.call", ""):
        return "records/filters/_asked.html", _asked(about, user, call, (), place, is_new)
    if is_new:
        return "records/filters/_choice.html", {"place": place, "groups": groups(about, user)}
    if (leaf := leaf_of(node)) is not None:
        return "records/filters/_leaf.html", _leaf(about, user, leaf, place, is_new, formats)
    if (asked := trees.call_of(node)) is not None and asked[0] in predicates_of(about, user):
        return "records/filters/_asked.html", _asked(about, user, *asked[:2], place, is_new, is_not=asked[2])
    if trees.holder(node) is not None:
        return "records/filters/_quantity.html", _quantity(about, user, node, place, is_new)
    if isinstance(node, dict) and node.get("op") in ("and", "or"):
        return "records/filters/_group.html", {
            "place": place,
            "operator": node["op"],
            "parts": _parts(node, place, about, user),
        }
    if isinstance(node, dict) and node.get("op") == "not":
        inner = node["part"]
        return "records/filters/_not.html", {
            "place": place,
            "operator": inner["op"] if isinstance(inner, dict) and inner.get("op") in ("and", "or") else "",
            "parts": _parts(inner, f"{place}.{trees.INNER}", about, user),
        }
    return "records/filters/_other.html", {"place": place, "sentence": sentence_of(node, about, user)}


def _parts(node: Any, place: str, about: Description, user: User) -> list[dict[str, str]]:
    parts = node["parts"] if isinstance(node, dict) and "parts" in node else [node]
    return [
        {"place": f"{place}.{number}", "sentence": sentence_of(part, about, user)} for number, part in enumerate(parts)
    ]


def _leaf(about: Description, user: User, leaf: Leaf, place: str, is_new: bool, formats: Formats) -> dict[str, Any]:
    term = term_at(about, user, leaf.path)
    kind = control(term)
    offered = options(term, user, formats) if kind == "options" else []
    typed = [_typed(value, formats) for value in leaf.values]
    operator = leaf.operator
    if kind == "options" and operator in ("=", "!="):
        operator = "in" if operator == "=" else "not in"
    found = signs(term)
    return {
        "place": place,
        "is_new": is_new,
        "label": term.label,
        "path": leaf.path,
        "signs": [{"sign": s, "words": w, "takes": t, "is_on": s == operator} for s, w, t in found],
        "control": kind,
        "options": [{"value": v, "label": one, "is_on": v in typed or one in typed} for v, one in offered],
        "value": typed[0] if typed else "",
        "title": _title(term, leaf, about, user) if kind == "record" else "",
        "amount": leaf.amount or 30,
        "units": [{"value": unit, "label": label, "is_on": unit == leaf.unit} for unit, label in _units()],
        "needs_length": any(takes == "length" for _sign, _words, takes in found),
        "options_url": f"/{term.field.description.name}/options/{term.field.name}/" if kind == "record" else "",
    }


def _typed(value: Any, formats: Formats) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case {"me": "team"}:
            return "me.team"
        case {"me": _}:
            return "me"
        case {"number": text}:
            return str(text).replace(".", formats.decimal)
        case {"date": text} | {"moment": text} | {"time": text}:
            return str(text)[:10] if "date" in value or "moment" in value else str(text)[:5]
        case {"field": name}:
            return str(name)
    return str(value)


def _title(term: Any, leaf: Leaf, about: Description, user: User) -> str:
    """The title of the record that is meant, as people know it."""
    value = leaf.values[0] if leaf.values else ""
    kind = term.field.kind
    found = (
        kind.candidates(user).filter(pk=value).values_list(kind.title(), flat=True).first() if _is_id(value) else None
    )
    return str(found or value)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 36 and value.count("-") == 4


def _units() -> list[tuple[str, str]]:
    words = {"days": _("days"), "weeks": _("weeks"), "months": _("months"), "years": _("years")}
    return [(unit, words[unit]) for unit in UNITS]


def _quantity(about: Description, user: User, node: Any, place: str, is_new: bool) -> dict[str, Any]:
    kept = trees.holder(node) or {}
    name = kept.get("of") or kept.get("count") or ""
    collection = collections_of(about, user)[name]
    where = kept.get("where")
    inside = f"{place}.{trees.WHERE}"
    operator = node["op"]
    words = {
        "any": _("at least one"), "none": _("none of them"), "all": _("all of them"),
        ">=": _("at least … of them"), "<=": _("at most … of them"), "=": _("exactly … of them"),
    }  # fmt: skip
    return {
        "place": place,
        "is_new": is_new,
        "of": name,
        "label": capfirst(str(collection.label)),
        "signs": [
            {
                "sign": sign,
                "words": text,
                "takes": "amount" if sign in (">=", "<=", "=") else "",
                "is_on": sign == operator,
            }
            for sign, text in words.items()
        ],
        "amount": node.get("value", 1) if isinstance(node.get("value", 1), int) else 1,
        "parts": [] if where is None else _inside(where, inside, collection.description, user),
        "further": f"{inside}.{trees.AND}",
    }


def _asked(
    about: Description, user: User, name: str, words: Sequence[str], place: str, is_new: bool, *, is_not: bool = False
) -> dict[str, Any]:
    predicate = predicates_of(about, user)[name]
    chosen = [*words, *[""] * len(predicate.choices)]
    return {
        "place": place,
        "is_new": is_new,
        "call": name,
        "label": capfirst(str(predicate.label)),
        "is_not": is_not,
        "choices": [
            {
                "label": label,
                "options": [{"value": v, "label": text, "is_on": v == chosen[n]} for v, text in choices().items()],
            }
            for n, (label, choices) in enumerate(predicate.choices)
        ],
    }


def _inside(where: Any, place: str, about: Description, user: User) -> list[dict[str, str]]:
    if isinstance(where, dict) and where.get("op") == "and":
        return _parts(where, place, about, user)
    return [{"place": place, "sentence": sentence_of(where, about, user)}]
