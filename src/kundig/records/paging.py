"""Pages by keyset: the next fifty cost the same at the start of a million rows and at their end.

One index `(key, id)` serves both directions. Rows without a value come last in either direction and are read in a phase
of their own, because `DESC NULLS LAST` would not use the index (docs/decisions/keyset-paging.md).
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, F, Field, Func, QuerySet, Value
from django.utils.translation import gettext as _

from kundig.platform.composed import composed_once
from kundig.records.custom.storage import column_of

COUNT_EXACT_UP_TO = 10_000
COUNT_TIMEOUT_MS = 250
PROBED_FIRST, PROBED_MOST = 500, 5_500
"""Rows that are asked, portion after portion, for what costs much, before the whole base is."""
ESTIMATE_KEPT_SECONDS = 30.0
MOST_ESTIMATES = 256
COMPOSED = frozenset({str, date, datetime, Decimal, int, type(None)})
"""Types of the values of a column after which a page may begin in a statement that was put together before."""

_estimates: dict[tuple[str, str], tuple[float, Count]] = {}


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: behind (or, `backwards`, before) the row with this key and id."""

    value: Any
    record_id: UUID
    position: int
    """How many rows stand before the page that this cursor leads to."""
    backwards: bool = False

    def encode(self) -> str:
        data = [self.value, str(self.record_id), self.position, int(self.backwards)]
        return base64.urlsafe_b64encode(json.dumps(data, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def decode_cursor(text: str, key: Field) -> Cursor:
    """Read a cursor made by `encode` for a sort column.

    Raises:
        ValidationError: if it was not made by this program or for this column.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        value, record_id, position, backwards = json.loads(base64.urlsafe_b64decode(padded))
        if isinstance(value, str) and "\x00" in value:
            raise ValueError(value)
        value = None if value is None else key.to_python(value)
        return Cursor(value, UUID(record_id), max(0, int(position)), bool(backwards))
    except (ValueError, TypeError, OverflowError, ValidationError, AttributeError, RecursionError) as error:
        raise ValidationError(_("This place in the list is not known. Start again at its beginning.")) from error


@dataclass(frozen=True)
class Sift:
    """A filter that costs much for each row it is asked of, in two forms: for the few hundred rows that are handed in,
    and for all rows of the base at once."""

    of_few: Callable[[QuerySet], QuerySet]
    of_all: Callable[[QuerySet], QuerySet]


class Every(Protocol):
    """What all rows belong to: a description, which is asked for them."""

    def everything(self) -> QuerySet: ...


@dataclass(frozen=True)
class Keys:
    """One page as ids in order, and the cursors that lead on and back."""

    ids: list[UUID]
    position: int
    after: Cursor | None
    before: Cursor | None


def page_of(
    rows: QuerySet,
    *,
    sort: str,
    descending: bool,
    limit: int,
    cursor: Cursor | None = None,
    sift: Sift | None = None,
    every: Every | None = None,
) -> Keys:
    """`limit` ids of `rows`, if given those that pass `sift`, sorted by `sort` and then the id, from `cursor` on.

    Whose rows these are, if they are `every` one of something: then the statement is put together once.
    """
    backwards = cursor is not None and cursor.backwards
    read = partial(_keys, every=every) if sift is None else partial(_sifted, sift)
    found = read(
        rows, sort=sort, ascending=descending == backwards, limit=limit + 1, cursor=cursor, nulls_last=not backwards
    )
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    start = (max(0, cursor.position - len(found)) if backwards else cursor.position) if cursor else 0
    has_before, has_after = (more, True) if backwards else (cursor is not None, more)
    after = Cursor(found[-1][0], found[-1][1], start + len(found)) if found and has_after else None
    before = Cursor(found[0][0], found[0][1], start, backwards=True) if found and has_before else None
    return Keys([record_id for _key, record_id in found], start, after, before)


def _sifted(
    sift: Sift, rows: QuerySet, *, sort: str, ascending: bool, limit: int, cursor: Cursor | None, nulls_last: bool
) -> list[tuple[Any, UUID]]:
    """Like `_keys`: the rows where the page begins are asked first, then all.

    PostgreSQL cannot know how many pass. It takes them for rare, and gathers every one of a million to show fifty.
    """
    found: list[tuple[Any, UUID]] = []
    read = partial(_keys, sort=sort, ascending=ascending, nulls_last=nulls_last)
    asked, portion = 0, PROBED_FIRST
    while portion:
        probed = read(rows, limit=portion, cursor=cursor)
        few = rows.model._base_manager.filter(pk__among=[record_id for _key, record_id in probed])
        passed = set(sift.of_few(few).values_list("pk", flat=True))
        found += [pair for pair in probed if pair[1] in passed]
        if len(found) >= limit or len(probed) < portion:
            return found[:limit]
        cursor = Cursor(*probed[-1], position=0, backwards=not nulls_last)
        asked += portion
        likely = 3 * (limit - len(found)) * asked // (2 * max(len(found), 1))
        portion = min(max(likely, PROBED_FIRST), PROBED_MOST - asked)
    return found + read(sift.of_all(rows), limit=limit - len(found), cursor=cursor)


def _keys(
    rows: QuerySet,
    *,
    sort: str,
    ascending: bool,
    limit: int,
    cursor: Cursor | None,
    nulls_last: bool,
    every: Every | None = None,
) -> list[tuple[Any, UUID]]:
    """Pairs of key and id: the phase with values, and the phase without, in the order the direction asks for."""
    if sort == "id":
        return [(key, key) for key in _valued(rows, "pk", ascending, cursor).values_list("pk", flat=True)[:limit]]
    phases = ["valued", "empty"] if nulls_last else ["empty", "valued"]
    if cursor is not None and (cursor.value is None) == (phases[1] == "empty"):
        phases = phases[1:]
    if not _plain(column_of(rows.model, sort)).null:
        phases = ["valued"]
    found: list[tuple[Any, UUID]] = []
    for phase in phases:
        here = cursor if cursor is not None and (cursor.value is None) == (phase == "empty") else None
        if every is not None and "__" not in sort and (here is None or type(here.value) in COMPOSED):
            place = {"value": here.value if here else None, "record_id": here.record_id if here else None}
            found += _asked_often(every, phase, sort, ascending, limit, **place)[: limit - len(found)]
        else:
            found += _phase(rows, phase, sort, ascending, here).values_list(sort, "pk")[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


@composed_once
def _asked_often(
    every: Every, phase: str, sort: str, ascending: bool, limit: int, *, value: Any, record_id: UUID | None
) -> QuerySet[Any, tuple[Any, UUID]]:
    here = None if record_id is None else Cursor(value, record_id, position=0)
    return _phase(every.everything(), phase, sort, ascending, here).values_list(sort, "pk")[:limit]


def _phase(rows: QuerySet, phase: str, sort: str, ascending: bool, cursor: Cursor | None) -> QuerySet:
    return (_valued if phase == "valued" else _empty)(rows, sort, ascending, cursor)


def _valued(rows: QuerySet, sort: str, ascending: bool, cursor: Cursor | None) -> QuerySet:
    if sort == "pk":
        if cursor is not None:
            rows = rows.filter(**{"pk__gt" if ascending else "pk__lt": cursor.record_id})
        return rows.order_by("pk" if ascending else "-pk")
    if _plain(column_of(rows.model, sort)).null:
        rows = rows.filter(**{f"{sort}__isnull": False})
    if cursor is not None:
        rows = rows.filter(_beyond(rows, sort, cursor, ascending=ascending))
    return rows.order_by(sort, "pk") if ascending else rows.order_by(f"-{sort}", "-pk")


def _empty(rows: QuerySet, sort: str, ascending: bool, cursor: Cursor | None) -> QuerySet:
    rows = rows.filter(**{f"{sort}__isnull": True})
    return _valued(rows, "pk", ascending, cursor)


class _RowComparison(Func):
    """`(key, id) > (value, value)`: a comparison of rows, which an index on both columns answers at once."""

    output_field = BooleanField()
    arity = 4

    def __init__(self, *expressions: Any, operator: str) -> None:
        super().__init__(*expressions)
        self.operator = operator

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params.extend(values)
        return f"({parts[0]}, {parts[1]}) {self.operator} ({parts[2]}, {parts[3]})", params


def _beyond(rows: QuerySet, sort: str, cursor: Cursor, *, ascending: bool) -> _RowComparison:
    meta = rows.model._meta
    value = Value(cursor.value, output_field=_plain(column_of(rows.model, sort)))
    return _RowComparison(
        F(sort), F("pk"), value, Value(cursor.record_id, output_field=meta.pk), operator=">" if ascending else "<"
    )


def _plain(column: Any) -> Any:
    """The column itself, or what a generated one holds: Django does not say there whether it may be empty."""
    return getattr(column, "output_field", column)


@dataclass(frozen=True)
class Count:
    """How many rows there are; not exact above ten thousand, or where counting would take too long."""

    value: int
    exact: bool


def count_of(rows: QuerySet) -> Count:
    """Count up to ten thousand; beyond that, or after a quarter of a second, ask the planner for its estimate.

    An estimate is kept for half a minute: pages of a long list ask for it again and again.
    """
    rows = rows.order_by().values("pk")
    try:
        sql, params = rows[: COUNT_EXACT_UP_TO + 1].query.sql_with_params()
    except EmptyResultSet:
        return Count(0, exact=True)
    key, now = (sql, repr(params)), time.monotonic()
    kept = _estimates.get(key)
    if kept is not None and now - kept[0] < ESTIMATE_KEPT_SECONDS:
        return kept[1]
    counted = _counted(sql, params)
    if counted <= COUNT_EXACT_UP_TO:
        return Count(counted, exact=True)
    plan = json.loads(rows.explain(format="json"))
    estimate = Count(max(int(plan[0]["Plan"]["Plan Rows"]), COUNT_EXACT_UP_TO), exact=False)
    if len(_estimates) >= MOST_ESTIMATES:
        _estimates.clear()
    _estimates[key] = (now, estimate)
    return estimate


def _counted(sql: str, params: tuple[Any, ...]) -> int:
    """The number of rows of a statement, or more than ten thousand if counting takes too long."""
    # One message to the server, which runs it as one transaction: five of them cost more than the counting.
    statement = (
        f"SET LOCAL statement_timeout = {COUNT_TIMEOUT_MS}; SELECT count(*) FROM ({sql}) AS counted; "  # noqa: S608
        "SET LOCAL statement_timeout = DEFAULT"
    )
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext(), connection.cursor() as cursor:
            cursor.execute(statement, params)
            cursor.nextset()
            return int(cursor.fetchone()[0])
    except OperationalError:
        return COUNT_EXACT_UP_TO + 1
