"""How numbers and dates of a file are written, and reading them so."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable

from kundig.records.imports.reading.form import DAY_FIRST, MONTH_FIRST, YEAR_FIRST

_BY_COMMA = re.compile(r"[-+−]?(?:\d+|\d{1,3}(?:[.'’  \u00a0]\d{3})+),\d+(?:\s?(?:€|EUR|CHF|%))?")
_BY_POINT = re.compile(r"[-+−]?(?:\d+|\d{1,3}(?:[,'’  \u00a0]\d{3})+)\.\d+(?:\s?(?:€|EUR|CHF|%))?")
_SEVERAL_GROUPS = re.compile(r"[-+−]?\d{1,3}([.,])\d{3}(?:\1\d{3})+")
_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ].*)?")
_COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_TWO_DIGIT_PIVOT = 69  # as POSIX has it: 69 is 1969, 68 is 2068


def decimal_sign(cells: Iterable[str], *, otherwise: str) -> str:
    """ "," or ".": what the numbers among the cells use more often; `otherwise` if they do not tell."""
    votes: Counter[str] = Counter()
    for cell in cells:
        bare = cell.strip()
        if match := _SEVERAL_GROUPS.fullmatch(bare):
            votes["." if match[1] == "," else ","] += 1
        elif _is_ambiguous(bare):
            continue
        elif _BY_COMMA.fullmatch(bare):
            votes[","] += 1
        elif _BY_POINT.fullmatch(bare):
            votes["."] += 1
    if votes[","] == votes["."]:
        return otherwise
    return "," if votes[","] > votes["."] else "."


def _is_ambiguous(text: str) -> bool:
    """1.234 and 1,234 may be more than a thousand or a little more than one."""
    return re.fullmatch(r"[-+−]?[1-9]\d{0,2}[.,]\d{3}", text) is not None


def order_of_dates(cells: Iterable[str]) -> str:
    """In which order day, month and year stand in the dates among the cells; day first if they do not tell."""
    votes: Counter[str] = Counter()
    for cell in cells:
        bare = cell.strip()
        match = _DATE.fullmatch(bare)
        if match is None:
            votes[YEAR_FIRST] += _COMPACT.fullmatch(bare) is not None
            continue
        first, sign, second, third = match.groups()
        if len(first) == 4:
            votes[YEAR_FIRST] += 1
        elif len(third) in (2, 4):
            if int(first) > 12 >= int(second):
                votes[DAY_FIRST] += 3
            elif int(second) > 12 >= int(first):
                votes[MONTH_FIRST] += 3
            elif sign == ".":
                votes[DAY_FIRST] += 1
    # Dates that begin with a year are read so whatever else is chosen; the choice is for the others.
    others = Counter({order: count for order, count in votes.items() if order != YEAR_FIRST})
    chosen = others or votes
    return max(chosen, key=lambda order: chosen[order]) if any(chosen.values()) else DAY_FIRST


def iso_date(text: str, *, order: str) -> str:
    """The date in ISO form ("2026-04-03"), without a time of day at its end; the text itself if it is no such date."""
    bare = text.strip()
    match = _DATE.fullmatch(bare)
    if match is None:
        return bare if not _COMPACT.fullmatch(bare) else f"{bare[:4]}-{bare[4:6]}-{bare[6:]}"
    first, _sign, second, third = match.groups()
    if len(first) == 4:
        year, month, day = first, second, third
    elif order == MONTH_FIRST:
        month, day, year = first, second, third
    elif order == YEAR_FIRST and len(third) <= 2:
        year, month, day = first, second, third
    else:
        day, month, year = first, second, third
    try:
        return dt.date(_year(year), int(month), int(day)).isoformat()
    except ValueError:
        return bare


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= _TWO_DIGIT_PIVOT else 2000)
