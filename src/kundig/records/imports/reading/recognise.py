"""What a file is, found out by looking into it: how its characters, rows, numbers and dates are written."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from kundig.records.imports.reading import fixed, naming_row, values
from kundig.records.imports.reading.encodings import encoding_of, is_binary
from kundig.records.imports.reading.form import DELIMITED, FIXED, TableForm, UnusableFile
from kundig.records.imports.reading.signatures import refuse_other_formats

HEAD_BYTES = 262_144
WINDOW_BYTES = 65_536
WINDOWS = 12
SAMPLE_RECORDS = 300

USUAL = ";\t|,"
"""Delimiters, the likeliest first where several would do."""
_NEVER = frozenset("\"'`.-_/@()[]{}\\+& ?\u00a0\r\n\v\f")
_LINE_END = re.compile(r"\r\n|\n|\r")
_LETTERS_PER_LINE_OF_PROSE = 100


@dataclass(frozen=True)
class Sample:
    """Some of the file's bytes: its beginning, and lines from further down."""

    head: bytes
    further: bytes
    size: int

    @property
    def is_whole(self) -> bool:
        return self.size <= len(self.head)


def sample_of(path: Path) -> Sample:
    """Look into the file without reading it whole.

    Raises:
        UnusableFile: if it is empty.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnusableFile(_("The file is empty."))
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        further = []
        rest = size - len(head)
        step = max(rest // WINDOWS, WINDOW_BYTES)
        for position in range(len(head), size, step):
            file.seek(position)
            window = file.read(WINDOW_BYTES)
            start, end = window.find(b"\n") + 1, window.rfind(b"\n") + 1
            further.append(window[start:end])
    return Sample(head, b"".join(further), size)


def recognise(path: Path) -> TableForm:
    """The form in which the text file at `path` is most probably to be read.

    Raises:
        UnusableFile: if it holds no table; the text says what it is instead and what would be right.
    """
    sample = sample_of(path)
    refuse_other_formats(sample.head)
    if is_binary(sample.head):
        raise UnusableFile(
            _("This is not a text file. Kundig reads CSV, text with fixed columns, and Excel workbooks.")
        )
    wide = encoding_of(sample.head, cut=True).startswith(("utf-16", "utf-32"))
    encoding = encoding_of(sample.head + (b"" if wide else sample.further), cut=True)
    return recognise_text(sample, encoding=encoding)


def recognise_text(sample: Sample, *, encoding: str) -> TableForm:
    """The form of a text in a given encoding; raises like `recognise`."""
    lines = lines_of(sample.head, encoding, is_whole=sample.is_whole)
    if not any(line.strip() for line in lines):
        raise UnusableFile(_("The file is empty: there are only blanks and line breaks in it."))
    form = TableForm(encoding=encoding)
    form = _delimited(lines, form) or _fixed(lines, sample, form) or _one_column(lines, form)
    rows = parse(lines, form)
    form = replace(form, header=naming_row.row_of_names(rows))
    width = len(rows[form.header - 1]) if form.header else Counter(map(len, rows)).most_common(1)[0][0]
    rows = rows[form.header :]
    cells = [cell for row in rows for cell in row]
    return replace(
        form,
        # Excel writes semicolons where numbers have a decimal comma: there, 1.500 alone is one and a half thousand.
        decimal=values.decimal_sign(cells, otherwise="," if form.delimiter == ";" else "."),
        dates=values.order_of_dates(cells),
        joins=_blanks_join(rows, width=width),
    )


def parse(lines: list[str], form: TableForm) -> list[list[str]]:
    """The first rows of some lines, without the care that `Table` takes."""
    if form.layout == FIXED:
        spans = list(zip(form.cuts, [*form.cuts[1:], None], strict=True))
        return [[line[a:b].strip() for a, b in spans] for line in lines[:SAMPLE_RECORDS] if line.strip()]
    rows: list[list[str]] = []
    escape = "\\" if form.backslash else None
    reader = csv.reader(
        (line + "\n" for line in lines), delimiter=form.delimiter, quotechar=form.quote,
        doublequote=not form.backslash, escapechar=escape,
    )  # fmt: skip
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) == SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    return rows


def lines_of(head: bytes, encoding: str, *, is_whole: bool) -> list[str]:
    text = head.decode(encoding, errors="replace").removeprefix("\ufeff")
    lines = _LINE_END.split(text)
    if len(lines) == 1 and not is_whole:
        raise UnusableFile(
            _("The file holds no rows: there is no line break in its first %(count)d characters.")
            % {"count": len(text)}
        )
    return lines if is_whole else lines[:-1]


def _delimited(lines: list[str], form: TableForm) -> TableForm | None:
    first = next(line for line in lines if line.strip())
    if match := re.fullmatch(r"sep=(.)", first.strip("\"'"), flags=re.IGNORECASE):  # Excel's own hint
        return replace(form, delimiter=match[1])
    text = "\n".join(lines[:SAMPLE_RECORDS])
    odd = sorted({char for char in text if not char.isalnum() and char not in _NEVER})
    candidates = [*USUAL, *(char for char in odd if char not in USUAL and ord(char) < 0x2000)]
    scores = {char: _score(lines, replace(form, delimiter=char)) for char in candidates if char in text}
    best = max(scores, key=lambda char: (scores[char], -candidates.index(char)), default="")
    if not best or scores[best] <= 0:
        return None
    form = replace(form, delimiter=best, backslash=_is_backslashed(text, best))
    quoted = [cell for row in parse(lines, form) for cell in row if len(cell) > 1]
    single = sum(cell[0] == cell[-1] == "'" for cell in quoted)
    return replace(form, quote="'") if single > len(quoted) / 2 else form


def _is_backslashed(text: str, delimiter: str) -> bool:
    """Whether quotation marks inside values are written \\" and not doubled."""
    end = rf"(?:{re.escape(delimiter)}|$)"
    within = re.compile(rf'\\"(?!{end})', re.MULTILINE).search(text)
    doubled = re.compile(rf'(?<!^)(?<!{re.escape(delimiter)})(?<!\\)""(?!{end})', re.MULTILINE).search(text)
    return bool(within) and not doubled


