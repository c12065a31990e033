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
    from kundig.accounts.models import User
    from kundig.records.description import Description


@dataclass(frozen=True)
class Predicate:
    """A question with a name. Its arguments are words; `choices` says of each place what it is called, and which words
    it may be (value → label)."""

    name: str
    label: Any
    choices: tuple[tuple[Any, Callable[[], dict[str, Any]]], ...]
    applies: Callable[[Description], bool]
    q: Callable[[tuple[str, ...], str], Q]
    """`q(arguments, prefix)` answers what rows must fulfil; it is never unknown (NULL)."""
    holds: Callable[[tuple[str, ...], models.Model], bool]
    words: Callable[[tuple[str, ...]], str]
    not_words: Callable[[tuple[str, ...]], str]
    found: Callable[[tuple[str, ...], models.Model], str]
    """What stands there of a record, for an explanation."""
    may: Callable[[User | None], bool] = lambda user: True
    """Whether somebody may ask it; None is the house."""


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


def predicates_of(description: Description, user: User | None) -> dict[str, Predicate]:
    """The questions that `user` may ask of the records of an object."""
    return {
        name: predicate
        for name, predicate in _predicates.items()
        if predicate.applies(description) and predicate.may(user)
    }


@dataclass(frozen=True)
class Asked(Clause):
    predicate: Predicate
    arguments: tuple[str, ...]

    @property
    def asks_collections(self) -> bool:
        return True

    def names(self) -> Iterator[str]:
        yield from ()

    def q(self, frame: Frame, prefix: str) -> Q:
        return self.predicate.q(self.arguments, prefix)

    def not_q(self, frame: Frame, prefix: str) -> Q:
        return ~self.q(frame, prefix)

    def holds(self, frame: Frame, reader: Reader) -> bool:
        return self.predicate.holds(self.arguments, reader.record)

    def words(self, frame: Frame) -> str:
        return self.predicate.words(self.arguments)

    def not_words(self, frame: Frame) -> str:
        return self.predicate.not_words(self.arguments)

    def found(self, frame: Frame, reader: Reader) -> str:
        return self.predicate.found(self.arguments, reader.record)
