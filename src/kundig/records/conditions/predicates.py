"""Questions that other domains answer: `consent(mail, newsletter)`. They register here what they can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from kundig.records.conditions.clauses import Clause
from kundig.records.conditions.frames import Frame, Reader

if TYPE_CHECKING:
    from kundig.records.description import Description


@dataclass(frozen=True)
class Predicate:
    """A question with a name. Its arguments are words, each one of `choices` of its place (value → label)."""

    name: str
    choices: tuple[Callable[[], dict[str, Any]], ...]
    applies: Callable[[Description], bool]
    q: Callable[[tuple[str, ...], str], Q]
    """`q(arguments, prefix)` answers what rows must fulfil; it is never unknown (NULL)."""
    holds: Callable[[tuple[str, ...], models.Model], bool]
    words: Callable[[tuple[str, ...]], str]


_predicates: dict[str, Predicate] = {}


def register_predicate(predicate: Predicate) -> None:
    """Make a question known under its name; called in `apps.ready()`.

    Raises:
        ValueError: if the name is taken.
    """
    if predicate.name in _predicates:
        raise ValueError(f"Two predicates are called {predicate.name!r}")
    _predicates[predicate.name] = predicate


def unregister_predicate(name: str) -> None:
    """Forget a question: for tests that ask one of their own."""
    _predicates.pop(name)


def predicates_of(description: Description) -> dict[str, Predicate]:
    return {name: predicate for name, predicate in _predicates.items() if predicate.applies(description)}


@dataclass(frozen=True)
class Asked(Clause):
    predicate: Predicate
    arguments: tuple[str, ...]

    def names(self) -> Iterator[str]:
        yield from ()

    def q(self, frame: Frame, prefix: str) -> Q:
        return self.predicate.q(self.arguments, prefix)

    def holds(self, frame: Frame, reader: Reader) -> bool:
        return self.predicate.holds(self.arguments, reader.record)

    def words(self, frame: Frame) -> str:
        return self.predicate.words(self.arguments)
