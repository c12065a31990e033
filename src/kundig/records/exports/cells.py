"""The cells of exported files: as text that no spreadsheet takes for a formula, and as values that it reckons with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from kundig.platform import phones
from kundig.platform.formats import Formats
from kundig.records.fields import Field
from kundig.records.kinds.contacts import Phone
from kundig.records.kinds.numbers import Number
from kundig.records.kinds.times import Date, Moment, Time

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # fmt: skip
_HARMLESS = re.compile(r"[+-][\d\s.,:/()-]*( ext\. \d+)?")


def harmless(text: str) -> str:
    """The text, kept by an apostrophe from being a formula in a spreadsheet.

    Signs before nothing but digits (+49 89 1234567, -5) cannot call anything and stay as they are, so that numbers and
    phone numbers survive.
    """
    if text.lstrip(" ").startswith(DANGEROUS) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def restored(text: str) -> str:
    """The text without the apostrophe that `harmless` has given it: what was exported can be imported."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def text_of(field: Field, formats: Formats) -> Callable[..., str]:
    """Numbers without unit and grouping, dates as spreadsheets of the language read them; else as on the screen."""
    kind = field.kind
    if isinstance(kind, Number):
        return lambda *values: kind.typed(formats, *values)
    if isinstance(kind, Phone):
        return lambda *values: harmless(_international(*values))
    if isinstance(kind, Date) and not isinstance(kind, Time) and formats.language != "de":
        return lambda *values: kind.typed(formats, *values).replace("T", " ")
    return lambda *values: harmless(kind.text(formats, *values))


def _international(*values: Any) -> str:
    """With its country, whatever country the table is shown in: so it is the same number in every other program."""
    return phones.shown(values[0] or "")


def value_of(field: Field, formats: Formats) -> Callable[..., Any]:
    kind = field.kind
    if isinstance(kind, Moment):
        return lambda *values: values[0] and timezone.localtime(values[0])
    if isinstance(kind, Number) or (isinstance(kind, Date) and not isinstance(kind, Time)):
        return lambda *values: values[0]
    if isinstance(kind, Phone):
        return _international
    return lambda *values: kind.text(formats, *values)
