"""Parts of pages rendered once for all who are shown the same: a template costs ten times what it takes to compare.

A part gets the values it names and nothing else, so that what is not compared cannot stand in it either.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import LazyObject, Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MOST_KEPT = 500
_kept: dict[Any, SafeString] = {}
_filled: dict[Any, list[str]] = {}
_SIGN = secrets.token_hex(8)
"""In what stands for a value: nobody can write it into another one."""
_PLACE = re.compile(f"\x00{_SIGN} ([\\w.]+)\x00")


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


def filled(
    template: str, values: Mapping[str, Any], places: Mapping[str, Any], *, constants: Mapping[str, Any] | None = None
) -> SafeString:
    """The same for parts that differ in a few texts only: the id and the name of a record, HTML made elsewhere.

    What is in `places` (names may be dotted) stands in the template as `{{ name }}` alone: it is rendered once for all,
    and the texts are put in, escaped unless they are safe. No tag and no filter may look at them.
    `constants` are the same in every call with these `values`, or follow from them.
    """
    key = (template, get_language(), frozen(values), tuple(places))
    pieces = _filled.get(key)
    if pieces is None or settings.DEBUG:
        context = nested({**(constants or {}), **values, **{name: _Place.of(name) for name in places}})
        pieces = _PLACE.split(render_to_string(template, context))
        if len(_filled) >= MOST_KEPT:
            _filled.clear()
        _filled[key] = pieces
    texts = {name: conditional_escape(value) for name, value in places.items()}
    found = [texts[piece] if number % 2 else piece for number, piece in enumerate(pieces)]
    return mark_safe("".join(found))  # noqa: S308 - rendered by a template, or escaped above


class _Place(SafeString):
    """Stands for a value that is put in later."""

    @classmethod
    def of(cls, name: str) -> _Place:
        return cls(f"\x00{_SIGN} {name}\x00")

    def __bool__(self) -> bool:
        raise TypeError(f"{self!r} is put in later: whether it is empty, the template has to be told")


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
    kind: Any = type(value)
    return value if kind is str or value is None else _freezing(kind)(value)


@lru_cache(maxsize=2000)
def _freezing(kind: Any) -> Callable[[Any], Any]:
    """How values of a type are frozen: asked for each of hundreds on a page."""
    if issubclass(kind, str | bool | int | float | Decimal | UUID):
        # Equal values of different types read differently: 1 and True, a text and one that is not escaped any more.
        return lambda value: (kind, str(value))
    if issubclass(kind, Promise):
        return _promise
    if issubclass(kind, Mapping):
        return lambda value: tuple([(name, frozen(each)) for name, each in value.items()])
    if issubclass(kind, Sequence):
        return lambda value: tuple([frozen(each) for each in value])
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        return lambda value: (kind, *[frozen(getattr(value, name)) for name in names])
    if (
        issubclass(kind, LazyObject)
        or hasattr(kind, "_meta")
        or not any("__str__" in vars(each) for each in kind.__mro__[:-1])
    ):
        raise TypeError(f"{kind.__name__} cannot be compared by what it shows")
    return str


def _promise(value: Any) -> Any:
    """What a text of the program is in the language at hand need not be looked up to compare it."""
    args = getattr(value, "_args", ())
    return (type(value), *args) if args and all(type(each) is str for each in args) else str(value)
