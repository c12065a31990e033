"""Rows of text whose values stand at fixed places."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TextIO

from kundig.records.imports.reading.delimited import Record, damage
from kundig.records.imports.reading.form import MOST_COLUMNS, TableForm
from kundig.records.imports.reading.lines import LONGEST_LINE

FEWEST_LINES = 3
WIDEST = 4000


def records(file: TextIO, form: TableForm) -> Iterator[Record]:
    """All rows of the file that are not blank; values come without the blanks that fill their places."""
    spans = list(zip(form.cuts, [*form.cuts[1:], None], strict=True))
    for line in iter(lambda: file.readline(LONGEST_LINE), ""):
        text = line.rstrip("\r\n")
        if text and not text.isspace() and text != "\x1a":
            yield [text[start:end].strip() for start, end in spans], damage(text, form)


def cuts_of(lines: Sequence[str]) -> tuple[int, ...]:
    """Where columns begin: behind places that are blank in every line. () if the lines show no columns.

    A column of figures, which end below each other, begins right behind the one before it: the next figure may be
    longer. A column of text begins at its first letter.
    """
    lines = [line.rstrip() for line in lines if line.strip()]
    width = max(map(len, lines), default=0)
    if len(lines) < FEWEST_LINES or not 3 <= width <= WIDEST or any("\t" in line for line in lines):
        return ()
    used = [any(len(line) > place and line[place] != " " for line in lines) for place in range(width)]
    columns = _without_chance(lines, _runs(used))
    widest_gap = max((start - end for (_s, end), (start, _e) in itertools.pairwise(columns)), default=0)
    # In a few lines of prose blanks may meet by chance; over many, or over two places, they do not.
    if not 2 <= len(columns) <= MOST_COLUMNS or (len(lines) < 2 * FEWEST_LINES and widest_gap < 2):
        return ()
    cuts = [0]
    for (_start, end), column in itertools.pairwise(columns):
        cuts.append(end if _is_right_aligned(lines, column) else column[0])
    return tuple(cuts)


def _runs(used: list[bool]) -> list[tuple[int, int]]:
    """Start and end of each stretch of used places."""
    runs, start = [], None
    for place, is_used in enumerate([*used, False]):
        if is_used and start is None:
            start = place
        elif not is_used and start is not None:
            runs.append((start, place))
            start = None
    return runs


def _without_chance(lines: Sequence[str], columns: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The columns; two are one if the single blank between them lies in few texts, and the others are just shorter."""
    kept = columns[:1]
    for start, end in columns[1:]:
        before = kept[-1]
        both = [bool(line[before[0] : before[1]].strip() and line[start:end].strip()) for line in lines]
        # A row of names that has none above the second half does not take it for a column either.
        if start - before[1] == 1 and (2 * sum(both) < len(lines) or not both[0]):
            kept[-1] = (before[0], end)
        else:
            kept.append((start, end))
    return kept


def _is_right_aligned(lines: Sequence[str], column: tuple[int, int]) -> bool:
    start, end = column
    values = [line[start:end] for line in lines]
    filled = [value for value in values if value.strip()]
    ends_together = all(len(value) == end - start and value[-1] != " " for value in filled)
    return ends_together and all(value.strip()[-1:].isdigit() for value in filled)
