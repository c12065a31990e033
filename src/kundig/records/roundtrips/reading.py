"""A file that comes back is known by its slip, and read row by row."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from kundig.records.imports.reading import workbooks
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.roundtrips.slip import ID, SHEET, VERSION, AlteredSlip, Slip, read_slip

SLIP, TABLE = "slip.csv", workbooks.TABLE
"""The two sheets as text, in the folder of the import."""
_NAMED = {
    "xl/workbook.xml": re.compile(rb'<(\w+:)?sheet [^>]*name="' + SHEET.encode() + rb'"'),
    "content.xml": re.compile(rb'table:name="' + SHEET.encode() + rb'"'),
}
_SEEN = 3_000_000
"""So much of the list of sheets is looked at."""
_OVERLAP = 200


@dataclass(frozen=True)
class Line:
    """A row of the file: where it stands, its hidden cells, and the others by their column."""

    number: int
    key: str
    version: str
    texts: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.key and not any(text.strip() for text in self.texts)


@dataclass(frozen=True)
class Sheet:
    """The table that came back. `columns` are its headers without the hidden ones."""

    path: Path
    columns: tuple[str, ...]
    header_at: int
    key_at: int
    version_at: int

    def lines(self) -> Iterator[Line]:
        """Its rows without empty ones."""
        with self.path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                if number <= self.header_at:
                    continue
                width = max(len(self.columns) + 2, len(row))
                cells = row + [""] * (width - len(row))
                texts = tuple(text for place, text in enumerate(cells) if place not in (self.key_at, self.version_at))
                line = Line(number, cells[self.key_at].strip(), cells[self.version_at].strip(), texts)
                if not line.is_empty:
                    yield line


def recognised(source: Path, folder: Path) -> Slip | None:
    """The slip of a file that was exported to be edited, its sheets written out into `folder`; None of any other file.

    Raises:
        UnusableFile: if it was, but cannot be taken: from another house, altered, or without its hidden columns.
    """
    if not _may_have_slip(source):
        return None
    try:
        converted = workbooks.convert(source, folder, sheet=SHEET)
        converted.path.replace(folder / SLIP)
        slip = read_slip(folder / SLIP)
    except AlteredSlip as error:
        raise UnusableFile(
            _("The hidden sheet “%(sheet)s” of this file was changed, so that its rows cannot be known again.")
            % {"sheet": SHEET}
            + " "
            + _("Export the table once more and copy your changes there.")
        ) from error
    if slip is None:
        return None
    if not slip.is_ours:
        raise UnusableFile(
            _("This file was made by another Kundig (%(company)s). Bring it back there.")
            % {"company": slip.company or _("without a name")}
            + " "
            + _("To take its rows in as a list, save the table as CSV.")
        )
    names = [name for name in converted.sheets if name != SHEET]
    wanted = slip.sheet if slip.sheet in names else names[0] if names else ""
    if not wanted:
        raise UnusableFile(_("The table of this file is gone; only its hidden sheet is left."))
    workbooks.convert(source, folder, sheet=wanted)
    sheet_of(folder)
    return slip


def sheet_of(folder: Path) -> Sheet:
    """The table that was written out; raises UnusableFile if its hidden columns are missing."""
    path = folder / TABLE
    if not path.exists():
        raise UnusableFile(_("The file of this import is gone."))
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if ID in row and VERSION in row:
                key_at, version_at = row.index(ID), row.index(VERSION)
                columns = tuple(name.strip() for place, name in enumerate(row) if place not in (key_at, version_at))
                return Sheet(path, columns, number, key_at, version_at)
            if number >= 50:
                break
    raise UnusableFile(
        _("The hidden columns “%(id)s” and “%(version)s” are missing, so that rows cannot be known again.")
        % {"id": ID, "version": VERSION}
        + " "
        + _("Copy your changes into a fresh export, or save the table as CSV and import it as a list.")
    )


def _may_have_slip(source: Path) -> bool:
    """Whether a workbook names a sheet like ours: looked at without unpacking more than the list of sheets."""
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
            return any(name in names and _found(archive, name, pattern) for name, pattern in _NAMED.items())
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        return False


def _found(archive: zipfile.ZipFile, name: str, pattern: re.Pattern[bytes]) -> bool:
    """Text documents of LibreOffice hold all their sheets in one part: that is read piece by piece."""
    with archive.open(name) as part:
        seen, tail = 0, b""
        while piece := part.read(65_536):
            if pattern.search(tail + piece):
                return True
            tail, seen = piece[-_OVERLAP:], seen + len(piece)
            if (name != "content.xml" and seen > _SEEN) or seen > workbooks.MOST_UNPACKED:
                return False
    return False


def places_of(columns: Sequence[str], slip: Slip) -> dict[str, int]:
    """Field → its column in the file, for those whose header still is what it was."""
    at: dict[str, int] = {}
    for place, header in enumerate(columns):
        at.setdefault(header.casefold(), place)
    return {name: at[label.casefold()] for name, label in slip.fields if label.casefold() in at}
