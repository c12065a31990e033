"""A spreadsheet program in a few lines: opens a workbook, changes cells, and saves everything anew as LibreOffice does.

All texts are shared, dates are numbers with a format, hidden sheets stay hidden, and nothing of the original file is
left but its values.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from kundig.records.roundtrips.slip import ID, SHEET, VERSION


class Workbook:
    """`rows` are those of the table, header first; `others` the sheets behind it."""

    def __init__(self, content: bytes) -> None:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        self.sheet, *names = book.sheet_names
        self.rows: list[list[Any]] = book.get_sheet_by_name(self.sheet).to_python()
        self.others = {name: book.get_sheet_by_name(name).to_python() for name in names}

    @property
    def header(self) -> list[str]:
        return self.rows[0]

    @property
    def labels(self) -> list[str]:
        return [label for label in self.header if label not in (ID, VERSION)]

    def row(self, title: str) -> list[Any]:
        return next(row for row in self.rows[1:] if row[0] == title)

    def set(self, title: str, label: str, value: Any) -> None:
        self.row(title)[self.header.index(label)] = value

    def get(self, title: str, label: str) -> Any:
        return self.row(title)[self.header.index(label)]

    def add(self, **cells: Any) -> None:
        """A row below the last, `cells` by header with blanks as underscores."""
        row: list[Any] = [""] * len(self.header)
        for label, value in cells.items():
            row[self.header.index(label.replace("_", " "))] = value
        self.rows.append(row)

    def remove(self, title: str) -> None:
        self.rows.remove(self.row(title))

    def without(self, label: str) -> None:
        place = self.header.index(label)
        for row in self.rows:
            del row[place]

    def saved(self) -> bytes:
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            day = book.add_format({"num_format": "yyyy\\-mm\\-dd"})
            moment = book.add_format({"num_format": "yyyy\\-mm\\-dd\\ hh:mm"})
            for name, rows in ((self.sheet, self.rows), *self.others.items()):
                sheet = book.add_worksheet(name)
                if name == SHEET:
                    sheet.hide()
                for number, row in enumerate(rows):
                    for place, value in enumerate(row):
                        if isinstance(value, dt.datetime):
                            sheet.write_datetime(number, place, value, moment)
                        elif isinstance(value, dt.date):
                            sheet.write_datetime(number, place, value, day)
                        elif value not in ("", None):
                            sheet.write(number, place, value)
        return target.getvalue()
