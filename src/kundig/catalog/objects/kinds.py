"""Kinds of fields that only the catalog has."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats
from kundig.records.kinds.base import Kind, Reading, json_type
from kundig.records.kinds.numbers import Number

if TYPE_CHECKING:
    from kundig.records.fields import Field

MOST, LONGEST_NAME, LONGEST_VALUE = 100, 80, 400


class FromQuantity(Number):
    """The quantity from which a price holds: “from 10” where no heading says what the number is."""

    def noted(self, formats: Formats, *values: Any) -> str:
        return _("from %(quantity)s") % {"quantity": self.text(formats, *values)} if values[0] else ""


class Properties(Kind):
    """Names with values, a line for each: “Colour: red”."""

    name = "properties"
    label = gettext_lazy("Properties")
    editor = "textarea"
    column = "col-long"
    sortable = False
    example: ClassVar[Any] = {"Colour": "red"}

    def cell(self, formats: Formats, *values: Any) -> str:
        return escape(" · ".join(_lines(values[0])))

    def block(self, formats: Formats, *values: Any) -> str:
        return "<br>".join(escape(line) for line in _lines(values[0]))

    def text(self, formats: Formats, *values: Any) -> str:
        return "\n".join(_lines(values[0]))

    def is_empty(self, *values: Any) -> bool:
        return not values[0]

    def empty(self, field: Field) -> Any:
        return {}

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        found = {}
        for line in raw.splitlines():
            if line.strip():
                name, sign, value = line.partition(":")
                if not sign:
                    raise ValidationError(
                        _("“%(text)s” names no value. Write each property like “Colour: red”.") % {"text": line[:40]}
                    )
                found[name] = value
        return _checked(found)

    def from_json(self, value: Any, *, field: Field, reading: Reading) -> Any:
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise ValidationError(_("Expected an object of texts, got %(got)s.") % {"got": json_type(value)})
        return _checked(value)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"type": "string", "maxLength": LONGEST_VALUE}}


def _lines(value: dict[str, str] | None) -> list[str]:
    return [f"{name}: {text}" for name, text in (value or {}).items()]


def _checked(given: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, value in given.items():
        name, value = " ".join(name.split()), " ".join(value.split())
        if not name or not value:
            raise ValidationError(
                _("“%(text)s” names no value. Write each property like “Colour: red”.") % {"text": f"{name}:{value}"}
            )
        if "\x00" in name + value or ":" in name or len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
            raise ValidationError(
                _("“%(text)s” is too long, or contains a character that does not fit.") % {"text": name[:40]}
            )
        found[name] = value
    if len(found) > MOST:
        raise ValidationError(_("At most %(most)d fit.") % {"most": MOST})
    return found
