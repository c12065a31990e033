"""Workbooks of spreadsheet programs: checked before anything is unpacked, then one sheet is written out as text.

A program of its own does the unpacking, with limited memory and time: a workbook of a few kilobytes can claim a table
of seventeen thousand million cells.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.reading.signatures import OLD_OFFICE

MOST_UNPACKED = 600_000_000
MOST_RATIO = 250
SMALL = 30_000_000
"""Up to here a file may unpack to any multiple of itself: a table of equal values does."""
MOST_PARTS = 5_000
LARGEST_OLD = 100_000_000
MEMORY = 2_000_000_000
MOST_WRITTEN = 2_000_000_000
"""A workbook says a text once and names it in a million cells: written out that could fill the disk."""
SECONDS = 240
TABLE = "table.csv"
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


@dataclass(frozen=True)
class Converted:
    """A sheet as a text table (UTF-8, commas), and which sheets there are."""

    path: Path
    sheet: str
    sheets: tuple[str, ...]


def convert(source: Path, folder: Path, *, sheet: str = "") -> Converted:
    """Write one sheet of the workbook into `folder`: the named one, or the first that has rows.

    Raises:
        UnusableFile: if the file is no workbook, is damaged, or would unpack to more than is good.
    """
    check(source)
    target = folder / TABLE
    unfinished = target.with_suffix(".tmp")
    program = [sys.executable, "-m", "kundig.records.imports.reading.workbook_program"]
    try:
        done = subprocess.run(
            [*program, str(source), str(unfinished), sheet, str(MEMORY), str(MOST_WRITTEN)],
            capture_output=True, timeout=SECONDS, check=False, cwd=Path(__file__).resolve().parents[5],
        )  # fmt: skip
        answer = json.loads(done.stdout or b"{}")
        if done.returncode or "failed" in answer:
            raise UnusableFile(_failure(answer.get("failed", "")))
        unfinished.replace(target)
    except subprocess.TimeoutExpired as error:
        raise UnusableFile(_too_large()) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return Converted(target, answer["sheet"], tuple(answer["sheets"]))


def check(source: Path) -> None:
    """Look at what the archive says and holds, unpacking it into nothing.

    Raises:
        UnusableFile: if it is no workbook or a bomb.
    """
    with source.open("rb") as file:
        if file.read(8) == OLD_OFFICE:
            if source.stat().st_size > LARGEST_OLD:
                raise UnusableFile(_too_large())
            return
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise UnusableFile(_too_large())
            names = {part.filename for part in parts}
            if not names.intersection(_WORKBOOKS):
                raise UnusableFile(_not_a_workbook(names))
            declared = sum(part.file_size for part in parts)
            _refuse_if_bomb(declared, packed=source.stat().st_size)
            for part in parts:
                _check_size(source, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnusableFile(_damaged()) from error


def _refuse_if_bomb(unpacked: int, *, packed: int) -> None:
    if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > MOST_RATIO * packed):
        raise UnusableFile(
            _("The file of %(packed)s would unpack to %(unpacked)s. Kundig does not open it. Save the table as CSV.")
            % {"packed": _size(packed), "unpacked": _size(unpacked)}
        )


def _check_size(source: Path, part: zipfile.ZipInfo) -> None:
    """An archive can lie about its sizes, so each part is unpacked once, piece by piece, and thrown away."""
    if part.compress_type == zipfile.ZIP_STORED:
        if part.compress_size != part.file_size:
            raise UnusableFile(_damaged())
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise UnusableFile(_damaged())
    unpacked, rest = 0, part.compress_size
    decompress = zlib.decompressobj(-15)
    with source.open("rb") as file:
        file.seek(part.header_offset + 26)
        lengths = file.read(4)
        file.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
        while rest > 0 and not decompress.eof:
            piece = file.read(min(65_536, rest))
            if not piece:
                raise UnusableFile(_damaged())
            rest -= len(piece)
            while piece and unpacked <= part.file_size:
                unpacked += len(decompress.decompress(piece, 1_000_000))
                piece = decompress.unconsumed_tail
            if unpacked > part.file_size:
                raise UnusableFile(_damaged())


def _failure(reason: str) -> str:
    match reason:
        case "password":
            return _("The workbook is protected by a password. Save it without one.")
        case "empty":
            return _("The workbook has no sheet with rows in it.")
        case "sheet":
            return _("The workbook has no such sheet.")
        case "damaged":
            return _damaged()
    return _too_large()


def _not_a_workbook(names: set[str]) -> str:
    if "word/document.xml" in names:
        return _("This is a text document, not a table. Save its table as an Excel workbook (.xlsx) or as CSV.")
    return _("This is an archive (ZIP), not a table. Unpack it and choose the file inside.")


def _damaged() -> str:
    return _("The workbook is damaged. Open it in a spreadsheet program and save it again.")


def _too_large() -> str:
    return _("The workbook is too large to be opened. Save the table as CSV: of that Kundig reads any size.")


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{round(count / 1_000_000)} MB" if count < 1_000_000_000 else f"{count / 1_000_000_000:.1f} GB"
