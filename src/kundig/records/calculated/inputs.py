"""What a formula reads: of which objects which fields, and on which way from the record it stands at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kundig.records import registry
from kundig.records.conditions.clauses import Clause, Counted, Quantified
from kundig.records.conditions.collections import Collection
from kundig.records.conditions.comparing import TeamOf
from kundig.records.conditions.formulas import Aggregated, IfElse
from kundig.records.conditions.predicates import Asked
from kundig.records.conditions.terms import FieldTerm, Term
from kundig.records.kinds.references import Reference

if TYPE_CHECKING:
    from kundig.records.description import Description


@dataclass(frozen=True)
class Forward:
    """A step along a reference: from a record to the one it points at."""

    description: Description
    name: str

    @property
    def path(self) -> str:
        """Query path of the id that the reference holds."""
        return f"{self.description.fields[self.name].path}_id"


@dataclass(frozen=True)
class Backward:
    """A step to what belongs to a record: those that point at it."""

    collection: Collection

    @property
    def path(self) -> str:
        return f"{self.collection.path}_id"


Way = tuple[Forward | Backward, ...]


@dataclass(frozen=True)
class Read:
    """A field of some object that is read, and the way there. `description` is None of what nobody announces changes
    of: people and teams of the house, questions that other domains answer."""

    description: Description | None
    name: str
    way: Way = ()

    @property
    def is_elsewhere(self) -> bool:
        return bool(self.way)

    @property
    def sums_up(self) -> bool:
        """Whether it is read of many records at once, so that no value of a single one shows."""
        return any(isinstance(step, Backward) for step in self.way)


def reads_of(part: Term | Clause, description: Description, way: Way = ()) -> Iterator[Read]:
    """Everything that a part of a formula about records of `description` reads, steps of the ways included."""
    match part:
        case FieldTerm():
            yield from _along(part, description, way)
        case Aggregated(collection=collection, inner=inner, condition=condition):
            yield from _belonging(collection, [inner, condition], way)
        case (
            Quantified(collection=collection, condition=condition) | Counted(collection=collection, condition=condition)
        ):
            yield from _belonging(collection, [condition], way)
        case IfElse(condition=condition):
            yield from reads_of(condition, description, way)
        case Asked():
            yield Read(None, part.predicate.name, way)
        case TeamOf():
            yield Read(None, "team", way)
    if isinstance(part, Clause):
        for term in part.terms():
            yield from reads_of(term, description, way)
    for below in part.below():
        yield from reads_of(below, description, way)


def _along(term: FieldTerm, description: Description, way: Way) -> Iterator[Read]:
    for step in term.steps:
        yield Read(description, step, way)
        kind = description.fields[step].kind
        assert isinstance(kind, Reference), "a step of a path is a reference"
        related = registry.for_model(kind.model)
        way = (*way, Forward(description, step))
        if related is None:
            yield Read(None, term.field.name, way)
            return
        description = related
    yield Read(description, term.field.name, way)


def _belonging(collection: Collection, parts: list[Term | Clause | None], way: Way) -> Iterator[Read]:
    way = (*way, Backward(collection))
    yield Read(collection.description, collection.field, way)
    for part in parts:
        if part is not None:
            yield from reads_of(part, collection.description, way)
