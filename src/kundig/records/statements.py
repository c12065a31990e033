"""Statements that are asked again and again: composed once, because composing one costs more than running it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models

from kundig.platform.composed import composed_once, with_constants
from kundig.platform.lookups import array_of_ids
from kundig.platform.prepared import prepared_cursor

if TYPE_CHECKING:
    from kundig.records.description import Description

MOST_KEPT = 500
NOBODY = array_of_ids(())
M = TypeVar("M", bound=models.Model)

_kept: dict[tuple[Description, tuple[str, ...]], ByIds] = {}


class ByIds:
    """Reads some columns of the rows of a queryset that have given ids, in any order."""

    def __init__(self, rows: models.QuerySet, sources: Sequence[str]) -> None:
        query = rows.filter(pk__among=()).values_list(*sources).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        place = max(number for number, value in enumerate(params) if value == NOBODY)
        self.sql = with_constants(sql, params, kept=[number == place for number in range(len(params))])
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.convert = compiler.apply_converters

    def run(self, ids: Sequence[UUID]) -> Sequence[Sequence[Any]]:
        with prepared_cursor() as cursor:
            cursor.execute(self.sql, [array_of_ids(ids)])
            rows = cursor.fetchall()
        return list(self.convert(rows, self.converters)) if self.converters else rows


def by_ids(description: Description, sources: tuple[str, ...]) -> ByIds:
    """The statement for all records of a description, and some columns of them."""
    key = (description, sources)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        found = _kept[key] = ByIds(description.everything(), sources)
    return found


def record_of(description: Description, record_id: UUID) -> models.Model | None:
    """The record with this id, whoever asks; None if there is none."""
    found = whole_by_id(description, (), record_id)
    return found[1] if found else None


def whole_by_id(
    description: Description, sources: tuple[str, ...], record_id: UUID
) -> tuple[tuple[Any, ...], models.Model] | None:
    """Some columns of a record and the record itself, whoever asks; None if there is none."""
    names = _columns(description.model)
    both = tuple(dict.fromkeys((*sources, *names)))
    for row in _one(description, both, key=record_id):
        values = dict(zip(both, row, strict=True))
        record = description.model.from_db(DEFAULT_DB_ALIAS, names, [values[name] for name in names])
        return row[: len(sources)], record
    return None


def locked(description: Description, record_id: UUID) -> models.Model | None:
    """`record_of`, and nobody else writes the record until this transaction ends."""
    return next(iter(_locked(description, key=record_id)), None)


def row_of(model: type[M], record_id: UUID) -> M | None:
    """The row of a model with this id, whatever kind of record it is, whoever asks; None if there is none."""
    return next(iter(_one_of(model, key=record_id)), None)


# By `=` and not by `by_ids`: of an array PostgreSQL does not know how long it is, and plans each time anew.


@composed_once
def _one(description: Description, sources: tuple[str, ...], *, key: UUID) -> models.QuerySet[Any, Any]:
    return description.everything().filter(pk=key).values_list(*sources)


@composed_once
def _locked(description: Description, *, key: UUID) -> models.QuerySet[Any, Any]:
    return description.everything().filter(pk=key).select_for_update(of=("self",))


@composed_once
def _one_of(model: type[M], *, key: UUID) -> models.QuerySet[M]:
    return model._default_manager.filter(pk=key)


@cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(column.attname for column in model._meta.concrete_fields)
