"""A record as it stood at a moment: its fields, what belonged to it, and what has become different since.

The rights are those of today. Its page reads the record through `present.standing`, so that every kind of field shows
what it showed then; what it points at is called as it is called today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.safestring import SafeString, mark_safe

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.choices import Choice, YesNo
from kundig.records.kinds.references import Reference
from kundig.records.kinds.texts import Text
from kundig.records.ledger import present
from kundig.records.ledger.belonging import belonging, columns_to
from kundig.records.ledger.folding import is_erased
from kundig.records.ledger.models import CHANGED, CREATED, DELETED, LedgerRow
from kundig.records.ledger.sight import Sight
from kundig.records.ledger.states import State, states_at
from kundig.records.ledger.tables import Watched, watched_tables
from kundig.records.rows import Row, RowPlan

MOST_MOMENTS = 300
"""Changes to which one can step, the newest."""
_HOUSEKEEPING = ("id", "created_at", "changed_at")


@dataclass(frozen=True)
class Value:
    """A field as it was; `now` says what it is today where that is something else, `is_other` that it is."""

    label: str
    html: SafeString
    is_empty: bool
    is_other: bool
    now: str


@dataclass(frozen=True)
class Section:
    title: Any
    values: list[Value]


@dataclass(frozen=True)
class Part:
    """What belonged to the record, in a line; `is_gone` if it has been deleted since."""

    title: str
    notes: str
    is_gone: bool
    is_other: bool
    now: str


@dataclass(frozen=True)
class Parts:
    title: Any
    lines: list[Part]
    added: int
    """How many have come since."""


@dataclass
class Standing:
    """A record at a moment. Before it was made, and before changes were written down, `is_there` is False."""

    is_there: bool
    title: str = ""
    sections: list[Section] = field(default_factory=list)
    parts: list[Parts] = field(default_factory=list)
    has_erased: bool = False

    @property
    def different(self) -> int:
        """How many values and parts are something else today."""
        values = sum(value.is_other for section in self.sections for value in section.values)
        return values + sum(line.is_other for parts in self.parts for line in parts.lines)


class AsOf:
    """One record for one reader, at any moment."""

    def __init__(self, description: Description, record: models.Model, *, user: User, formats: Formats) -> None:
        self.description, self.record, self.user, self.formats = description, record, user, formats
        self.sight = Sight(user)
        model = description.model._meta.concrete_model
        self.watched = next((each for each in watched_tables().values() if each.model is model), None)
        self.belonging = [
            (part, watched, ids) for watched, ids in belonging(description, record) for part in watched.descriptions
        ]

    # -- when ----------------------------------------------------------------------------------------------------------

    def moments(self) -> list[datetime]:
        """When the record or something that belongs to it was changed, newest first."""
        ids = [self.record.pk, *(key for _part, _watched, each in self.belonging for key in each)]
        rows = LedgerRow.objects.filter(record__among=ids, op__in=(CREATED, CHANGED, DELETED))
        return list(rows.values_list("at", flat=True).distinct().order_by("-at")[:MOST_MOMENTS])

    # -- what ----------------------------------------------------------------------------------------------------------

    def at(self, moment: datetime, sections: Sequence[tuple[Any, Sequence[str]]]) -> Standing:
        """The record as it stood; `sections` say which fields stand together, what differs otherwise comes last."""
        if self.watched is None:
            return Standing(is_there=False)
        state = states_at(self.watched, [self.record.pk], moment).get(self.record.pk)
        if state is None:
            return Standing(is_there=False)
        known = {
            name: each for name, each in self.description.fields_for(self.user).items() if name not in _HOUSEKEEPING
        }
        title = self.description.field(self.description.title)
        plan = RowPlan([title, *known.values()], self.user)
        with present.standing(self.watched, {self.record.pk: state}):
            then = plan.one(self.description.everything(), self.record.pk)
        today = plan.one(self.description.everything(), self.record.pk)
        if then is None or today is None:
            return Standing(is_there=False)
        values = {name: self._value(each, plan, then, today) for name, each in known.items()}
        placed = [(head, [name for name in names if name in values]) for head, names in sections]
        told = {name for _head, names in placed for name in names} | self._parts_of_composed()
        rest = [name for name, value in values.items() if value.is_other and name not in told]
        return Standing(
            is_there=True,
            title=title.text(self.formats, *plan.values(then, title)),
            sections=[
                Section(head, shown)
                for head, names in [*placed, ("", rest)]
                if (shown := [values[name] for name in names if not values[name].is_empty or values[name].is_other])
            ],
            parts=[
                parts for part, watched, ids in self.belonging if (parts := self._parts(part, watched, ids, moment))
            ],
            has_erased=any(is_erased(value) for value in state.values()),
        )

    def _value(self, each: Field, plan: RowPlan, then: Row, today: Row) -> Value:
        was, is_now = plan.values(then, each), plan.values(today, each)
        text, now = each.text(self.formats, *was), each.text(self.formats, *is_now)
        label = str(each.label)
        return Value(
            label[:1].upper() + label[1:],
            mark_safe(each.kind.block(self.formats, *was)),  # noqa: S308 - kinds escape
            each.kind.is_empty(*was),
            text != now,
            now if text != now else "",
        )

    def _parts_of_composed(self) -> set[str]:
        """The columns that an address or a position shows as a whole."""
        return {source for name in self.description.composed for source in self.description.field(name).sources}

    # -- what belongs to it --------------------------------------------------------------------------------------------

    def _parts(self, part: Description, watched: Watched, ids: set[UUID], moment: datetime) -> Parts | None:
        if not ids:
            return None
        columns = columns_to(watched, self.description.model._meta.concrete_model)
        mine = str(self.record.pk)
        then = {
            key: state for key, state in states_at(watched, ids, moment).items()
            if any(state.get(column.column) == mine for column in columns)
        }  # fmt: skip
        seen = self.sight.would_see(watched, then)
        then = {key: state for key, state in then.items() if key in seen}
        now = self.sight.sees(watched, ids)
        lines = _Lines(part, self.record.pk, self.user, self.formats)
        was, today = lines.of(watched, then), lines.of_today(now)
        told = [
            Part(
                title,
                notes,
                key not in today,
                today.get(key) != (title, notes),
                " · ".join(filter(None, today.get(key, ()))),
            )
            for key, (title, notes) in was.items()
        ]
        added = len(now - then.keys())
        return Parts(part.label_plural, told, added) if told or added else None


class _Lines:
    """Parts as lines: what they are called, and what else stands in them."""

    def __init__(self, part: Description, whole: UUID, user: User, formats: Formats) -> None:
        self.part, self.whole, self.formats = part, whole, formats
        shown = {each.name: each for each in part.shown(f"{part.title} {part.form}", user)}
        # A role is called by whoever has it; where nothing of that kind names a part, its title does.
        self.fields = sorted(shown.values(), key=lambda each: not isinstance(each.kind, Reference))
        self.plan = RowPlan(self.fields, user)

    def of(self, watched: Watched, rows: Mapping[UUID, State]) -> dict[UUID, tuple[str, str]]:
        if not rows:
            return {}
        with present.standing(watched, rows):
            return self.of_today(rows)

    def of_today(self, ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
        found = self.plan.read(self.part.everything().filter(pk__among=list(ids)).order_by("pk"))
        return {row[0]: self._line(row) for row in found}

    def _line(self, row: Row) -> tuple[str, str]:
        texts = [text for each in self.fields if (text := self._text(each, self.plan.values(row, each)))]
        return (texts[0], " · ".join(texts[1:])) if texts else ("", "")

    def _text(self, each: Field, values: Row) -> str:
        text = each.text(self.formats, *values)
        if not text or (isinstance(each.kind, YesNo) and not values[0]):
            return ""
        if isinstance(each.kind, Reference) and values[0] == self.whole:
            return ""  # that is the page it stands on
        label = str(each.label)
        if isinstance(each.kind, YesNo):
            return label
        is_plain = isinstance(each.kind, Choice | Text | Reference) or each.name == self.part.title
        return text if is_plain else f"{label} {text}"
