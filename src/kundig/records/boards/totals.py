"""What each column of a board comes to: how many cards, their sum by currency, their weighted sum."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, DecimalField, ExpressionWrapper, F, QuerySet, Sum

from kundig.records import paging
from kundig.records.boards.columns import Column, column_path, condition, key_of
from kundig.records.kinds.references import Reference, UserReference
from kundig.records.patience import TooSlow, at_most

if TYPE_CHECKING:
    from kundig.records.fields import Field

TOTALS_MS = 150
SLOW_KEPT_SECONDS = 120.0
MOST_SLOW = 256

_AMOUNT: DecimalField = DecimalField(max_digits=38, decimal_places=6)
_slow: dict[tuple[str, str], float] = {}


@dataclass
class Total:
    """`sums` and `weighted` are by currency ("" for plain numbers); both are empty where they would take too long."""

    count: int = 0
    exact: bool = True
    sums: dict[str, Decimal] = field(default_factory=dict)
    weighted: dict[str, Decimal] = field(default_factory=dict)

    @property
    def is_uncertain(self) -> bool:
        """Whether the weighted sums say something: of what has ended they are the sums themselves, or nothing."""
        return any(self.weighted.values()) and self.weighted != self.sums


@dataclass(frozen=True)
class Totals:
    by_key: dict[str, Total]
    complete: bool
    """Whether sums were made; if not, there are too many records, and only counts are given."""


def totals_of(
    rows: QuerySet, by: Field, columns: Sequence[Column], *, sum_of: Field | None = None, weight: Field | None = None
) -> Totals:
    """One grouped query; where that takes too long, counts of each column that stop at ten thousand."""
    parts = [_grouped(part, by, sum_of, weight) for part in _parts(rows, by, columns)]
    try:
        asked = [part.query.sql_with_params() for part in parts]
    except EmptyResultSet:
        return Totals({column.key: Total() for column in columns}, complete=True)
    question, now = (
        (" ".join(sql for sql, _params in asked), repr([params for _sql, params in asked])),
        time.monotonic(),
    )
    if now - _slow.get(question, -SLOW_KEPT_SECONDS) >= SLOW_KEPT_SECONDS:
        try:
            with at_most(TOTALS_MS):
                return Totals(_added_up(chain(*parts), columns, has_sum=sum_of is not None), complete=True)
        except TooSlow:
            if len(_slow) >= MOST_SLOW:
                _slow.clear()
            _slow[question] = now
    return Totals({c.key: _counted(rows, by, c) for c in columns}, complete=sum_of is None)


def _parts(rows: QuerySet, by: Field, columns: Sequence[Column]) -> list[QuerySet]:
    """All rows at once; where columns are records, or show only some of theirs, each by the index that fits."""
    is_of_records = isinstance(by.kind, Reference) and not isinstance(by.kind, UserReference)
    if not is_of_records and not any(column.only for column in columns):
        return [rows]
    whole = [column.value for column in columns if not column.only]
    apart = [rows.filter(condition(by, column)) for column in columns if column.only]
    return [rows.filter(**{f"{column_path(by)}__in": whole}), *apart] if whole else apart


def _grouped(rows: QuerySet, by: Field, sum_of: Field | None, weight: Field | None) -> QuerySet:
    groups: dict[str, Any] = {"in_column": F(column_path(by))}
    measures: dict[str, Any] = {"how_many": Count("pk")}
    if sum_of is not None:
        value = F(sum_of.path)
        if len(sum_of.sources) > 1:
            groups["in_currency"] = F(sum_of.sources[1])
        measures["sum_of"] = Sum(value)
        if weight is not None:
            # Divided once, below: PostgreSQL takes as long to divide forty thousand times as for all the rest.
            measures["sum_weighted"] = Sum(ExpressionWrapper(value * F(weight.path), output_field=_AMOUNT))
    return rows.order_by().values(**groups).annotate(**measures)


def _added_up(grouped: Iterable[dict[str, Any]], columns: Sequence[Column], *, has_sum: bool) -> dict[str, Total]:
    totals = {column.key: Total() for column in columns}
    for row in grouped:
        total = totals.get(key_of(row["in_column"]))
        if total is None:
            continue  # A choice that has been retired, or somebody without a column.
        total.count += row["how_many"]
        if not has_sum:
            continue
        currency = row.get("in_currency") or ""
        for sums, value, by in ((total.sums, row["sum_of"], 1), (total.weighted, row.get("sum_weighted"), 100)):
            if value is not None:
                sums[currency] = sums.get(currency, Decimal(0)) + value / by
    return totals


def _counted(rows: QuerySet, by: Field, column: Column) -> Total:
    count = paging.count_of(rows.filter(condition(by, column)))
    return Total(count.value, count.exact)
