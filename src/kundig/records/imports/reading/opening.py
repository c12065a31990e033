"""From a file somebody chose to a table: recognised, or read in the form that was chosen for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kundig.records.imports.reading import naming_row, values, workbooks
from kundig.records.imports.reading.fixed import cuts_of
from kundig.records.imports.reading.form import FIXED, TableForm
from kundig.records.imports.reading.recognise import lines_of, parse, recognise, recognise_text, sample_of
from kundig.records.imports.reading.signatures import is_workbook
from kundig.records.imports.reading.table import Table


@dataclass(frozen=True)
class Opened:
    """A table, and the sheets of the workbook it may have been chosen from."""

    table: Table
    sheets: tuple[str, ...] = ()


def open_file(source: Path, folder: Path, *, choices: Mapping[str, Any] | None = None) -> Opened:
    """Recognise `source` and open it; `choices` (parts of a `TableForm`) override what was recognised.

    A sheet of a workbook is written into `folder` as text. Naming the columns is tried, so that what comes out is
    usable.

    Raises:
        UnusableFile: if there is no table in it, or a choice is impossible.
    """
    choices = dict(choices or {})
    sample = sample_of(source)
    if is_workbook(sample.head):
        converted = workbooks.convert(source, folder, sheet=str(choices.get("sheet", "")))
        form = replace(_form_of_sheet(converted.path), sheet=converted.sheet).corrected(choices)
        table = Table(converted.path, form)
        sheets = converted.sheets
    else:
        if "encoding" in choices and not choices.keys() & {"delimiter", "layout"}:
            encoding = TableForm().corrected({"encoding": choices["encoding"]}).encoding
            form = recognise_text(sample, encoding=encoding)
        else:
            form = recognise(source)
        table, sheets = Table(source, _settled(form, choices, source)), ()
    assert table.columns
    return Opened(table, sheets)


def reopen(path: Path, form: Mapping[str, Any]) -> Table:
    """The table at `path` in the form that was kept."""
    return Table(path, TableForm.from_json(form))


def _settled(form: TableForm, choices: Mapping[str, Any], path: Path) -> TableForm:
    """The form with the choices; what depends on them (places of columns, the row of names) is found out again."""
    chosen = form.corrected(choices)
    if chosen.layout == FIXED and not chosen.cuts:
        sample = sample_of(path)
        cuts = cuts_of(lines_of(sample.head, chosen.encoding, is_whole=sample.is_whole))
        chosen = replace(chosen, cuts=cuts or (0,))
    if "header" in choices or not choices.keys() & {"layout", "delimiter", "cuts", "quote", "backslash"}:
        return chosen
    return replace(chosen, header=naming_row.row_of_names(_first_rows(path, chosen)))


def _form_of_sheet(path: Path) -> TableForm:
    form = TableForm()
    rows = _first_rows(path, form)
    header = naming_row.row_of_names(rows)
    return replace(form, header=header, dates=values.order_of_dates(cell for row in rows[header:] for cell in row))


def _first_rows(path: Path, form: TableForm) -> list[list[str]]:
    sample = sample_of(path)
    return parse(lines_of(sample.head, form.encoding, is_whole=sample.is_whole), form)
