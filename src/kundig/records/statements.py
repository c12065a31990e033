"""Statements that are asked again and again: composed once, because composing one costs more than running it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models

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
        self.sql, params = compiler.as_sql()
        place = max(number for number, value in enumerate(params) if value == NOBODY)
        self.before, self.after = params[:place], params[place + 1 :]
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.convert = compiler.apply_converters

    def run(self, ids: Sequence[UUID]) -> Sequence[Sequence[Any]]:
        with prepared_cursor() as cursor:
            cursor.execute(self.sql, (*self.before, array_of_ids(ids), *self.after))
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
    names = tuple(column.attname for column in description.model._meta.concrete_fields)
    for row in by_ids(description, names).run([record_id]):
        return description.model.from_db(DEFAULT_DB_ALIAS, names, row)
    return None


@cache
def _whole(model: type[models.Model]) -> tuple[ByIds, tuple[str, ...]]:
    names = tuple(column.attname for column in model._meta.concrete_fields)
    return ByIds(model._default_manager.all(), names), names


def row_of(model: type[M], record_id: UUID) -> M | None:
    """The row of a model with this id, whatever kind of record it is, whoever asks; None if there is none."""
    statement, names = _whole(model)
    for row in statement.run([record_id]):
        return model.from_db(DEFAULT_DB_ALIAS, names, row)
    return None
