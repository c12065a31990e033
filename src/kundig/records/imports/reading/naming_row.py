"""Which row names the columns."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median

_VALUE = re.compile(r"[\d.,:/+() -]+|.*@.*|https?://.*|#.*#", re.DOTALL)
_MOST_VALUES = 1 / 3
"""Of the names; a table may have a column for each year."""
LATEST = 20
LONGEST_NAME = 60


def row_of_names(rows: list[list[str]]) -> int:
    """The number of the row that names the columns, counted from 1; 0 if the first row is data already.

    Lines above the table (a title, the day of the export) are passed over.
    """
    if not rows:
        return 0
    width = Counter(map(len, rows)).most_common(1)[0][0]
    usual = median(map(_filled, rows))
    first = next((i for i, row in enumerate(rows[:LATEST]) if _filled(row) >= 0.6 * usual and len(row) >= width), 0)
    return first + 1 if _names(rows[first], rows[first + 1 :]) else 0


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _names(row: list[str], below: list[list[str]]) -> bool:
    """Whether the cells are names of what stands below them rather than values of the same sort."""
    cells = [cell.strip() for cell in row]
    filled = [cell for cell in cells if cell]
    figures = sum(map(_is_value, filled))
    if not filled or figures > _MOST_VALUES * len(filled):
        return False
    if any(len(cell) > LONGEST_NAME for cell in filled):
        return False
    if not below:
        return not figures
    columns = [[r[i].strip() for r in below if i < len(r) and r[i].strip()] for i in range(len(cells))]
    differing = sum(_differs(name, column) for name, column in zip(cells, columns, strict=True) if name)
    # A table of nothing but words shows nothing; then names are short, and none of them comes again below.
    repeated = any(name in column for name, column in zip(cells, columns, strict=True) if name)
    return differing > 0 or not (repeated or figures)


def _differs(name: str, column: list[str]) -> bool:
    """Whether below a word stand values that are none."""
    return not _is_value(name) and bool(column) and sum(map(_is_value, column)) * 2 > len(column)


def _is_value(cell: str) -> bool:
    """Whether a cell is rather a value than a name: a number, a date, an address, or more figures than letters."""
    figures = sum(map(str.isdigit, cell))
    return _VALUE.fullmatch(cell) is not None or figures > max(2, len(cell) - figures)