def possible_delimiters(lines: list[str]) -> list[str]:
    """Signs that stand in nearly every line, the likeliest delimiters first."""
    filled = [line for line in lines[:SAMPLE_RECORDS] if line.strip()]
    signs = {char for line in filled[:5] for char in line if not char.isalnum() and char not in _NEVER}
    often = {sign: sum(sign in line for line in filled) for sign in signs}
    return sorted(
        (sign for sign, count in often.items() if count * 10 > len(filled) * 9), key=lambda sign: -often[sign]
    )


def _score(lines: list[str], form: TableForm) -> float:
    """How regular the rows are that this delimiter gives; 0 for none."""
    rows = parse(lines, form)
    widths = [len(row) for row in rows]
    usual = Counter(width for width in widths if width > 1)
    if not usual:
        return 0
    width, count = max(usual.items(), key=lambda item: (item[1], item[0]))
    share = count / len(widths)
    is_usual = form.delimiter in USUAL
    if share < (0.5 if is_usual else 0.9) or (len(widths) < 3 and not is_usual):
        return 0
    if form.delimiter == "," and share < 0.9 and _is_prose(rows):
        return 0
    # The row of names has each delimiter once between two names; that a number has a comma in it, it does not show.
    names_agree = any(length == width for length in widths[:3])
    return share * (1 + math.log2(width) / 10) * (1 if names_agree else 0.6) * (1 if is_usual else 0.8)


def _is_prose(rows: list[list[str]]) -> bool:
    """Whether commas are followed by blanks, as in sentences."""
    behind = [cell for row in rows for cell in row[1:] if cell]
    return sum(cell[0] == " " for cell in behind) * 2 > len(behind)


def _fixed(lines: list[str], sample: Sample, form: TableForm) -> TableForm | None:
    further = _LINE_END.split(sample.further.decode(form.encoding, errors="replace"))
    cuts = fixed.cuts_of([*lines, *further])
    return replace(form, layout=FIXED, cuts=cuts) if cuts else None


def _one_column(lines: list[str], form: TableForm) -> TableForm:
    """A list of single values; prose is none."""
    filled = [line.strip() for line in lines if line.strip()]
    prose = sum(len(line) > _LETTERS_PER_LINE_OF_PROSE or (line[-1] in ".,:;!?" and " " in line) for line in filled)
    if len(filled) < 2 or prose * 5 > len(filled) or sum(line.count(" ") for line in filled) > 4 * len(filled):
        raise UnusableFile(
            _(
                "No columns can be recognised in this file. A table has one row per line, and its values are separated "
                "by the same character everywhere, for example a semicolon."
            )
        )
    delimiter = next(char for char in "\t;|,\x1f" if not any(char in line for line in filled))
    return replace(form, layout=DELIMITED, delimiter=delimiter)


def _blanks_join(rows: list[list[str]], *, width: int) -> bool:
    """Whether only texts that contain the delimiter have a blank behind it, so that a blank shows where to join."""
    regular = [cell for row in rows if len(row) == width for cell in row[1:]]
    longer = [row for row in rows if len(row) > width]
    with_blank = sum(cell.startswith(" ") for cell in regular)
    return bool(longer) and with_blank * 50 <= len(regular)
