"""Parts of pages rendered once for all who are shown the same: a template costs ten times what it takes to compare.

A part gets the values it names and nothing else, so that what is not compared cannot stand in it either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST_KEPT = 500
_kept: dict[Any, SafeString] = {}


def rendered(template: str, values: Mapping[str, Any]) -> SafeString:
    """The template with `values`, dotted names → value: {"view.pk": 17} is `view.pk` in it, and no more of `view`."""
    try:
        key = (template, get_language(), frozen(values))
    except TypeError:  # something that cannot be compared: rendered each time
        return render_to_string(template, nested(values))
    found = _kept.get(key)
    if found is None:
        found = render_to_string(template, nested(values))
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = found
    return found


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        *path, last = name.split(".")
        place = found
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return found


def frozen(value: Any) -> Any:
    """Something equal for equal values; texts that wait for a language count as they read now.

    Raises:
        TypeError: of what may change under its identity, records for instance.
    """
    if value is None or type(value) is str:
        return value
    if isinstance(value, str | bool | int | float | Decimal | UUID):
        # Equal values of different types read differently: 1 and True, a text and one that is not escaped any more.
        return type(value), str(value)
    if isinstance(value, Promise):
        # What a text of the program is in the language at hand need not be looked up to compare it.
        args = getattr(value, "_args", ())
        return (type(value), *args) if args and all(type(each) is str for each in args) else str(value)
    if isinstance(value, Mapping):
        return tuple((name, frozen(each)) for name, each in value.items())
    if isinstance(value, Sequence):
        return tuple(frozen(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value), *(frozen(getattr(value, field.name)) for field in fields(value)))
    if hasattr(value, "_meta") or not any("__str__" in vars(each) for each in type(value).__mro__[:-1]):
        raise TypeError(f"{type(value).__name__} cannot be compared by what it shows")
    return str(value)
