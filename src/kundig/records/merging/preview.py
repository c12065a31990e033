"""What would become of two records if they were merged: field by field which value stays, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.functional import Promise

from kundig.accounts.models import User
from kundig.platform.formats import Formats, current_formats
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.choices import Several
from kundig.records.kinds.texts import LongText
from kundig.records.merging.weighing import REASONS, Side, Told, Verdict, Why, weigh
from kundig.records.rows import RowPlan


@dataclass(frozen=True)
class MergeLine:
    """One field of both records, and which value stays."""

    field: Field
    first: Told
    second: Told
    verdict: Verdict
    may_choose: bool

    @property
    def why(self) -> str | Promise:
        return REASONS[self.verdict.why]

    @property
    def is_one(self) -> bool:
        """Whether there is nothing to choose between."""
        return self.verdict.side is Side.BOTH

    @property
    def text(self) -> str:
        """What stays where both do."""
        if self.verdict.why is Why.JOINED and self.first.text != self.second.text:
            return f"{self.first.text}, {self.second.text}" if isinstance(self.field.kind, Several) else self.first.text
        return self.first.text or self.second.text

    @property
    def joined(self) -> Any:
        """The value in which both stay."""
        first, second = self.first.values[0], self.second.values[0]
        if isinstance(self.field.kind, Several):
            return [*first, *(each for each in second if each not in first)]
        limit = self.field.max_length
        text = first if second.strip() in first else f"{first}\n\n{second}"
        return text[:limit] if limit else text


def lines_of(
    description: Description,
    fields: Collection[Field],
    first: models.Model,
    second: models.Model,
    *,
    user: User,
    choices: Mapping[str, UUID] | None = None,
    judge: Callable[[Field, Told, Told], Verdict] | None = None,
) -> list[MergeLine]:
    """What merging `second` into `first` would make of these fields.

    Args:
        choices: name of a field → id of the record whose value stays, where it was chosen by hand.
        judge: which of two values stays; what holds for all records (`judged`) if None.
    """
    formats = current_formats()
    plan, both = RowPlan(fields, user), (first, second)
    rows = {row[0]: row for row in plan.in_order(description, [each.pk for each in both])}
    ids = tuple(rows)
    lines = []
    for field in fields:
        told = [_told(plan, rows[each.pk], field, each, formats, ids) for each in both]
        verdict = (judge or judged)(field, told[0], told[1])
        may_choose = description.may_read(user, field) and description.may_write(user, field)
        chosen = (choices or {}).get(field.name)
        if chosen is not None and may_choose and verdict.side is not Side.BOTH:
            side = Side.FIRST if chosen == first.pk else Side.SECOND
            verdict = verdict if side is verdict.side else Verdict(side, Why.CHOSEN)
        lines.append(MergeLine(field, told[0], told[1], verdict, may_choose))
    return lines


def judged(
    field: Field, first: Told, second: Told, *, known_better: Callable[[Told, Told], Verdict | None] | None = None
) -> Verdict:
    """Which of two values stays; lists and long texts keep both."""
    return weigh(first, second, is_joined=isinstance(field.kind, Several | LongText), known_better=known_better)


def shown_to(user: User, description: Description, lines: Collection[MergeLine]) -> list[MergeLine]:
    """The lines that are not empty on both sides, of fields that `user` may read."""
    return [
        line
        for line in lines
        if description.may_read(user, line.field) and not (line.first.is_empty and line.second.is_empty)
    ]


def in_order_of_the_form(description: Description, names: Collection[str]) -> list[Field]:
    """The fields of these names that can be set, as the form has them."""
    order = {name: place for place, name in enumerate(description.form.split())}
    fields = [field for name, field in description.fields.items() if name in names and field.editable]
    return sorted(fields, key=lambda field: order.get(field.name, len(order)))


def _told(plan: RowPlan, row: Any, field: Field, record: models.Model, formats: Formats, ids: tuple[UUID, ...]) -> Told:
    values = plan.values(row, field)
    origins = getattr(record, "origins", None) or {}
    entry = origins.get(field.name) or origins.get("*") or {}
    # One that points at the other would point at itself.
    is_empty = field.kind.is_empty(*values) or values[0] in ids
    return Told(values, field.text(formats, *values), is_empty, entry)
