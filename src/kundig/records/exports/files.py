"""The file of a table: CSV in portions as the database hands out rows, or a workbook that also tells about itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import IO, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.platform.formats import Formats, currency_symbol
from kundig.records.exports.cells import harmless, text_of, value_of
from kundig.records.fields import Field
from kundig.records.kinds.base import Kind
from kundig.records.kinds.contacts import Address
from kundig.records.kinds.numbers import Money, Number, Percent
from kundig.records.kinds.places import Position
from kundig.records.kinds.times import Date, Moment
from kundig.records.rows import Row, RowPlan

PORTION = 2000
"""Rows that the database hands out at a time, and that are written together."""
MOST_ROWS_XLSX = 1_000_000
"""A sheet ends at 1,048,576 rows."""
LONGEST_CELL = 32_767
LONGEST_SHEET = 31

About = Sequence[tuple[str, Any]]
"""What the second sheet tells: pairs of label and value."""
Watch = Callable[[int], None]


class Form(models.TextChoices):
    """What a file can be; both kinds of CSV are UTF-8 with the mark by which spreadsheets know it."""

    XLSX = "xlsx", gettext_lazy("Excel (XLSX)")
    CSV = "csv", gettext_lazy("CSV with semicolons")
    CSV_COMMA = "csv-comma", gettext_lazy("CSV with commas")
    EDIT = "edit", gettext_lazy("Excel, to edit and bring back")

    @property
    def is_workbook(self) -> bool:
        return self in (Form.XLSX, Form.EDIT)

    @property
    def suffix(self) -> str:
        return "xlsx" if self.is_workbook else "csv"

    @property
    def content_type(self) -> str:
        if self.is_workbook:
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Column:
    """One column of the file: how its cell is written as text, and as a value of a spreadsheet."""

    label: str
    values: Callable[[Row], Row]
    text: Callable[..., str]
    value: Callable[..., Any]


class Export:
    """The file of a table: its columns in the reader's language, rows as `rows` brings them, told as `user` sees."""

    def __init__(self, fields: Iterable[Field], formats: Formats, user: User | None = None) -> None:
        self.formats = formats
        self.fields = list({part.name: part for field in fields for part in _parts(field)}.values())
        self.plan = RowPlan(self.fields, user)
        self.columns = [self._column(field) for field in self.fields]

    def _column(self, field: Field) -> Column:
        label = str(field.label)[:1].upper() + str(field.label)[1:]
        return Column(label, self.plan.getter(field), text_of(field, self.formats), value_of(field, self.formats))

    @property
    def is_personal(self) -> bool:
        """Whether anything in it says something about a person."""
        return any(field.personal for field in self.fields)

    def write(
        self, rows: Iterable[Row], form: Form, target: IO[bytes], *, name: str, about: About, watch: Watch | None = None
    ) -> int:
        """Write the file and answer how many rows it has; `watch` is told after each portion.

        Raises:
            ValueError: if a workbook cannot hold so many rows.
        """
        if form.is_workbook:
            return self._write_xlsx(rows, target, name=name, about=about, watch=watch)
        done = 0
        delimiter = "," if form is Form.CSV_COMMA else ";"
        for number, portion in self.csv(rows, delimiter=delimiter):
            target.write(portion)
            done = number
            if watch:
                watch(done)
        return done

    def csv(self, rows: Iterable[Row], *, delimiter: str) -> Iterator[tuple[int, bytes]]:
        """The file in portions, each with the number of rows until its end."""
        portion, number = io.StringIO(), 0
        writer = csv.writer(portion, delimiter=delimiter)
        portion.write("\ufeff")
        writer.writerow([harmless(column.label) for column in self.columns])
        columns = [(column.text, column.values) for column in self.columns]
        for number, row in enumerate(rows, start=1):
            writer.writerow([text(*values(row)) for text, values in columns])
            if number % PORTION == 0:
                yield number, _emptied(portion)
        yield number, _emptied(portion)

    def _write_xlsx(
        self, rows: Iterable[Row], target: IO[bytes], *, name: str, about: About, watch: Watch | None
    ) -> int:
        import xlsxwriter  # most processes never need it, and it is large

        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "remove_timezone": True,
        }
        number = 0
        with xlsxwriter.Workbook(target, options) as workbook:
            shapes = Shapes(workbook, self.formats)
            sheet = workbook.add_worksheet(sheet_name(name))
            sheet.freeze_panes(1, 1)
            for place, field in enumerate(self.fields):
                sheet.set_column(place, place, width_of(field.kind))
            sheet.write_row(0, 0, [column.label for column in self.columns], shapes.bold)
            forms = [shapes.of(field) for field in self.fields]
            for number, row in enumerate(rows, start=1):
                if number > MOST_ROWS_XLSX:
                    raise ValueError(f"a sheet holds {MOST_ROWS_XLSX} rows")
                for place, column in enumerate(self.columns):
                    values = column.values(row)
                    cell_into(sheet, number, place, column.value(*values), forms[place](*values))
                if watch and number % PORTION == 0:
                    watch(number)
            sheet.autofilter(0, 0, max(number, 1), len(self.columns) - 1)
            _write_about(workbook, shapes, about, number, self.formats)
        return number


