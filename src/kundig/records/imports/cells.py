"""Reading the cells of a row by the kinds of fields they are to fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import override

from kundig.accounts.models import User
from kundig.platform.formats import Formats, current_formats
from kundig.records.awaited import Awaited
from kundig.records.fields import Field
from kundig.records.imports.reading.values import iso_date
from kundig.records.kinds.base import Kind, Reading
from kundig.records.kinds.choices import Choice, Several, YesNo
from kundig.records.kinds.contacts import Country
from kundig.records.kinds.times import Date

MOST_REMEMBERED = 20_000
LANGUAGES = ("de", "en")

Read = Callable[[str], Any]
"""Takes the text of a cell, answers the value; raises ValidationError."""


def reader_of(field: Field, *, by: User, decimal: str, dates: str) -> Read:
    """The function that reads cells for this field. Values that come again and again are read once."""
    kind, reading = field.kind, Reading(user=by, formats=formats_with(decimal), row={})

    def read(text: str) -> Any:
        return kind.parse(text, field=field, reading=reading)

    if isinstance(kind, Date):
        return remembering(lambda text: read(iso_date(text, order=dates)))
    if isinstance(kind, Choice | Several) and kind.choices:
        return remembering(in_any_language(read))
    return remembering(read) if _has_few_values(kind) else read


def formats_with(decimal: str) -> Formats:
    """How numbers of the file are read: with its decimal sign, whatever the language of the reader."""
    return replace(current_formats(), decimal=decimal, group="," if decimal == "." else ".")


def remembering(read: Read) -> Read:
    """The same function; it asks `read` once for each text, also for what is not there yet."""
    known: dict[str, Any] = {}
    absent: dict[str, Awaited] = {}

    def remembered(text: str) -> Any:
        try:
            return known[text]
        except KeyError:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            if text in absent:
                raise absent[text] from None
            try:
                value = known[text] = read(text)
            except Awaited as error:
                absent[text] = error
                raise
            return value

    return remembered


def in_any_language(read: Read) -> Read:
    """Choices are recognised by their label in every language of the house: a German file fits an English screen."""

    def any_language(text: str) -> Any:
        try:
            return read(text)
        except ValidationError:
            for language in LANGUAGES:
                with override(language):
                    try:
                        return read(text)
                    except ValidationError:
                        continue
            raise

    return any_language


def _has_few_values(kind: Kind) -> bool:
    return isinstance(kind, YesNo | Country | Several)


def message_of(column: str, error: ValidationError) -> str:
    """What is wrong in a cell, with the name of its column: "Umsatz: “viel” is not a number…"."""
    return f"{column}: {' '.join(error.messages)}"
