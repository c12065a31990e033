"""A table in groups: how many rows each has and what its numbers add up to, out of one grouped query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, QuerySet, Sum

from kundig.records.kinds.numbers import Number, Percent
from kundig.records.patience import at_most
from kundig.records.pivots.groups import HIDDEN, Group, expressions, group_of, in_order, titles, untold

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.fields import Field
    from kundig.records.pivots.offered import Dimension

GROUPING_MS = 2000
MOST_GROUPS = 200
"""Groups that are shown, the largest."""


@dataclass
class Line:
    """One group: its count, and the sum of each added column by currency ("" without)."""

    group: Group
    count: int = 0
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)

    def text(self, column: Field, formats: Formats) -> str:
        """The sum of a column in words, one currency after another."""
        found = self.sums.get(column.name, {})
        return " + ".join(column.text(formats, total, currency) for currency, total in sorted(found.items()))


def added(columns: Sequence[Field]) -> list[Field]:
    """The columns whose values can be added up."""
    return [
        column
        for column in columns
        if isinstance(column.kind, Number) and not isinstance(column.kind, Percent) and column.model_field is not None
    ]


def lines_of(
    rows: QuerySet, dimension: Dimension, columns: Sequence[Field], *, user: User, formats: Formats
) -> tuple[list[Line], bool]:
    """The groups in their order, as far as `user` may know them, and whether these are all.

    Raises:
        TooSlow: if that takes longer than two seconds.
    """
    summed = added(columns)
    groups = expressions(dimension, "row")
    currencies = sorted({column.sources[1] for column in summed if len(column.sources) > 1})
    groups |= {f"currency{number}": F(path) for number, path in enumerate(currencies)}
    figures: dict[str, Any] = {"n": Count("*")}
    figures |= {f"sum{number}": Sum(column.path) for number, column in enumerate(summed)}
    with at_most(GROUPING_MS):
        found = list(rows.order_by().values(**groups).annotate(**figures).order_by("-n")[: MOST_GROUPS * 4 + 1])
    hidden = untold(dimension, (one["row"] for one in found), user)
    called = titles(dimension, (one["row"] for one in found))
    lines: dict[Any, Line] = {}
    for one in found:
        value = HIDDEN if one["row"] in hidden else None if one["row"] == "" else one["row"]
        line = lines.get(value)
        if line is None:
            if len(lines) == MOST_GROUPS:
                continue
            line = lines[value] = Line(group_of(dimension, value, called.get(value), formats))
        line.count += one["n"]
        for number, column in enumerate(summed):
            total = one[f"sum{number}"]
            if total is not None:
                currency = one[f"currency{currencies.index(column.sources[1])}"] if len(column.sources) > 1 else ""
                so_far = line.sums.setdefault(column.name, {})
                so_far[currency or ""] = so_far.get(currency or "", 0) + total
    by_group = {id(line.group): line for line in lines.values()}
    ordered = [by_group[id(group)] for group in in_order(dimension, [line.group for line in lines.values()])]
    complete = len(found) <= MOST_GROUPS * 4 and len({one["row"] for one in found}) <= MOST_GROUPS
    return ordered, complete
