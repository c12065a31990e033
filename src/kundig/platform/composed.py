"""Querysets that pages ask again and again: Django puts each of them together, and writes its SQL, once in a process.

Composing a queryset costs several times what it takes to run it: half of a record's page was that. What differs from
one question to the next (a party, a day) are parameters of the finished statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Q, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql as written

from kundig.platform.lookups import array_of_ids
from kundig.platform.prepared import prepared_cursor

Row = TypeVar("Row")
MOST_KEPT = 200
"""Shapes of one question."""
_UNKNOWN: Any = object()


class ComposedOnce(Generic[Row]):
    """A question whose statement is kept.

    Its positional arguments are its shape: anything hashable that decides how the queryset is put together. The named
    ones are what it is asked with: ids, dates, moments, texts, numbers, None, or collections of ids (for `among`). They
    must reach the database as they are. A reader's rights are a `Q` among the positional ones: where they narrow
    anything, the queryset is composed anew each time, as no two readers need be alike.
    """

    def __init__(self, compose: Callable[..., QuerySet[Any, Row]]) -> None:
        self.compose = compose
        self._kept: dict[Any, _Statement | None] = {}

    def __call__(self, *shape: Any, **values: Any) -> list[Row]:
        """All rows, read now."""
        if any(isinstance(each, Q) and each for each in shape):
            return list(self.compose(*shape, **values))
        asked = tuple((name, value is None) for name, value in values.items())
        key = (*(None if isinstance(each, Q) else each for each in shape), asked)
        statement = self._kept.get(key, _UNKNOWN)
        if statement is _UNKNOWN:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            statement = self._kept[key] = self._composed(shape, values)
        return statement.run(values) if statement is not None else []

    def _composed(self, shape: tuple[Any, ...], values: Mapping[str, Any]) -> _Statement | None:
        """The statement; None of a shape that never finds anything."""
        given = {name: _stand_in(value, number) for number, (name, value) in enumerate(values.items(), 1)}
        try:
            return _Statement(self.compose(*shape, **given), given)
        except EmptyResultSet:
            return None


def composed_once(compose: Callable[..., QuerySet[Any, Row]]) -> ComposedOnce[Row]:
    """Of a function that puts a queryset together: calling it reads the rows, see `ComposedOnce`."""
    return ComposedOnce(compose)


class _Statement:
    """The SQL of a queryset, with places for what it is asked with."""

    def __init__(self, rows: QuerySet, given: Mapping[str, Any]) -> None:
        self.compiler = rows.query.get_compiler(connection=connection)
        self.sql, params = self.compiler.as_sql()
        self.converters = self.compiler.get_converters([each[0] for each in self.compiler.select])
        self.made = _maker(rows, self.compiler)
        names = {_sent(value): name for name, value in given.items() if value is not None}
        asked = [names.get(each) if _may_stand_in(each) else None for each in params]
        missing = set(names.values()) - set(asked)
        if missing:
            raise TypeError(f"{', '.join(sorted(missing))} is not sent to the database as it is given: {rows.query}")
        self.sql = with_constants(self.sql, params, kept=[name is not None for name in asked])
        self.names = [name for name in asked if name is not None]

    def run(self, values: Mapping[str, Any]) -> list[Any]:
        sent = {name: _sent(value) for name, value in values.items()}
        with prepared_cursor() as cursor:
            cursor.execute(self.sql, [sent[name] for name in self.names])
            found = cursor.fetchall()
        if self.converters and found:
            found = list(self.compiler.apply_converters(found, self.converters))
        return self.made(found) if found else []


def with_constants(sql: str, params: Sequence[Any], *, kept: Sequence[bool]) -> str:
    """The statement with all parameters written into it except those to be `kept`.

    A statement that is planned once is planned for any parameter: an index on the rows of one kind serves only
    statements that name the kind.
    """
    connection.ensure_connection()
    values = iter(zip(params, kept, strict=True))

    def constant(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value, stays = next(values)
        return "%s" if stays else written.Literal(value).as_string(connection.connection).replace("%", "%%")

    return re.sub("%[%s]", constant, sql)


def _maker(rows: QuerySet, compiler: SQLCompiler) -> Callable[[list[Any]], list[Any]]:
    """What makes of the rows of the database those of the queryset: `ModelIterable` of Django without what it works
    out each time."""
    kind: Any = rows._iterable_class
    if rows._prefetch_related_lookups or compiler.has_extra_select:  # type: ignore[attr-defined]
        raise TypeError(f"No statement that is composed once reads more rows or columns than it answers: {rows.query}")
    if kind is FlatValuesListIterable:
        return lambda found: [row[0] for row in found]
    if kind is ValuesListIterable:
        return lambda found: [tuple(row) for row in found]
    if kind is not ModelIterable:
        raise TypeError(f"A statement that is composed once answers records or values_list, no {kind.__name__}.")
    described: Any = compiler.klass_info
    model, places = described["model"], described["select_fields"]
    first, last = places[0], places[-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    related = get_related_populators(described, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    added = list((compiler.annotation_col_map or {}).items())

    def made(found: list[Any]) -> list[Any]:
        records = []
        for row in found:
            record = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for each in related:
                each.populate(row, record)
            for name, place in added:
                setattr(record, name, row[place])
            records.append(record)
        return records

    return made


def _stand_in(value: Any, number: int) -> Any:
    """Something of the same type that no question contains by itself."""
    if value is None:
        return None
    if isinstance(value, UUID):
        return UUID(int=number)
    if isinstance(value, datetime):
        return datetime(1, 1, 1, microsecond=number, tzinfo=UTC)
    if isinstance(value, date):
        return date.min + timedelta(days=number)
    if isinstance(value, str):
        return f"\x00{number}"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return type(value)(31_300 + number)  # which every column of numbers can hold
    if isinstance(value, Collection):
        return [UUID(int=number)]
    raise TypeError(
        f"{value!r} cannot be handed to a statement that is composed once; an id, a day, a text, a number can."
    )


def _sent(value: Any) -> Any:
    """How `value` reaches the database."""
    return array_of_ids(value) if isinstance(value, Collection) and not isinstance(value, str) else value


def _may_stand_in(param: Any) -> bool:
    return isinstance(param, UUID | date | str | int | Decimal)
