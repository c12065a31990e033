"""The formulas of the house as they stand: bound once, in the order in which they can be calculated."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models

from kundig.records import registry
from kundig.records.calculated.inputs import Read, reads_of
from kundig.records.calculated.results import places_of, stored_sql, stored_value
from kundig.records.conditions import ConditionError, Expression, read_expression
from kundig.records.custom import loading
from kundig.records.custom.fields import AddedField
from kundig.records.custom.models import CustomField
from kundig.records.description import Description

logger = logging.getLogger("kundig.records")


@dataclass(frozen=True)
class Formula:
    """A field with what its values follow from, read by the house: everybody sees the same value or none."""

    row: CustomField
    expression: Expression

    @property
    def description(self) -> Description:
        return self.expression.description

    @property
    def name(self) -> str:
        return self.row.name

    @cached_property
    def reads(self) -> frozenset[Read]:
        return frozenset(reads_of(self.expression.term, self.description))

    @property
    def looks_elsewhere(self) -> bool:
        """Whether other records have a say in it."""
        return any(read.is_elsewhere for read in self.reads)

    @property
    def moves_by_itself(self) -> bool:
        """Whether its values change without a record being changed: with the days, or with what nobody announces."""
        return self.expression.uses_time or any(read.description is None for read in self.reads)

    @property
    def places(self) -> int:
        """Decimal places of a number; amounts and shares have two."""
        if self.row.kind != "number":
            return 2
        places = self.row.options.get("places")
        return places_of(self.expression) if places is None else int(places)

    def sql(self) -> Any:
        """What is stored, for `annotate`."""
        return stored_sql(self.expression, places=self.places)

    def value(self, record: models.Model) -> Any:
        """What the stored value of a record is, calculated now."""
        return stored_value(self.expression.value(record), places=self.places)

    def reads_field(self, description: Description, name: str) -> bool:
        return any(read.description is description and read.name == name for read in self.reads)


_formulas: dict[str, tuple[Formula, ...]] | None = None


def forget() -> None:
    """The fields have changed: formulas are bound anew when somebody asks."""
    global _formulas
    _formulas = None


def all_formulas() -> Iterator[Formula]:
    for each in _bound().values():
        yield from each


def formulas_of(description: Description) -> tuple[Formula, ...]:
    """The formulas of an object."""
    return _bound().get(description.name, ())


def formula_of(description: Description, name: str) -> Formula | None:
    return next((formula for formula in formulas_of(description) if formula.name == name), None)


def _bound() -> Mapping[str, tuple[Formula, ...]]:
    global _formulas
    known = _formulas
    if known is None:
        known = {}
        for description in registry.descriptions():
            rows = [field.row for field in loading.fields_of(description) if field.row.formula]
            formulas = [formula for row in rows if (formula := bound(row, description)) is not None]
            if formulas:
                known[description.name] = tuple(formulas)
        _formulas = known
    return known


def bound(row: CustomField, description: Description) -> Formula | None:
    """The formula of a row; None if it cannot be read (any more): its values stay as they are."""
    try:
        return Formula(row, read_expression(row.formula, description, None, also_conditions=True))
    except ConditionError as error:
        logger.warning("The formula of %s.%s cannot be read: %s", row.object, row.name, " ".join(error.messages))
        return None


def in_order(formulas: Sequence[Formula]) -> list[list[Formula]]:
    """The formulas of one object in steps: each reads of its own record only what an earlier step has calculated."""
    waiting, done, steps = list(formulas), set[str](), list[list[Formula]]()
    names = {formula.name for formula in formulas}
    while waiting:
        ready = [formula for formula in waiting if not (_own(formula) & names) - done - {formula.name}]
        if not ready:  # a circle, which nobody can save; were there one, each would still get some value
            ready = waiting
        steps.append(ready)
        done |= {formula.name for formula in ready}
        waiting = [formula for formula in waiting if formula not in ready]
    return steps


def _own(formula: Formula) -> set[str]:
    return {read.name for read in formula.reads if read.description is formula.description}


def calculated_field(description: Description | None, name: str) -> AddedField | None:
    """The field of this name if it follows from others."""
    field = description.fields.get(name) if description is not None else None
    return field if isinstance(field, AddedField) and field.row.formula else None


def first_inputs(reads: Iterable[Read]) -> frozenset[Read]:
    """What is read in the end: in the place of calculated fields what these are made of, from the same record."""
    found: set[Read] = set()
    waiting, seen = list(reads), set[Read]()
    while waiting:
        read = waiting.pop()
        if read in seen:
            continue
        seen.add(read)
        found.add(read)
        if read.description is not None and (formula := formula_of(read.description, read.name)) is not None:
            waiting += [Read(each.description, each.name, (*read.way, *each.way)) for each in formula.reads]
    return frozenset(found)


loading.when_loaded(forget)
