"""Three ways: what stood in the file when it left (base), what stands there now (mine), and in Kundig (theirs)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.description import Description
from kundig.records.exports.cells import value_of as exported
from kundig.records.imports.models import ImportRun
from kundig.records.ledger.models import LedgerRow
from kundig.records.ledger.tables import watched_tables
from kundig.records.merging.trail import survivors_of
from kundig.records.roundtrips import marks
from kundig.records.roundtrips.cells import come_back, value_of, written
from kundig.records.roundtrips.columns import Column, Columns
from kundig.records.roundtrips.models import LineKind, ReturnedLine
from kundig.records.roundtrips.reading import Line
from kundig.records.rows import Row, RowPlan

PORTION = 1000
CHANGE, CONFLICT, REFUSED = "change", "conflict", "refused"


@dataclass
class Cell:
    """One cell that is different; texts are those of the file. `base` is None where it was changed on both sides: then
    the ledger may know (`kundig.records.roundtrips.bases`), and `mark` of the record `of` says whether it is right."""

    field: str
    label: str
    mine: str
    theirs: str = ""
    base: str | None = None
    state: str = CHANGE
    why: str = ""
    take: bool = True
    mark: str = ""
    of: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Found:
    """What comparing has found: rows that are different, and what is to be known about the others."""

    lines: list[ReturnedLine] = field(default_factory=list)
    rows: int = 0
    unchanged: int = 0
    retitled: int = 0
    """Rows whose first column is different: where most are, the table was sorted without its hidden columns."""


class Comparing:
    """Compares the rows of a file with the records they came from, as `by` may see and write them."""

    def __init__(
        self, run: ImportRun, description: Description, columns: Columns, *, by: User, formats: Formats
    ) -> None:
        self.run = run
        self.description = description
        self.columns = columns
        self.by = by
        self.formats = formats
        self.readable = [column for column in columns.known if column.field is not None]
        self.title = description.field(description.title)
        self.plan = RowPlan([*(column.field for column in self.readable if column.field), self.title], by)
        self.exported = {column.name: exported(column.field, formats) for column in self.readable if column.field}
        self._seen: dict[UUID, int] = {}
        self._joined: set[UUID] = set()

    def compare(self, lines: Iterable[Line]) -> Iterator[Found]:
        """Portion by portion."""
        rows = iter(lines)
        while portion := list(islice(rows, PORTION)):
            yield self._portion(portion)

    def missing(self, ids: Sequence[UUID], *, since: dt.datetime) -> Iterator[Found]:
        """The records that were in the export, and no row of the file means any more.

        One that was changed `since` is a conflict: whoever removed the row has not seen what it is now.
        """
        gone = [(place, each) for place, each in enumerate(ids, start=2) if each not in self._seen]
        for start in range(0, len(gone), PORTION):
            portion = gone[start : start + PORTION]
            rows = self._rows([each for _place, each in portion])
            changed = changed_since(self.description, rows, since)
            found = Found()
            for place, each in portion:
                if each in rows:
                    title = self.formats_title(rows[each])
                    line = self._line(place, LineKind.REMOVED, record_id=each, title=title, is_wanted=False)
                    if each in changed:
                        line.conflicts, line.why = 1, _("It was changed in Kundig after the file was made.")
                    found.lines.append(line)
            yield found

    def theirs(self, row: Row) -> dict[str, str]:
        """What the file would hold of a record as it is now: field → text."""
        return {
            column.name: written(self.exported[column.name](*self.plan.values(row, column.field)))
            for column in self.readable if column.field
        }  # fmt: skip

    def rows_now(self, ids: Sequence[UUID]) -> dict[UUID, Row]:
        """These records as `by` sees them now."""
        return self._rows(ids)

    def values(self, record: models.Model | None, cells: Sequence[Cell]) -> dict[str, Any]:
        """The values of the cells that are to be taken; what a field cannot take becomes refused, with the reason.

        Values that the record has already are left out.
        """
        row = {} if record is None else {c.attname: getattr(record, c.attname) for c in record._meta.concrete_fields}
        values: dict[str, Any] = {}
        known = {column.name: column for column in self.columns.known}
        for cell in cells:
            column = known.get(cell.field)
            if cell.state == REFUSED or column is None:
                continue
            target = column.field
            if target is None or column.why_kept:
                # Compared under other rights: those of today count.
                cell.state, cell.why = REFUSED, column.why_kept
                continue
            try:
                value = value_of(cell.mine, target, by=self.by, formats=self.formats, row=row)
                parts = target.kind.columns(target, value)
                if target.required and target.kind.is_empty(*parts.values()):
                    raise ValidationError(_("“%(field)s” must not be empty.") % {"field": target.label})
            except ValidationError as error:
                cell.state, cell.why = REFUSED, " ".join(error.messages)
                continue
            if record is not None and all(getattr(record, name) == part for name, part in parts.items()):
                cell.state = ""
                continue
            row |= parts
            values[cell.field] = value
        return values

    # -- inside ------------------------------------------------------------------------------------------------------

    def _portion(self, lines: Sequence[Line]) -> Found:
        found = Found(rows=len(lines))
        ids = {line: _id(line) for line in lines}
        wanted = {each for each in ids.values() if each is not None}
        rows = self._rows(wanted)
        merged = survivors_of(self.description.name, wanted - rows.keys()) if wanted - rows.keys() else {}
        rows |= self._rows(set(merged.values()) - rows.keys())
        changeable = self._changeable(rows)
        different: list[tuple[ReturnedLine, list[Cell], UUID]] = []
        for line in lines:
            key = ids[line]
            if not line.key and not line.version:
                found.lines.append(self._new(line))
                continue
            target = merged.get(key, key) if key is not None else None
            if (problem := self._problem(line, key, target, rows)) is not None:
                found.lines.append(problem)
                continue
            assert key is not None and target is not None
            cells = self._cells(line, key, rows[target])
            self._seen[key] = self._seen[target] = line.number
            if target != key:
                self._joined.add(target)
            found.retitled += any(cell.field == self.readable[0].name for cell in cells) if self.readable else 0
            if not cells:
                found.unchanged += 1
                continue
            returned = self._line(
                line.number, LineKind.CHANGED, record_id=target, title=self.formats_title(rows[target]), row=line.texts,
            )  # fmt: skip
            if target not in changeable:
                for cell in cells:
                    cell.state = REFUSED
                    cell.why = _(
                        "You may look at this, but not change it. The person responsible or an administrator can."
                    )
            if target != key:
                returned.why = _("The record of this row has become another one, “%(title)s”.") % {
                    "title": returned.title
                }
            different.append((returned, cells, target))
        self._read(different, found)
        found.lines.sort(key=lambda line: line.number)
        return found

    def _rows(self, ids: Iterable[UUID]) -> dict[UUID, Row]:
        wanted = list(ids)
        if not wanted:
            return {}
        return {row[0]: row for row in self.plan.read(self.description.visible_to(self.by).filter(pk__in=wanted))}

    def _changeable(self, rows: Mapping[UUID, Row]) -> set[UUID]:
        if not self.description.may(self.by, Action.CHANGE) or not rows:
            return set()
        allowed = self.description.visible_to(self.by, Action.CHANGE).filter(pk__in=list(rows))
        return set(allowed.values_list("pk", flat=True))

    def _problem(self, line: Line, key: UUID | None, target: UUID | None, rows: Mapping[UUID, Row]) -> Any:
        """The line of a row that cannot be compared; None if it can."""
        if key is None or line.version[: marks.WIDTH] != marks.of_row(line.key):
            why = _("The hidden id of this row was changed, so that nobody knows which record it means.")
            return self._refused(line, why)
        if target in self._seen:
            why = _("The same record stands in row %(row)s already.") % {"row": self._seen[target]}
            if target != key or target in self._joined:
                return self._refused(line, f"{_('The records of two rows have become one.')} {why}", target)
            double = self._new(line, is_copy=True)
            double.kind, double.why, double.is_wanted, double.record_id = LineKind.DOUBLE, why, False, target
            return double
        if target not in rows:
            why = _("It is not there any more, or not visible to you.")
            return self._refused(line, why, target)
        return None

    def _refused(self, line: Line, why: str, about: UUID | None = None) -> ReturnedLine:
        return self._line(
            line.number, LineKind.REFUSED, title=_first(line), row=line.texts, why=why, is_wanted=False,
            record_id=about,
        )  # fmt: skip

    def _cells(self, line: Line, key: UUID, row: Row) -> list[Cell]:
        """What is different in a row."""
        theirs: dict[str, str] | None = None
        cells = []
        for column in self.columns.known:
            mine = _text(line, column)
            start = marks.WIDTH * (column.mark_at + 1)
            base = line.version[start : start + marks.WIDTH]
            if marks.of_cell(line.key, column.name, mine) == base:
                continue
            theirs = self.theirs(row) if theirs is None else theirs
            there = theirs.get(column.name, "")
            if there == mine and column.field is not None:
                continue
            cell = Cell(column.name, column.label, mine, there)
            is_as_it_was = marks.of_cell(line.key, column.name, there) == base
            if is_as_it_was:
                cell.base = there
            if column.why_kept:
                cell.state, cell.why = REFUSED, column.why_kept
            elif not is_as_it_was:
                cell.state, cell.take, cell.mark, cell.of = CONFLICT, False, base, line.key
            cells.append(cell)
        return cells

    def _read(self, different: Sequence[tuple[ReturnedLine, list[Cell], UUID]], found: Found) -> None:
        """Read what was typed, and leave out rows in which nothing is different after all."""
        records = self.description.visible_to(self.by).in_bulk([target for _line, _cells, target in different])
        for line, cells, target in different:
            self.values(records[target], cells)
            left = [cell for cell in cells if cell.state]
            if not left:
                found.unchanged += 1
                continue
            told(line, left)
            found.lines.append(line)

    def _new(self, line: Line, *, is_copy: bool = False) -> ReturnedLine:
        """A row without an id: a record that is to be made. Of a copied row what tells records apart stays out."""
        cells = [
            Cell(column.name, column.label, text)
            for column in self.columns.known
            if not column.why_kept
            and (text := _text(line, column))
            and not (is_copy and _is_copied(line, column, text))
        ]
        returned = self._line(line.number, LineKind.NEW, title=_first(line), row=line.texts)
        if not self.description.may(self.by, Action.CREATE):
            returned.kind, returned.is_wanted = LineKind.REFUSED, False
            returned.why = _("You may not create %(what)s.") % {"what": self.description.label_plural}
        self.values(None, cells)
        told(returned, cells)
        return returned

    def _line(self, number: int, kind: LineKind, *, row: Sequence[str] = (), **values: Any) -> ReturnedLine:
        return ReturnedLine(run=self.run, number=number, kind=kind, row=list(row), **values)

    def formats_title(self, row: Row) -> str:
        """What a record is called."""
        return self.title.text(self.formats, *self.plan.values(row, self.title))


def told(line: ReturnedLine, cells: Sequence[Cell]) -> None:
    """Keep cells in their line, and count them."""
    line.cells = [cell.as_json() for cell in cells]
    line.changes = sum(cell.state == CHANGE for cell in cells)
    line.conflicts = sum(cell.state == CONFLICT for cell in cells)
    line.refusals = sum(cell.state == REFUSED for cell in cells)


def cells_of(line: ReturnedLine) -> list[Cell]:
    """The cells that a line has kept."""
    return [Cell(**each) for each in line.cells]


def changed_since(
    description: Description, ids: Collection[UUID], moment: dt.datetime, *, but_by: UUID | None = None
) -> set[UUID]:
    """Those of these records of which the ledger knows a later change, other than the change set `but_by`."""
    watched = next((each for each in watched_tables().values() if description in each.descriptions), None)
    if watched is None or not ids:
        return set()
    later = LedgerRow.objects.filter(table_id=watched.number, record__among=list(ids), at__gt=moment)
    if but_by is not None:
        later = later.exclude(change_set=but_by)
    return set(later.values_list("record", flat=True))


def _id(line: Line) -> UUID | None:
    try:
        return UUID(line.key)
    except ValueError:
        return None


def _text(line: Line, column: Column) -> str:
    text = line.texts[column.place] if column.place < len(line.texts) else ""
    return come_back(text, column.field.kind) if column.field is not None else text.strip()


def _is_copied(line: Line, column: Column, text: str) -> bool:
    """Whether a value that only one record can have still is the one of the record the row was copied from."""
    start = marks.WIDTH * (column.mark_at + 1)
    is_unique = column.field is not None and column.field.is_unique
    return is_unique and line.version[start : start + marks.WIDTH] == marks.of_cell(line.key, column.name, text)


def _first(line: Line) -> str:
    return next((text for text in line.texts if text.strip()), "")[:200]
