"""All descriptions by name; filled in `apps.ready()`, asked by every surface."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.db import models

from kundig.accounts.queries import forget_access

if TYPE_CHECKING:
    from kundig.records.description import Description

_by_name: dict[str, Description] = {}
_by_model: dict[type[models.Model], _Found] = {}
"""Of models that were asked for, until descriptions are others."""


def register(description: type[Description]) -> None:
    """Make a kind of object known under its name; a second one of the same name is a mistake of the programmer.

    Raises:
        ValueError: if the name is taken.
    """
    if description.name in _by_name:
        raise ValueError(
            f"Two descriptions are called {description.name!r}: {description} and {_by_name[description.name]}"
        )
    exchange((), {description.name: description()})


def exchange(gone: Collection[str], come: Mapping[str, Description]) -> None:
    """Forget some descriptions and make others known, in one step, while the program works: whoever goes through them
    at this moment goes through the old ones."""
    global _by_name, _by_model
    _by_name = {name: each for name, each in _by_name.items() if name not in gone} | dict(come)
    _by_model = {}
    forget_access()


def unregister(name: str) -> None:
    """Forget a description: for tests that describe an object of their own."""
    exchange({name}, {})


def descriptions() -> list[Description]:
    return list(_by_name.values())


def get(name: str) -> Description | None:
    return _by_name.get(name)


def for_model(model: type[models.Model]) -> Description | None:
    """The description of exactly this model, or else of the model it is a proxy of."""
    return _found(model).one


def covering(model: type[models.Model]) -> list[Description]:
    """The descriptions that together describe the rows of a table: of the model itself, or of its proxies."""
    return _found(model).every


class _Found(NamedTuple):
    """What describes the rows of a model."""

    one: Description | None
    every: list[Description]


def _found(model: type[models.Model]) -> _Found:
    kept = _by_model  # before the descriptions: what they become meanwhile is not kept beside the new ones
    if model not in kept:
        known = list(_by_name.values())
        exact = [each for each in known if each.model is model]
        concrete = model._meta.concrete_model
        one = next((each for each in (*exact, *known) if each.model in (model, concrete)), None)
        kept[model] = _Found(one, exact or [each for each in known if each.model._meta.concrete_model is concrete])
    return kept[model]
