"""What a pivot table may be asked for: fields to group by, and figures to work out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.records.boards.offered import parts_of_positions
from kundig.records.kinds.choices import Choice, YesNo
from kundig.records.kinds.contacts import Country
from kundig.records.kinds.numbers import Number, Percent
from kundig.records.kinds.references import File, Reference
from kundig.records.kinds.times import Date, Time

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description
    from kundig.records.fields import Field

STEPS = {"year": gettext_lazy("by year"), "quarter": gettext_lazy("by quarter"), "month": gettext_lazy("by month")}
COUNT, SUM, AVERAGE, LOWEST, HIGHEST = "count", "sum", "avg", "min", "max"
FIGURES = {
    SUM: gettext_lazy("sum of %(field)s"),
    AVERAGE: gettext_lazy("average of %(field)s"),
    LOWEST: gettext_lazy("lowest %(field)s"),
    HIGHEST: gettext_lazy("highest %(field)s"),
}


@dataclass(frozen=True)
class Pivot:
    """What a description says about its pivot table at first; everything can be chosen anew.

    `rows` and `columns` name a field, a date with its step ("placed_on:quarter"); `measure` is "count" or a figure of
    a number ("sum:total").
    """

    rows: str = ""
    columns: str = ""
    measure: str = COUNT

    @property
    def names(self) -> str:
        """All fields it names, for the check at start."""
        figure, _colon, field = self.measure.partition(":")
        return " ".join((self.rows.partition(":")[0], self.columns.partition(":")[0], field if figure != COUNT else ""))


@dataclass(frozen=True)
class Dimension:
    """A field by whose values records are put together; dates by `step` ("year", "quarter", "month")."""

    field: Field
    step: str = ""

    @property
    def key(self) -> str:
        return f"{self.field.name}:{self.step}" if self.step else self.field.name

    @property
    def is_of_days(self) -> bool:
        """Whether it puts together days, of which there are few, not moments."""
        column = self.field.model_field
        return bool(self.step) and isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField)

    @property
    def label(self) -> str:
        label = capfirst(str(self.field.label))
        return f"{label}, {STEPS[self.step]}" if self.step else label


@dataclass(frozen=True)
class Measure:
    """What is worked out for each group: how many there are, or a figure of a number."""

    figure: str = COUNT
    field: Field | None = None

    @property
    def key(self) -> str:
        return f"{self.figure}:{self.field.name}" if self.field else self.figure

    @property
    def label(self) -> str:
        if self.field is None:
            return _("Number")
        return capfirst(str(FIGURES[self.figure]) % {"field": str(self.field.label)})


def dimensions(description: Description, user: User) -> list[Dimension]:
    """By what `user` may group, what the description filters by first."""
    fields = list(description.fields_for(user).values())
    told = f"{description.filters} {description.columns}".split()
    fields.sort(key=lambda f: told.index(f.name) if f.name in told else len(told))
    plain = [Dimension(field) for field in fields if _is_group(field)]
    dated = [Dimension(field, step) for field in fields if _is_dated(field) for step in STEPS]
    return plain + dated


def measures(description: Description, user: User) -> list[Measure]:
    parts = parts_of_positions(description)
    fields = [
        f
        for f in description.fields_for(user).values()
        if isinstance(f.kind, Number) and f.model_field is not None and f.name not in parts
    ]
    found = [Measure()]
    for field in fields:
        found += [Measure(f, field) for f in FIGURES if not (f == SUM and isinstance(field.kind, Percent))]
    return found


def chosen(
    description: Description, user: User, *, rows: str = "", columns: str = "", measure: str = ""
) -> tuple[Dimension | None, Dimension | None, Measure]:
    """What is asked for, or else what the description says, or else the first field offered; columns may be none."""
    offered = {d.key: d for d in dimensions(description, user)}
    figures = {m.key: m for m in measures(description, user)}
    said = description.pivot or Pivot()
    first = offered.get(rows) or offered.get(said.rows) or next(iter(offered.values()), None)
    second = offered.get(columns or said.columns)
    if first is not None and second is not None and second.key == first.key:
        second = None
    return first, second, figures.get(measure) or figures.get(said.measure) or Measure()


def _is_group(field: Field) -> bool:
    kind = field.kind
    return isinstance(kind, Choice | YesNo | Country) or (isinstance(kind, Reference) and not isinstance(kind, File))


def _is_dated(field: Field) -> bool:
    is_column: Any = isinstance(field.model_field, models.DateField)
    return isinstance(field.kind, Date) and not isinstance(field.kind, Time) and is_column
