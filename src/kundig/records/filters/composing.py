"""What an editor of the filter bar sends (`f.…`), made into the filter's new text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.records.conditions import collections_of
from kundig.records.filters import trees
from kundig.records.filters.bar import text_of
from kundig.records.filters.leaves import node_of
from kundig.records.filters.offered import term_at

if TYPE_CHECKING:
    from django.http import QueryDict

    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.description import Description

MARK = "f."
"""Begins the names of parameters that are no filters themselves."""


def described_at(description: Description, user: User, tree: Any, place: str) -> Description:
    """The object whose fields stand at a place: behind "w" that of the collection.

    Raises:
        LookupError: if there is no such place.
    """
    steps = place.split(".")
    for number, step in enumerate(steps):
        if step == trees.WHERE:
            kept = trees.holder(trees.at(tree, ".".join(steps[:number]))) or {}
            name = kept.get("of") or kept.get("count") or ""
            description = collections_of(description, user)[name].description
    return description


def composed(description: Description, user: User, tree: Any, data: QueryDict, formats: Formats) -> str:
    """The text of the filter after what was asked for with `tree`.

    Raises:
        ValidationError: if a value is missing or wrong, or there is nothing at the place.
    """
    place = data.get("f.at", trees.AND)[:200]
    try:
        match data.get("f.do"):
            case "drop":
                new = None
            case "not":
                new = trees.negated(trees.at(tree, place))
            case _:
                new = _new(description, user, tree, place, data, formats)
        return text_of(trees.put(tree, place, new), description, user)
    except (LookupError, TypeError) as error:
        raise ValidationError(_("The filter has changed meanwhile. Open it again.")) from error


def _new(description: Description, user: User, tree: Any, place: str, data: QueryDict, formats: Formats) -> Any:
    if data.get("f.of"):
        return _of_collection(tree, place, data)
    if data.get("f.call"):
        return _asked(data)
    path = data.get("f.field", "")
    term = term_at(described_at(description, user, tree, place), user, path)
    return node_of(
        term, path, data.get("f.op", ""), data.getlist("f.value"),
        amount=data.get("f.amount", "").strip(), unit=data.get("f.unit", "days"), user=user, formats=formats,
    )  # fmt: skip


def _asked(data: QueryDict) -> Any:
    """A question of another domain; which words it may have is checked with the whole condition."""
    call = {"call": data["f.call"][:80], "arguments": [{"field": word[:80]} for word in data.getlist("f.value")]}
    return trees.negated(call) if data.get("f.op") == "not" else call


def _of_collection(tree: Any, place: str, data: QueryDict) -> Any:
    """A question about what belongs to a record; what is asked of its records stays."""
    where: dict[str, Any] = {}
    if not place.endswith((trees.AND, trees.OR)):
        kept = trees.holder(trees.at(tree, place)) or {}
        where = {"where": kept["where"]} if kept.get("where") is not None else {}
    quantifier, of = data.get("f.op", "any"), data["f.of"]
    if quantifier in trees.QUANTIFIERS:
        if quantifier == "all" and not where:
            raise ValidationError(_("For “all of them” say first what shall hold: add a condition."))
        return {"op": quantifier, "of": of, **where}
    if quantifier not in (">=", "<=", "="):
        raise ValidationError(_("“%(sign)s” is no comparison.") % {"sign": quantifier[:20]})
    text = data.get("f.amount", "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ValidationError(_("Please give a whole number."))
    return {"op": quantifier, "left": {"count": of, **where}, "value": int(text)}
