"""Which documents bear numbers of a series, and how those look until an administrator says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Series:
    """A series of numbers. `pattern` may name {year}, {yy}, {month} and must name {number}, or {number:05} for
    leading zeros; one with a year begins anew with each. `model` ("orders.Invoice") is what bears the numbers, in its
    column `number`: no two series of one model may give the same. Where numbers go on to a program that takes no others
    they are at most `longest` characters, and besides letters and digits only `signs` ("": any)."""

    key: str
    label: Any
    pattern: str
    model: str = ""
    longest: int = 40
    """So many characters have the columns of numbers."""
    signs: str = ""


_series: dict[str, Series] = {}


def register_series(series: Series) -> None:
    """Give numbers by `actions.next_number(series.key)`: in `apps.ready()`."""
    _series[series.key] = series


def series_of(key: str) -> Series:
    """Raises KeyError for a series that nobody has registered."""
    return _series[key]


def series() -> list[Series]:
    """All of them, in the order in which they were registered."""
    return list(_series.values())
