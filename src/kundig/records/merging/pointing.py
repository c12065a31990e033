"""Who points at a record: every foreign key and every table between two, which the models tell by themselves; added
fields that hold a reference; and the columns that hold an id without being a foreign key, which are registered here.

A test walks all models: a column with an id that is neither a key nor registered fails it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from kundig.records.description import Description
from kundig.records.ledger.triggers import watched_models


@dataclass(frozen=True)
class Pointer:
    """A column that points at records: a key, or a value in a JSON column (`key`)."""

    model: type[models.Model]
    column: str
    key: str = ""
    is_watched: bool = False

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def pk(self) -> str:
        return str(self.model._meta.pk.column)


@dataclass(frozen=True)
class Loose:
    """A column that holds the id of a record, or text in which ids stand (a filter), and is led to the survivor."""

    model: type[models.Model]
    column: str
    is_text: bool = False


@dataclass(frozen=True)
class Stays:
    """A column that holds an id and stays as it is when records become one, and why."""

    model: type[models.Model]
    column: str
    why: str


_loose: dict[tuple[str, str], Loose] = {}
_stays: dict[tuple[str, str], Stays] = {}


def register(*columns: Loose | Stays) -> None:
    """Say of columns what becomes of the ids in them."""
    for each in columns:
        key = (each.model._meta.label, each.column)
        if isinstance(each, Loose):
            _loose[key] = each
        else:
            _stays[key] = each


def loose() -> list[Loose]:
    return list(_loose.values())


def is_registered(model: type[models.Model], column: str) -> bool:
    key = (model._meta.label, column)
    return key in _loose or key in _stays


def pointers_to(description: Description) -> Iterator[Pointer]:
    """Every column that can point at records of this kind by a key; of what the ledger watches, those first."""
    target = description.model._meta.concrete_model
    watched = watched_models()
    found = [
        Pointer(model, str(column.column), is_watched=model._meta.db_table in watched)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
        for column in model._meta.local_concrete_fields
        if _points_at(column, target)
    ]
    found += [Pointer(model, "custom", key=name, is_watched=True) for model, name in _added_references(description)]
    yield from sorted(found, key=lambda each: (not each.is_watched, each.table, each.column, each.key))


def _points_at(column: Any, target: Any) -> bool:
    related: Any = column.related_model if column.is_relation else None
    return related is not None and not isinstance(related, str) and related._meta.concrete_model is target


def _added_references(description: Description) -> Iterator[tuple[type[models.Model], str]]:
    """The added fields that point at this kind of object, retired ones too."""
    from kundig.records.custom.models import CustomField

    tables = watched_models()
    rows = CustomField.objects.filter(kind="reference", options__target=description.name, deleted_at=None)
    for table, name in rows.order_by("table", "name").values_list("table", "name").distinct():
        if table in tables:
            yield tables[table], name
