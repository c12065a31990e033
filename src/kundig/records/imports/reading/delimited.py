"""Rows of text whose values are separated by a character."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from django.utils.translation import gettext as _

from kundig.records.imports.reading.encodings import name_of
from kundig.records.imports.reading.form import TableForm
from kundig.records.imports.reading.lines import LONGEST_LINE, Lines, NeverClosed, is_damaged

Record = tuple[list[str], str]
"""The values of a row, and what is wrong with it ("" if nothing is)."""


def records(file: TextIO, form: TableForm) -> Iterator[Record]:
    """All rows of the file that are not empty lines, the naming one among them."""
    lines = Lines(file)
    dialect = _dialect(form)
    rows = csv.reader(lines, strict=True, **dialect)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except (csv.Error, NeverClosed):
            first = lines.give_back()
            yield _broken(first, form)
            _skip_rest_of_line(file, first)
            rows = csv.reader(lines, strict=True, **dialect)
            continue
        lines.row_done()
        if cells:
            yield cells, _damage(cells, form)


def _dialect(form: TableForm) -> dict[str, Any]:
    return {
        "delimiter": form.delimiter,
        "quotechar": form.quote,
        "doublequote": not form.backslash,
        "escapechar": "\\" if form.backslash else None,
    }


def _broken(line: str, form: TableForm) -> Record:
    """A row whose quotation marks do not fit: taken as it stands where that is clear, else with the reason."""
    text = line.rstrip("\r\n")
    if len(text) >= LONGEST_LINE:
        return [text[:200]], _("The row is longer than %(limit)d characters.") % {"limit": LONGEST_LINE}
    if text.count(form.quote) % 2 == 0:
        try:
            cells = next(csv.reader([text], **_dialect(form)))
        except csv.Error:
            return text.split(form.delimiter), _("A value is longer than 131,072 characters.")
        return cells, _damage(cells, form)
    return text.split(form.delimiter), _("A quotation mark is opened and never closed.")


def _skip_rest_of_line(file: TextIO, line: str) -> None:
    while len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
        line = file.readline(LONGEST_LINE)


def _damage(cells: list[str], form: TableForm) -> str:
    return damage("".join(cells), form)


def damage(text: str, form: TableForm) -> str:
    """What to say about characters that cannot be read; "" if all can."""
    if not is_damaged(text):
        return ""
    return _("The row contains characters that are not %(encoding)s.") % {"encoding": name_of(form.encoding)}
