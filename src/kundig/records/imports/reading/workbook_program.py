"""A program of its own: writes one sheet of a workbook as CSV. Started by `workbooks`, with its limits.

`python -m kundig.records.imports.reading.workbook_program SOURCE TARGET SHEET MEMORY WRITTEN` answers a line of JSON.
"""

import csv
import datetime as dt
import errno
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

LONGEST_CELL = 100_000


class Failed(Exception):
    """Its text is a word that `workbooks` knows."""


def write_sheet(source: str, target: Path, wanted: str) -> dict[str, Any]:
    """Write the wanted sheet, or the first with rows, to `target`; answers its name and the names of all."""
    workbook = CalamineWorkbook.from_path(source)
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and (sheet.visible == SheetVisibleEnum.Visible or sheet.name == wanted)
    ]
    if wanted and wanted not in names:
        raise Failed("sheet")
    for name in [wanted] if wanted else names:
        if _write(workbook.get_sheet_by_name(name).iter_rows(), target):
            return {"sheet": name, "sheets": names}
    raise Failed("empty")


def _write(rows: Iterable[list[Any]], target: Path) -> int:
    """Write the rows without the empty ones below the last; answers how many."""
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in _without_end(rows):
            writer.writerow([text_of(value) for value in row])
            count += 1
    return count


def _without_end(rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    empty: list[list[Any]] = []
    for row in rows:
        if all(value in ("", None) for value in row):
            empty.append(row)
            continue
        yield from empty
        empty = []
        yield row


def text_of(value: Any) -> str:
    """A cell as it would stand in a text file written by a program: 12209, 0.5, 2026-04-03, true."""
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return f"{value:.15g}"


def main(source: str, target: str, wanted: str, memory: str, written: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(written), int(written)))
    try:
        answer = write_sheet(source, Path(target), wanted)
    except Failed as error:
        answer = {"failed": str(error)}
    except PasswordError:
        answer = {"failed": "password"}
    except MemoryError:
        answer = {"failed": "memory"}
    except (CalamineError, ValueError, OSError) as error:
        answer = {"failed": "size" if getattr(error, "errno", None) == errno.EFBIG else "damaged"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
