"""The lines of a text file, one at a time and none longer than memory allows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

LONGEST_LINE = 1_000_000
MOST_LINES_OF_A_ROW = 400
"""Within one quoted value; what goes on longer is a quotation mark that nobody closed."""


class NeverClosed(Exception):
    """A quotation mark was opened and the end of the text, or far too much of it, was met."""


class Lines(Iterator[str]):
    """Lines for the csv module; those of the row it is reading are kept, so that a broken row costs only itself."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: list[str] = []
        self._row: list[str] = []

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._row.append(line)
        if len(self._row) > MOST_LINES_OF_A_ROW:
            raise NeverClosed
        return line

    def row_done(self) -> None:
        self._row.clear()

    def give_back(self) -> str:
        """The first line of the broken row; the others will come again."""
        first, *others = self._row
        self._again.extend(reversed(others))
        self._row.clear()
        return first


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text in which line ends stay as they are.

    Bytes that mean nothing in the encoding come out as lone surrogates (see `is_damaged`), so that one damaged row does
    not end the reading of all others.
    """
    wide = encoding.startswith(("utf-16", "utf-32"))
    return path.open("r", encoding=encoding, errors="replace" if wide else "surrogateescape", newline="")


def is_damaged(text: str) -> bool:
    """Whether the text holds bytes that the encoding does not know."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
