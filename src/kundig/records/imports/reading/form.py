"""How a file is to be read: recognised by `recognise`, corrected by people, kept with the import as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

DELIMITED, FIXED = "delimited", "fixed"
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "dmy", "mdy", "ymd"
DATES = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
MOST_COLUMNS = 500


class UnusableFile(Exception):
    """A file that cannot be read as a table; the text says what it is and what would be right."""


@dataclass(frozen=True)
class TableForm:
    """How the characters of a file become rows, and numbers and dates their values."""

    layout: str = DELIMITED
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    backslash: bool = False
    """Whether a quotation mark inside a quoted text is written \\" rather than doubled."""
    cuts: tuple[int, ...] = ()
    """Where the columns of a fixed-width file begin, the first at 0."""
    header: int = 1
    """The row that names the columns, counted from 1 without empty ones; 0 if none does."""
    decimal: str = "."
    dates: str = DAY_FIRST
    joins: bool = False
    """Whether a blank behind a delimiter shows that it belongs to the text ("Viale Dante, 75")."""
    sheet: str = ""
    """The sheet of a workbook this table was taken from."""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "cuts": list(self.cuts)}

    def corrected(self, changes: Mapping[str, Any]) -> TableForm:
        """This form with what somebody chose instead.

        Raises:
            UnusableFile: if a choice does not exist.
        """
        return replace(self, **{name: _checked(name, value) for name, value in changes.items()})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> TableForm:
        return cls().corrected(kept)


def _checked(name: str, value: Any) -> Any:
    check = _CHECKS.get(name)
    try:
        checked = check(value) if check else None
    except (LookupError, TypeError, ValueError):
        checked = None
    if checked is None:
        raise UnusableFile(
            _("“%(value)s” is not possible for “%(name)s”; possible are: %(names)s.")
            % {"value": str(value)[:40], "name": name[:40], "names": _POSSIBLE.get(name, ", ".join(_CHECKS))}
        )
    return checked


def _encoding(value: Any) -> str | None:
    "".encode(str(value))
    # Some of Python's codecs are no character sets (base64, rot13) or run in circles (idna).
    return None if str(value).lower() in _NO_CHARACTER_SETS else str(value).lower()


def _delimiter(value: Any) -> str | None:
    text = {"tab": "\t", "\\t": "\t"}.get(str(value).lower(), str(value))
    return text if len(text) == 1 and text not in '"\r\n' else None


def _cuts(value: Any) -> tuple[int, ...] | None:
    if not value:
        return ()
    cuts = tuple(sorted({int(cut) for cut in value} | {0}))
    return cuts if cuts[0] == 0 and len(cuts) <= MOST_COLUMNS else None


def _one_of(*allowed: Any) -> Any:
    return lambda value: value if value in allowed else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_NO_CHARACTER_SETS = frozenset({"idna", "punycode", "undefined", "mbcs", "oem"})
_CHECKS: dict[str, Any] = {
    "layout": _one_of(DELIMITED, FIXED),
    "encoding": _encoding,
    "delimiter": _delimiter,
    "quote": _one_of('"', "'"),
    "backslash": _flag,
    "cuts": _cuts,
    "header": lambda value: int(value) if 0 <= int(value) <= 100 else None,
    "decimal": _one_of(".", ","),
    "dates": _one_of(*DATES),
    "joins": _flag,
    "sheet": str,
}
_POSSIBLE = {
    "layout": f"{DELIMITED}, {FIXED}",
    "encoding": "utf-8, utf-16, cp1252, iso-8859-1, mac_roman, cp850 …",
    "delimiter": ", ; | tab …",
    "quote": "\" '",
    "header": "0 … 100",
    "decimal": ". ,",
    "dates": ", ".join(DATES),
    "cuts": "0, 7, 16 …",
    "joins": "true, false",
    "backslash": "true, false",
}