class Shapes:
    """The formats of a workbook's cells, each made once."""

    def __init__(self, workbook: Any, formats: Formats) -> None:
        self.workbook = workbook
        self.bold = workbook.add_format({"bold": True})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._day = workbook.add_format({"num_format": "dd.mm.yyyy" if formats.language == "de" else "d mmm yyyy"})
        self.moment = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        self._percent = workbook.add_format({"num_format": '#,##0.##"%"'})
        self._amounts: dict[str, Any] = {}
        self._formats = formats

    def of(self, field: Field) -> Callable[..., Any]:
        """The format of a cell by its values: an amount shows its own currency."""
        kind = field.kind
        if isinstance(kind, Money):
            return lambda *values: self._amount((values[1] if len(values) > 1 else "") or company().currency)
        if isinstance(kind, Moment):
            return lambda *values: self.moment
        if isinstance(kind, Date):
            return lambda *values: self._day
        if isinstance(kind, Percent):
            return lambda *values: self._percent
        return lambda *values: None

    def _amount(self, currency: str) -> Any:
        if currency not in self._amounts:
            symbol = currency_symbol(currency, self._formats.language).replace('"', "")
            self._amounts[currency] = self.workbook.add_format({"num_format": f'#,##0.00\\ "{symbol}"'})
        return self._amounts[currency]


@cache
def about_names() -> frozenset[str]:
    """What the sheet that tells about a workbook is called, in each language: our own files are known by it again."""
    names = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            names.add(sheet_name(_("About")))
    return frozenset(names)


def sorted_rows(rows: QuerySet, plan: RowPlan, *, sort: str, descending: bool) -> Iterator[Row]:
    """The rows in order, handed out by the database portion by portion within one transaction: one state of all."""
    key = F(sort).desc(nulls_last=True) if descending else F(sort).asc(nulls_last=True)
    ordered = rows.order_by(key, "-pk" if descending else "pk")
    with transaction.atomic():
        found = ordered.values_list(*plan.sources).iterator(chunk_size=PORTION)
        while portion := list(islice(found, PORTION)):
            yield from plan.veiled(portion)


def _parts(field: Field) -> list[Field]:
    """An address, or a position, takes one column for each of its parts, an amount one for its currency: so they can
    be sorted, and imported again."""
    if isinstance(field.kind, Address | Position) and field.name in field.description.composed:
        return [field.description.fields[source] for source in field.sources]
    if isinstance(field.kind, Money):
        return [field, *(field.description.field(source.replace("__", ".")) for source in field.sources[1:])]
    return [field]


def width_of(kind: Kind) -> int:
    """Characters that a column shows."""
    return 14 if isinstance(kind, Number | Date) else 40 if kind.name == "long_text" else 22


def sheet_name(name: str) -> str:
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in name)[:LONGEST_SHEET].strip() or "Kundig"


def _write_about(workbook: Any, shapes: Shapes, about: About, rows: int, formats: Formats) -> None:
    sheet = workbook.add_worksheet(sheet_name(_("About")))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80)
    for number, (label, value) in enumerate([*about, (_("Rows"), rows)]):
        sheet.write_string(number, 0, str(label), shapes.bold)
        form = shapes.moment if hasattr(value, "hour") else shapes.wrapped
        cell_into(sheet, number, 1, value, form)


def cell_into(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    """Write a value into a cell of a workbook: texts as texts, whatever they look like."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST_CELL], form)
    else:
        sheet.write(row, column, value, form)


def _emptied(portion: io.StringIO) -> bytes:
    written = portion.getvalue().encode()
    portion.seek(0)
    portion.truncate()
    return written
