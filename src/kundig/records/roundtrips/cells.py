"""The texts of cells: as they are written, as they come back, and as somebody has typed them anew."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.exports.files import LONGEST_CELL
from kundig.records.fields import Field
from kundig.records.imports.cells import in_any_language
from kundig.records.imports.reading.form import DAY_FIRST
from kundig.records.imports.reading.values import iso_date
from kundig.records.imports.reading.workbook_program import text_of
from kundig.records.kinds.base import ISO, Kind, Reading
from kundig.records.kinds.choices import Choice, Several
from kundig.records.kinds.numbers import Number
from kundig.records.kinds.times import Date, Moment, Time

_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?")
_HALF_A_MINUTE = dt.timedelta(seconds=30)


def written(value: Any) -> str:
    """The text as which a value of the export comes back from a spreadsheet that nobody has touched."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return _to_the_minute(local.replace(tzinfo=None))
    return text_of(float(value) if isinstance(value, Decimal | int) else value)


def come_back(text: str, kind: Kind) -> str:
    """The text of a cell of the file, in the form of `written`."""
    plain = _plain(text)
    if isinstance(kind, Moment) and _MOMENT.fullmatch(plain):
        try:
            return _to_the_minute(dt.datetime.fromisoformat(plain))
        except ValueError:
            return plain  # No such day: what is wrong with it is said where values are read.
    if isinstance(kind, Number) and _NUMBER.fullmatch(plain):
        return text_of(float(plain))
    return plain


def value_of(text: str, field: Field, *, by: User, formats: Formats, row: dict[str, Any]) -> Any:
    """Read what somebody has put into a cell; `row` holds the record's columns as far as they are known.

    Raises:
        ValidationError: if the field cannot take it.
    """
    kind = field.kind
    if isinstance(kind, Number):
        # A number cell comes as a program writes it; what was typed as text, as the language of the file has it.
        formats = ISO if _NUMBER.fullmatch(text.strip()) else formats
    elif isinstance(kind, Date) and not isinstance(kind, Time | Moment):
        text = iso_date(text, order=DAY_FIRST)
    reading = Reading(user=by, formats=formats, row=row)

    def read(raw: str) -> Any:
        return kind.parse(raw, field=field, reading=reading)

    return in_any_language(read)(text) if isinstance(kind, Choice | Several) and kind.choices else read(text)


def shown(text: str, field: Field | None, formats: Formats) -> str:
    """The text of a cell for people: numbers and dates as their language writes them."""
    kind = field.kind if field is not None else None
    try:
        if isinstance(kind, Number) and _NUMBER.fullmatch(text):
            return formats.number(Decimal(text))
        if isinstance(kind, Moment) and _MOMENT.fullmatch(text):
            return formats.moment(timezone.make_aware(dt.datetime.fromisoformat(text)))
        if isinstance(kind, Date) and not isinstance(kind, Time):
            return formats.date(dt.date.fromisoformat(text))
    except (ValueError, ArithmeticError, OverflowError):
        pass
    return text


def _plain(text: str) -> str:
    """Line ends and blanks at the ends are a matter of the program that saved the file."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")[:LONGEST_CELL].strip()


def _to_the_minute(moment: dt.datetime) -> str:
    """A spreadsheet counts days in fractions: seconds do not survive that, and nobody types them."""
    with suppress(OverflowError):  # The last minute of the calendar has none to be rounded up to.
        moment += _HALF_A_MINUTE
    even = moment.replace(second=0, microsecond=0)
    return even.isoformat(sep=" ", timespec="minutes")
