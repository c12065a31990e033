"""What was recognised about a file, as menus in which it can be corrected."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kundig.records.imports.models import ImportRun
from kundig.records.imports.reading import encodings
from kundig.records.imports.reading.fixed import cuts_of
from kundig.records.imports.reading.form import DAY_FIRST, FIXED, MONTH_FIRST, YEAR_FIRST, TableForm, UnusableFile
from kundig.records.imports.reading.recognise import lines_of, possible_delimiters, sample_of
from kundig.records.imports.reading.table import Table


@dataclass(frozen=True)
class Choice:
    """One entry of a menu; `value` is what the form sends, `example` what it would mean."""

    value: str
    label: str
    example: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Detected:
    """Something the reader found out, which can be corrected: "Delimiter: Semicolon"."""

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...]


def detected(run: ImportRun, table: Table) -> list[Detected]:
    """What was recognised about the file."""
    form = table.form
    found = []
    if len(run.sheets) > 1:
        choices = tuple(Choice(f"sheet={name}", name, is_chosen=name == form.sheet) for name in run.sheets)
        found.append(Detected("sheet", _("Sheet"), form.sheet, choices))
    if not form.sheet:
        found.append(_encoding(form, table))
        found.append(_delimiter(form, table))
    found += [_dates(form), _decimal(form), _header(form)]
    return found


def first_lines(table: Table) -> list[str]:
    """Some lines of the file, as they are."""
    sample = sample_of(table.path)
    return lines_of(sample.head, table.form.encoding, is_whole=sample.is_whole)[:200]


def _encoding(form: TableForm, table: Table) -> Detected:
    offered = list(dict.fromkeys([form.encoding, *encodings.OFFERED]))
    sample = _telling_bytes(table)
    choices = tuple(
        Choice(f"encoding={name}", encodings.name_of(name), _decoded(sample, name), name == form.encoding)
        for name in offered
        if encodings.name_of(name) != encodings.name_of(form.encoding) or name == form.encoding
    )
    return Detected("encoding", _("Characters"), encodings.name_of(form.encoding), choices)


def _telling_bytes(table: Table) -> bytes:
    """A few bytes of the file around its first letter that is no plain ASCII: people see which encoding is right."""
    with table.path.open("rb") as file:
        head = file.read(200_000)
    place = next((i for i, byte in enumerate(head) if byte > 127), -1)
    if place < 0 or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return b""
    start = max(head.rfind(b"\n", 0, place) + 1, place - 8)
    return head[start : place + 12].split(b"\n")[0].strip(b'\r;,\t"')


def _decoded(sample: bytes, encoding: str) -> str:
    if not sample or encoding.startswith("utf-16"):
        return ""
    return "".join(char for char in sample.decode(encoding, errors="replace") if char.isprintable())


def _delimiter(form: TableForm, table: Table) -> Detected:
    """Usual delimiters, and every sign that stands in nearly all of the first lines; or fixed columns."""
    names = {";": _("Semicolon"), ",": _("Comma"), "\t": _("Tab"), "|": _("Vertical bar")}
    lines = first_lines(table)
    for sign in (*possible_delimiters(lines), form.delimiter):
        names.setdefault(sign, sign if sign.isprintable() else _("control character"))
    is_fixed = form.layout == FIXED
    choices = [
        Choice(f"delimiter={'tab' if sign == chr(9) else sign}", name, "", not is_fixed and sign == form.delimiter)
        for sign, name in names.items()
    ]
    if is_fixed or cuts_of(lines):
        choices.append(Choice(f"layout={FIXED}", _("fixed columns"), "", is_fixed))
    return Detected(
        "delimiter", _("Delimiter"), _("fixed columns") if is_fixed else names[form.delimiter], tuple(choices)
    )


def cuts_shown(form: TableForm) -> str:
    """Where fixed columns begin, counted from 1, as people type it; "" for other files."""
    return ", ".join(str(cut + 1) for cut in form.cuts) if form.layout == FIXED else ""


def cuts_typed(text: str) -> list[int]:
    """The places out of what people typed.

    Raises:
        UnusableFile: if one of them is no number from 1.
    """
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if not parts or not all(part.isascii() and part.isdigit() and int(part[:9]) > 0 for part in parts):
        raise UnusableFile(_("Write the places where columns begin as numbers: 1, 7, 16."))
    return [int(part[:9]) - 1 for part in parts]


def _dates(form: TableForm) -> Detected:
    names = {
        DAY_FIRST: (_("day.month.year"), "03.04.2026"),
        MONTH_FIRST: (_("month/day/year"), "04/03/2026"),
        YEAR_FIRST: (_("year-month-day"), "2026-04-03"),
    }
    choices = tuple(Choice(f"dates={k}", name, example, k == form.dates) for k, (name, example) in names.items())
    return Detected("dates", _("Dates"), names[form.dates][0], choices)


def _decimal(form: TableForm) -> Detected:
    names = {",": "1.234,56", ".": "1,234.56"}
    choices = tuple(Choice(f"decimal={sign}", name, "", sign == form.decimal) for sign, name in names.items())
    return Detected("decimal", _("Numbers"), names[form.decimal], choices)


def _header(form: TableForm) -> Detected:
    def called(row: int) -> str:
        return _("row %(number)d") % {"number": row} if row else pgettext("header", "none")

    rows = sorted({0, 1, 2, 3, form.header})
    choices = tuple(Choice(f"header={row}", called(row), "", row == form.header) for row in rows)
    return Detected("header", _("Column names"), called(form.header), choices)
