"""All descriptions by name; filled in `apps.ready()`, asked by every surface."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from kundig.records.description import Description

_by_name: dict[str, Description] = {}


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
    global _by_name
    _by_name = {name: each for name, each in _by_name.items() if name not in gone} | dict(come)


def unregister(name: str) -> None:
    """Forget a description: for tests that describe an object of their own."""
    exchange({name}, {})


def descriptions() -> list[Description]:
    return list(_by_name.values())


def get(name: str) -> Description | None:
    return _by_name.get(name)


def for_model(model: type[models.Model]) -> Description | None:
    """The description of exactly this model, or else of the model it is a proxy of."""
    exact = next((d for d in _by_name.values() if d.model is model), None)
    return exact or next((d for d in _by_name.values() if d.model is model._meta.concrete_model), None)


def covering(model: type[models.Model]) -> list[Description]:
    """The descriptions that together describe the rows of a table: of the model itself, or of its proxies."""
    exact = [d for d in _by_name.values() if d.model is model]
    return exact or [d for d in _by_name.values() if d.model._meta.concrete_model is model._meta.concrete_model]
