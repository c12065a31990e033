"""One grouped query, and out of it the cells and totals of a pivot table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Max, Min, QuerySet, Sum
from django.utils.translation import gettext as _

from kundig.records.patience import at_most
from kundig.records.pivots.groups import HIDDEN, Group, expressions, group_of, in_order, titles, untold
from kundig.records.pivots.offered import AVERAGE, COUNT, HIGHEST, LOWEST, SUM, Dimension, Measure

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats

CROSSING_MS = 2000
MOST_GROUPS = 5000
"""Groups that are read at most, the largest first."""
MOST_ROWS, MOST_COLUMNS = 100, 24
"""What is shown of them; the others are put together."""
_TOGETHER = {COUNT: "sum", SUM: "sum", AVERAGE: "sum", LOWEST: "min", HIGHEST: "max"}
_AGGREGATES: dict[str, Any] = {SUM: Sum, AVERAGE: Sum, LOWEST: Min, HIGHEST: Max}


@dataclass
class Figure:
    """What one cell comes to: by currency ("" without) the number of values, and their sum, lowest or highest."""

    count: int = 0
    parts: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def add(self, measure: Measure, count: int, currency: str, values: int, figure: Any) -> None:
        self.count += count
        if figure is None:
            return
        known, so_far = self.parts.get(currency, (0, None))
        if so_far is None:
            together = figure
        elif measure.figure == LOWEST:
            together = min(so_far, figure)
        elif measure.figure == HIGHEST:
            together = max(so_far, figure)
        else:
            together = so_far + figure
        self.parts[currency] = (known + values, together)

    def text(self, measure: Measure, formats: Formats) -> str:
        """The figure in words, one currency after another; "" where there is nothing."""
        if measure.field is None:
            return formats.number(self.count) if self.count else ""
        texts = []
        for currency, (values, figure) in sorted(self.parts.items()):
            value = _rounded(figure / values) if measure.figure == AVERAGE and values else figure
            texts.append(measure.field.text(formats, value, currency))
        return (" + " if measure.figure == SUM else " · ").join(texts)


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, Decimal | float) else value


@dataclass
class Crossing:
    """The table: groups of both dimensions, the figure of each pair, and the totals."""

    rows: list[Group]
    columns: list[Group]
    cells: dict[tuple[Any, Any], Figure]
    by_row: dict[Any, Figure]
    by_column: dict[Any, Figure]
    total: Figure
    complete: bool
    """Whether every group was read; if not, the largest were."""


class _Others:
    """Stands for the value of all groups that are not shown by themselves."""


OTHERS = _Others()


def crossing(
    rows: QuerySet, first: Dimension, second: Dimension | None, measure: Measure, *, user: User, formats: Formats
) -> Crossing:
    """Group the rows by one or two dimensions, as far as `user` may know their values.

    Raises:
        TooSlow: if that takes longer than two seconds.
    """
    with at_most(CROSSING_MS):
        found = _grouped(rows, first, second, measure)
    complete = len(found) <= MOST_GROUPS
    found = found[:MOST_GROUPS]
    for dimension, name in ((first, "row"), (second, "across")):
        hidden = untold(dimension, (one[name] for one in found), user) if dimension else set()
        found = [{**one, name: HIDDEN} if one[name] in hidden else one for one in found] if hidden else found
    upright = _groups(first, "row", found, MOST_ROWS, formats)
    across = _groups(second, "across", found, MOST_COLUMNS, formats) if second else {}
    table = Crossing([], [], {}, {}, {}, Figure(), complete)
    for one in found:
        row = upright[_stated(one["row"])]
        column = across[_stated(one["across"])] if second else None
        numbers = (one["n"], one.get("in_currency") or "", one.get("values", one["n"]), one.get("figure"))
        targets = [table.total, table.by_row.setdefault(row.value, Figure())]
        if column is not None:
            targets.append(table.by_column.setdefault(column.value, Figure()))
            targets.append(table.cells.setdefault((row.value, column.value), Figure()))
        for target in targets:
            target.add(measure, *numbers)
    table.rows = _shown(first, upright.values())
    table.columns = _shown(second, across.values()) if second else []
    return table


def _grouped(rows: QuerySet, first: Dimension, second: Dimension | None, measure: Measure) -> list[dict[str, Any]]:
    """One more than `MOST_GROUPS` at most, the largest first."""
    days = {name: each.step for name, each in (("row", first), ("across", second)) if each and each.is_of_days}
    groups = expressions(first, "row") | (expressions(second, "across") if second else {})
    groups |= {name: F(each.field.path) for name, each in (("row", first), ("across", second)) if each and name in days}
    figures: dict[str, Any] = {"n": Count("*")}
    if measure.field is not None:
        path = measure.field.path
        if len(measure.field.sources) > 1:
            groups["in_currency"] = F(measure.field.sources[1])  # "currency" is what some objects call a column
        figures |= {"values": Count(path), "figure": _AGGREGATES[measure.figure](path)}
    found = rows.order_by().values(**groups).annotate(**figures)
    return _by_period(found, days, measure) if days else list(found.order_by("-n")[: MOST_GROUPS + 1])


def _by_period(found: QuerySet, days: Mapping[str, str], measure: Measure) -> list[dict[str, Any]]:
    """The same once more by month, quarter or year. Of each day there is one group then, where before there was each
    record: to find the month of a day costs more than to add up what it brought."""
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        return []
    names = [*found.query.values_select, *found.query.annotation_select]
    together = {
        "n": "sum(n)::bigint",
        "values": 'sum("values")::bigint',
        "figure": f"{_TOGETHER[measure.figure]}(figure)",
    }
    together |= {name: f"date_trunc('{step}', \"{name}\"::timestamp)::date" for name, step in days.items()}
    groups = ", ".join(str(at) for at, name in enumerate(names, start=1) if name not in ("n", "values", "figure"))
    columns = ", ".join(together.get(name, f'"{name}"') for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM ({sql}) AS by_day GROUP BY {groups} "  # noqa: S608 - names and steps are our own
            f"ORDER BY {names.index('n') + 1} DESC LIMIT {MOST_GROUPS + 1}",
            params,
        )
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if measure.field is not None:
        typed = found.query.annotations["figure"].output_field.to_python
        rows = [{**row, "figure": typed(row["figure"])} for row in rows]
    return rows


def _groups(
    dimension: Dimension, name: str, found: Iterable[dict[str, Any]], most: int, formats: Formats
) -> dict[Any, Group]:
    """Value → its group; of very many values the smaller ones share one group."""
    sizes: dict[Any, int] = {}
    for one in found:
        value = _stated(one[name])
        sizes[value] = sizes.get(value, 0) + one["n"]
    largest = sorted(sizes, key=lambda value: -sizes[value])
    shown = largest if len(largest) <= most else largest[: most - 1]
    called = titles(dimension, shown)
    groups = {value: group_of(dimension, value, called.get(value), formats) for value in shown}
    rest = largest[len(shown) :]
    if rest:
        together = Group(OTHERS, _("%(count)s others") % {"count": formats.number(len(rest))}, None)
        groups |= dict.fromkeys(rest, together)
    return groups


def _stated(value: Any) -> Any:
    """The value; None for an empty text as well."""
    return None if value == "" else value


def _shown(dimension: Dimension, groups: Iterable[Group]) -> list[Group]:
    each = {id(group): group for group in groups}.values()
    others = [group for group in each if group.value is OTHERS]
    return in_order(dimension, [group for group in each if group.value is not OTHERS]) + others
