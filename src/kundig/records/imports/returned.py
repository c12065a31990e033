"""Rows that were not taken come back as a file: as they were, with the reason in a column of its own. In such a file
stand, too, the rows that had to be put together before they were taken."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from kundig.records.exports.cells import harmless
from kundig.records.imports.mapping import reason_column
from kundig.records.imports.reading.table import Row
from kundig.records.imports.targets import Fate

MARK = "\ufeff"
"""By which spreadsheets know that the file is UTF-8."""


class ReturnedRows:
    """The file of rows that were not taken. What an interrupted portion wrote is cut off before the next is written."""

    def __init__(self, path: Path, *, columns: Sequence[str], delimiter: str, written: int) -> None:
        self.path = path
        self.written = written
        self._columns = list(columns)
        self._delimiter = delimiter if delimiter in ",;\t|" else ";"

    def add(self, fates: Iterable[Fate]) -> int:
        """Write the rows that come back; answers how long the file is now."""
        return self.write((fate.row, fate.reason) for fate in fates if fate.comes_back)

    def write(self, rows: Iterable[tuple[Row, str]]) -> int:
        """Write rows, each with a reason; answers how long the file is now."""
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, delimiter=self._delimiter)
        for row, reason in rows:
            writer.writerow(self._line(row, reason))
        text = lines.getvalue()
        if not text:
            return self.written
        if self.written == 0:
            head = io.StringIO(newline="")
            names = [name for name in self._columns if name != reason_column()]
            csv.writer(head, delimiter=self._delimiter).writerow([harmless(name) for name in (*names, reason_column())])
            text = MARK + head.getvalue() + text
        with self.path.open("r+b" if self.path.exists() else "w+b") as file:
            file.truncate(self.written)
            file.seek(self.written)
            file.write(text.encode("utf-8", errors="replace"))
            file.flush()
            os.fsync(file.fileno())
            self.written = file.tell()
        return self.written

    def _line(self, row: Row, reason: str) -> list[str]:
        """The cells under their columns, the reason, then cells for which there is no column."""
        width = len(self._columns)
        cells = [harmless(cell) for cell in row.cells]
        own = [cell for name, cell in zip(self._columns, cells, strict=False) if name != reason_column()]
        own += [""] * (width - len(cells))
        return [*own, harmless(reason), *cells[width:]]
