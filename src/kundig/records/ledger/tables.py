"""What the program knows about a watched table: its model, its columns, and how its rows are described."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models

from kundig.records import registry
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.ledger.models import LedgerTable
from kundig.records.ledger.triggers import noise_of, watched_models

Columns = Mapping[str, Any]
"""Column → text as PostgreSQL writes it, or None."""


@dataclass(frozen=True)
class Watched:
    """One watched table."""

    number: int
    name: str
    model: type[models.Model]

    @cached_property
    def noise(self) -> frozenset[str]:
        return frozenset(noise_of(self.model))

    @cached_property
    def columns(self) -> dict[str, models.Field]:
        """The columns that can be written."""
        return {
            str(column.column): column
            for column in self.model._meta.concrete_fields
            if not getattr(column, "generated", False)
        }

    @cached_property
    def objects(self) -> frozenset[str]:
        """Columns whose JSON holds one value for each key: each of them is compared and put back for itself."""
        return frozenset(
            name for name, column in self.columns.items()
            if isinstance(column, models.JSONField) and column.get_default() == {}
        )  # fmt: skip

    @cached_property
    def references(self) -> dict[str, models.ForeignKey]:
        return {name: column for name, column in self.columns.items() if isinstance(column, models.ForeignKey)}

    @cached_property
    def descriptions(self) -> list[Description]:
        found = registry.covering(self.model)
        return [each for each in found if each.model._meta.concrete_model is self.model]

    @cached_property
    def whole(self) -> tuple[Description, str] | None:
        """Of a table that nobody describes: what its rows are part of, and the column that says of which record."""
        for description in registry.descriptions():
            if self.model in description.recorded_along:
                base = description.model._meta.concrete_model
                for name, column in self.references.items():
                    if column.related_model._meta.concrete_model is base:
                        return description, name
        return None

    @property
    def is_part(self) -> bool:
        """Whether its rows belong to records of another table, which must be there before them."""
        return not self.descriptions or any(each.parent for each in self.descriptions)

    @cached_property
    def depth(self) -> int:
        """How many others its rows are part of, one within the other: 0 of a record, 2 of a part of a part."""
        if not self.is_part:
            return 0
        outer = self.descriptions[0] if self.descriptions else self.whole[0] if self.whole else None
        if outer is None:
            return 1
        return int(not self.descriptions) + _depth_of(outer)

    def belonging_to(self, owners: Collection[UUID], ids: Iterable[UUID]) -> set[UUID]:
        """Those of these parts that belong to one of these records now."""
        column = next((each.model._meta.get_field(each.parent) for each in self.descriptions if each.parent), None)
        if column is None and self.whole:
            column = self.references[self.whole[1]]
        if column is None:
            return set()
        rows = self.model._base_manager.filter(**{f"{column.attname}__in": list(owners)}, pk__among=list(ids))  # type: ignore[union-attr]
        return set(rows.values_list("pk", flat=True))

    def description_of(self, row: Columns) -> Description | None:
        """How a row is described; where several share the table, by the columns that set them apart."""
        for description in self.descriptions:
            if all(str(row.get(name)) == str(value) for name, value in description.where.items()):
                return description
        return None

    def owner_of(self, row: Columns) -> tuple[type[models.Model], Any] | None:
        """The record that a part belongs to: its model and id."""
        if self.descriptions:
            description = self.descriptions[0]
            if not description.parent:
                return None
            column: Any = description.model._meta.get_field(description.parent)
        elif self.whole:
            column = self.references[self.whole[1]]
        else:
            return None
        return column.related_model, row.get(column.column)


def _depth_of(description: Description) -> int:
    if not description.parent:
        return 0
    model: Any = description.model._meta.get_field(description.parent).related_model
    return 1 + max((_depth_of(each) for each in registry.covering(model)), default=0)


def field_of(description: Description, column: str) -> Field | None:
    """The field that shows a column; None if no surface does. `custom.c_size` is the key of a JSON column."""
    holder, _dot, key = column.partition(".")
    if key:
        found = description.fields.get(key)
        return found if found is not None and found.path.partition("__")[0] == holder else None
    found = description.fields.get(column)
    if found is None and column.endswith("_id"):
        found = description.fields.get(column.removesuffix("_id"))
    return found


def watched_tables() -> dict[int, Watched]:
    """The watched tables by their number in the ledger."""
    numbers = dict(LedgerTable.objects.values_list("name", "id"))
    return {
        numbers[name]: Watched(numbers[name], name, model)
        for name, model in watched_models().items()
        if name in numbers
    }
