"""A file opened as a table: its columns, and its rows one after another."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.records.imports.reading import delimited, fixed
from kundig.records.imports.reading.form import DELIMITED, MOST_COLUMNS, TableForm, UnusableFile
from kundig.records.imports.reading.lines import open_text

SAMPLE_ROWS = 1000
LONGEST_COLUMN_NAME = 120


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file. `number` counts the rows below the naming one from 1; `cells` has one text per column."""

    number: int
    cells: list[str]
    problem: str = ""
    """Why the row cannot be read; its cells are then as many as there happen to be."""
    is_joined: bool = False
    """Whether a delimiter inside a text was recognised as such."""

    def joint(self, glue: str) -> str:
        """The text of a joined row that a delimiter stands in."""
        return next((cell.strip() for cell in self.cells if f"{glue} " in cell), "")

    @property
    def is_empty(self) -> bool:
        return not self.problem and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Naming:
    """The names of the columns, and what had to be done to make them usable."""

    names: tuple[str, ...]
    twice: tuple[str, ...] = ()
    """Names that several columns had; all but the first were numbered."""


class Table:
    """The rows of a file in a form. Rows are read from the file each time they are asked for."""

    def __init__(self, path: Path, form: TableForm) -> None:
        self.path = path
        self.form = form

    # -- columns --------------------------------------------------------------------------------------------------

    @cached_property
    def naming(self) -> Naming:
        """Raises UnusableFile if there is no row."""
        head = self._head
        if not head:
            raise UnusableFile(_("The file is empty: there is no row in it."))
        if not self.form.header:
            width = _usual_width([cells for cells, _problem in head])
            return Naming(tuple(_("Column %(number)d") % {"number": i + 1} for i in range(width)))
        if len(head) < self.form.header:
            raise UnusableFile(
                ngettext(
                    "There is no row %(row)d that could name the columns: the file has %(count)d row.",
                    "There is no row %(row)d that could name the columns: the file has %(count)d rows.",
                    len(head),
                )
                % {"row": self.form.header, "count": len(head)}
            )
        below = [cells for cells, problem in head[self.form.header :] if not problem]
        return _named(_as_wide_as(below, head[self.form.header - 1][0]))

    @property
    def columns(self) -> tuple[str, ...]:
        return self.naming.names

    @cached_property
    def sample(self) -> list[Row]:
        """The first rows."""
        return list(islice(self.rows(), SAMPLE_ROWS))

    @cached_property
    def _head(self) -> list[delimited.Record]:
        return list(islice(self._records(), max(100, self.form.header)))

    # -- rows -----------------------------------------------------------------------------------------------------

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The rows in their order, beginning behind row `after`."""
        width, glue = len(self.columns), self.form.delimiter if self.form.joins else ""
        with closing(self._records()) as records:
            for number, (cells, problem) in enumerate(islice(records, self.form.header + after, None), after + 1):
                if len(cells) == width and not problem:
                    yield Row(number, cells)
                else:
                    yield _fitted(number, cells, problem, width=width, glue=glue)

    def count(self) -> int:
        """How many rows there are; reads the whole file."""
        with closing(self._records()) as records:
            return max(0, sum(1 for _record in records) - self.form.header)

    def _records(self) -> Generator[delimited.Record, None, None]:
        with open_text(self.path, self.form.encoding) as file:
            read = delimited.records if self.form.layout == DELIMITED else fixed.records
            yield from read(file, self.form)


def _fitted(number: int, cells: list[str], problem: str, *, width: int, glue: str) -> Row:
    """A row of another length: made to fit where it is clear how, else with the reason why not."""
    if problem:
        return Row(number, cells, problem)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return Row(number, cells[:width])
    if len(cells) > width and glue:
        joined = _joined(cells, width=width, glue=glue)
        if joined:
            return Row(number, joined, is_joined=True)
    if not any(cell.strip() for cell in cells):
        return Row(number, [""] * width)
    if len(cells) > width:
        reason = _(
            "The row has %(found)d values instead of %(expected)d; perhaps a delimiter stands inside a text that "
            "needs quotation marks."
        )
    else:
        reason = _(
            "The row has %(found)d values instead of %(expected)d; perhaps a line break stands inside a text that "
            "needs quotation marks."
        )
    return Row(number, cells, reason % {"found": len(cells), "expected": width})


def _joined(cells: list[str], *, width: int, glue: str) -> list[str]:
    """The cells with those that begin with a blank added to the one before; [] if that does not give `width` cells."""
    joined: list[str] = []
    for cell in cells:
        if joined and cell.startswith(" ") and cell.strip():
            joined[-1] += glue + cell
        else:
            joined.append(cell)
    return joined if len(joined) == width else []


def _named(cells: list[str]) -> Naming:
    """Usable names of columns: none empty, none twice."""
    if len(cells) > MOST_COLUMNS:
        raise UnusableFile(
            _("The file has %(count)d columns; at most %(most)d can be imported.")
            % {"count": len(cells), "most": MOST_COLUMNS}
        )
    taken: set[str] = set()
    names, twice = [], []
    for index, cell in enumerate(cells):
        wanted = " ".join(cell.split())[:LONGEST_COLUMN_NAME] or _("Column %(number)d") % {"number": index + 1}
        name, count = wanted, 1
        while name.casefold() in taken:
            count += 1
            name = f"{wanted} ({count})"
        if count == 2:
            twice.append(wanted)
        taken.add(name.casefold())
        names.append(name)
    return Naming(tuple(names), tuple(twice))


def _as_wide_as(rows: list[list[str]], names: list[str]) -> list[str]:
    """The names, as many as there are values below: without empty ones at the end where nothing stands below them."""
    width = max((_width(row) for row in rows), default=0)
    while len(names) > width and not names[-1].strip():
        names = names[:-1]
    widths = {len(row) for row in rows}
    if len(rows) > 2 and len(widths) == 1:
        names = names + [""] * (widths.pop() - len(names))
    return names


def _width(row: list[str]) -> int:
    """How many cells there are up to the last that is not empty."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1].strip()), 0)


def _usual_width(rows: list[list[str]]) -> int:
    widths = [len(row) for row in rows]
    return min(max(set(widths), key=widths.count), MOST_COLUMNS)
