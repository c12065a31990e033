"""The workbook that is to be edited and brought back: typed cells, drop-downs, a sheet of help, and a hidden slip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.platform.formats import Formats
from kundig.platform.ids import uuid7
from kundig.records.description import Description
from kundig.records.exports.files import (
    About,
    Column,
    Export,
    Shapes,
    Watch,
    cell_into,
    sheet_name,
    width_of,
)
from kundig.records.fields import Field
from kundig.records.kinds.choices import Choice, YesNo
from kundig.records.kinds.contacts import Country
from kundig.records.kinds.numbers import Number
from kundig.records.kinds.references import Reference
from kundig.records.kinds.times import Date, Time
from kundig.records.roundtrips import marks
from kundig.records.roundtrips.cells import written
from kundig.records.roundtrips.help import help_lines
from kundig.records.roundtrips.rights import why_kept
from kundig.records.roundtrips.slip import ID, IDS_AT, LISTS_AT, SHEET, VERSION, Slip
from kundig.records.rows import Row

MOST_ROWS = 100_000
"""More is no work for a spreadsheet; who has more to change does it in bulk, or filters first."""
ROOM = 1000
"""Rows below the last in which new records find drop-downs and formats, too."""
MOST_LISTED = 200
"""Up to so many records are offered in a drop-down."""
PORTION = 2000


class EditableExport(Export):
    """An export whose file knows its rows again. Two hidden columns stand behind the first one, so that whoever sorts
    the table from its first to its last column takes them along."""

    def __init__(self, fields: Iterable[Field], formats: Formats, user: User, description: Description) -> None:
        super().__init__(fields, formats, user)
        self.user = user
        self.description = description
        self.columns = _told_apart(self.columns)
        self.kept = [why_kept(description, field, user) for field in self.fields]
        self.choices = [[] if why else self._choices(field) for field, why in zip(self.fields, self.kept, strict=True)]

    def _write_xlsx(
        self, rows: Iterable[Row], target: IO[bytes], *, name: str, about: About, watch: Watch | None
    ) -> int:
        import xlsxwriter  # most processes never need it, and it is large

        slip = Slip(
            house=marks.of_house(), company=company().name, export=str(uuid7()), object=self.description.name,
            language=self.formats.language, sheet=sheet_name(name), at=timezone.now(),
            fields=tuple((f.name, c.label) for f, c in zip(self.fields, self.columns, strict=True)),
        )  # fmt: skip
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(target, {**options, "remove_timezone": True}) as workbook:
            shapes = Shapes(workbook, self.formats)
            sheet = workbook.add_worksheet(slip.sheet)
            ids = self._write_rows(workbook, sheet, shapes, rows, watch)
            self._guard(workbook, sheet, len(ids))
            self._write_help(workbook, shapes, about, len(ids))
            self._write_slip(workbook, replace(slip, ids=tuple(ids)))
        return len(ids)

    def _write_rows(
        self, workbook: Any, sheet: Any, shapes: Shapes, rows: Iterable[Row], watch: Watch | None
    ) -> list[Any]:
        text = workbook.add_format({"num_format": "@"})
        grey = workbook.add_format({"bold": True, "font_color": "#6b6b66", "italic": True})
        sheet.freeze_panes(1, 1)
        sheet.set_column(1, 2, 4, None, {"hidden": True})
        sheet.write_row(0, 1, [ID, VERSION], grey)
        forms = []
        for place, (field, column) in enumerate(zip(self.fields, self.columns, strict=True)):
            form = shapes.of(field)
            plain = form(None, "") if isinstance(field.kind, Number | Date) else text
            forms.append(form if isinstance(field.kind, Number | Date) else lambda *values: text)
            sheet.set_column(_at(place), _at(place), width_of(field.kind), plain)
            sheet.write_string(0, _at(place), column.label, grey if self.kept[place] else shapes.bold)
        ids = []
        names = [field.name for field in self.fields]
        for number, row in enumerate(rows, start=1):
            key = str(row[0])
            version = [marks.of_row(key)]
            for place, column in enumerate(self.columns):
                values = column.values(row)
                value = column.value(*values)
                cell_into(sheet, number, _at(place), value, forms[place](*values))
                version.append(marks.of_cell(key, names[place], written(value)))
                if place == 0:
                    sheet.write_string(number, 1, key)
            sheet.write_string(number, 2, "".join(version))
            ids.append(row[0])
            if watch and number % PORTION == 0:
                watch(number)
        sheet.autofilter(0, 0, max(len(ids), 1), _at(len(self.columns) - 1) if len(self.columns) > 1 else 2)
        return ids

    def _guard(self, workbook: Any, sheet: Any, rows: int) -> None:
        """Drop-downs and checks: what cannot be taken is refused where it is typed."""
        grey = workbook.add_format({"font_color": "#6b6b66", "bg_color": "#f4f3ef"})
        last = rows + ROOM
        lists = LISTS_AT
        for place, field in enumerate(self.fields):
            where = (1, _at(place), last, _at(place))
            if why := self.kept[place]:
                never = {"validate": "custom", "value": "=FALSE", "error_title": _("Only shown")[:32]}
                sheet.data_validation(*where, {**never, "error_message": why[:255]})
                sheet.conditional_format(*where, {"type": "formula", "criteria": "=TRUE", "format": grey})
            elif choices := self.choices[place]:
                column = _letters(lists)
                lists += 1
                sheet.data_validation(
                    *where,
                    {
                        "validate": "list", "source": f"='{SHEET}'!${column}$2:${column}${len(choices) + 1}",
                        "error_title": _("Not on the list")[:32],
                        "error_message": _("Choose one of the list, as the arrow beside the cell shows it.")[:255],
                    },
                )  # fmt: skip
            elif rule := _rule(field):
                sheet.data_validation(*where, rule)

    def _choices(self, field: Field) -> list[str]:
        """What a drop-down offers; empty where anything may be typed, or too much is there to choose from."""
        kind = field.kind
        if isinstance(kind, YesNo):
            return [_("yes"), _("no")]
        if isinstance(kind, Choice):
            return [str(label) for _value, label in kind.choices]
        if isinstance(kind, Country):
            return [label for _value, label in kind.options(self.formats.language)]
        if isinstance(kind, Reference):
            titles = kind.candidates(self.user).values_list(kind.title(), flat=True)[: MOST_LISTED + 1]
            found = sorted({str(title) for title in titles if title}, key=str.casefold)
            return found if len(found) <= MOST_LISTED else []
        return []

    def _write_help(self, workbook: Any, shapes: Shapes, about: About, rows: int) -> None:
        sheet = workbook.add_worksheet(sheet_name(_("Help")))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 90)
        title = workbook.add_format({"bold": True, "font_size": 14})
        at = 0
        parts = help_lines(self.description, self.fields, self.columns, self.kept, self.choices)
        for heading, lines in (*parts, (_("About this file"), [*about, (_("Rows"), rows)])):
            sheet.write_string(at, 0, heading, title)
            for label, value in lines:
                at += 1
                sheet.write_string(at, 0, str(label), shapes.bold)
                cell_into(sheet, at, 1, value, shapes.moment if isinstance(value, dt.datetime) else shapes.wrapped)
            at += 2

    def _write_slip(self, workbook: Any, slip: Slip) -> None:
        sheet = workbook.add_worksheet(SHEET)
        sheet.hide()
        pairs = slip.pairs()
        listed = [choices for choices in self.choices if choices]
        for number in range(max(len(pairs), len(slip.ids) + 1, *(len(each) + 1 for each in listed), 1)):
            if number < len(pairs):
                sheet.write_string(number, 0, pairs[number][0])
                sheet.write_string(number, 1, pairs[number][1])
            if 0 < number <= len(slip.ids):
                sheet.write_string(number, IDS_AT, str(slip.ids[number - 1]))
            for place, choices in enumerate(listed):
                if 0 < number <= len(choices):
                    sheet.write_string(number, LISTS_AT + place, choices[number - 1])


def _at(place: int) -> int:
    """The column of the sheet for a column of the table: the hidden ones stand behind the first."""
    return place if place == 0 else place + 2


def _rule(field: Field) -> dict[str, Any]:
    """What a cell of this kind takes; empty where anything may be tried."""
    kind = field.kind
    if isinstance(kind, Number):
        return {
            "validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15,
            "error_title": _("Not a number")[:32], "error_message": _("This column takes numbers only.")[:255],
        }  # fmt: skip
    if isinstance(kind, Date) and not isinstance(kind, Time):
        return {
            "validate": "date", "criteria": ">=", "value": dt.date(1900, 1, 1),
            "error_title": _("Not a date")[:32],
            "error_message": _("This column takes dates only, like 2026-04-03.")[:255],
        }  # fmt: skip
    return {}


def _told_apart(columns: list[Column]) -> list[Column]:
    """Two columns of one name are numbered: by its name a column is found again."""
    seen: dict[str, int] = {}
    found = []
    for column in columns:
        count = seen[column.label] = seen.get(column.label, 0) + 1
        found.append(column if count == 1 else replace(column, label=f"{column.label} ({count})"))
    return found


def _letters(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    letters: str = xl_col_to_name(place)
    return letters
