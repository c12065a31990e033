"""A place on the earth: latitude and longitude in degrees (WGS 84), as telephones and maps give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats
from kundig.records.kinds.base import Kind, Reading, json_type

if TYPE_CHECKING:
    from kundig.records.fields import Field

PARTS = ("latitude", "longitude")
PLACES = 6
"""Decimal places that are kept: a tenth of a metre."""
_DEGREES = r"([+-]?\d{1,3}(?:[.,]\d{1,15})?)\s?°?\s?"
_PAIR = re.compile(rf"{_DEGREES}([NS]?)\s?[,; ]\s?{_DEGREES}([EWO]?)")
_MOST = {"latitude": 90, "longitude": 180}


class Position(Kind):
    """A position out of two sibling columns; read and written as one, like "48.137, 11.575"."""

    name = "position"
    label = gettext_lazy("Position on the map")
    column = "col-text"
    sortable = False
    help_text = gettext_lazy("Latitude and longitude in degrees, for example 48.137, 11.575.")

    def __init__(self, *, prefix: str = "", title: Any = None) -> None:
        """`prefix` stands before the column names `latitude longitude`."""
        self.prefix = prefix
        self.title = title or self.label

    def sources(self, field: Field) -> tuple[str, ...]:
        return tuple(f"{self.prefix}{part}" for part in PARTS)

    def text(self, formats: Formats, *values: Any) -> str:
        if self.is_empty(*values):
            return ""
        return ", ".join(f"{value:.{PLACES}f}".rstrip("0").rstrip(".") for value in values)

    def is_empty(self, *values: Any) -> bool:
        return any(value is None for value in values)

    def empty(self, field: Field) -> Any:
        return dict.fromkeys(PARTS)

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = raw.strip()
        if not text:
            return self.empty(field)
        found = _PAIR.fullmatch(text.upper())
        if found is None:
            raise ValidationError(
                _("“%(text)s” is no position. Write latitude and longitude like 48.137, 11.575.") % {"text": text[:60]}
            )
        latitude, longitude = (float(str(found[number]).replace(",", ".")) for number in (1, 3))
        return self._checked(-latitude if found[2] == "S" else latitude, -longitude if found[4] == "W" else longitude)

    def columns(self, field: Field, value: Any) -> dict[str, Any]:
        return {f"{self.prefix}{part}": value[part] for part in PARTS}

    def to_json(self, *values: Any) -> Any:
        return None if self.is_empty(*values) else dict(zip(PARTS, values, strict=True))

    def from_json(self, value: Any, *, field: Field, reading: Reading) -> Any:
        if value is None:
            return self.empty(field)
        if not isinstance(value, dict):
            raise ValidationError(_("Expected an object, got %(got)s.") % {"got": json_type(value)})
        numbers: list[Any] = [value.get(part) for part in PARTS]
        if set(value) != set(PARTS) or any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
            raise ValidationError(_("A position has a latitude and a longitude, both numbers, and nothing else."))
        return self._checked(*(float(number) for number in numbers))

    def _checked(self, latitude: float, longitude: float) -> dict[str, float]:
        given = dict(zip(PARTS, (latitude, longitude), strict=True))
        for part, number in given.items():
            if not -_MOST[part] <= number <= _MOST[part]:
                what = _("latitude") if part == "latitude" else _("longitude")
                raise ValidationError(
                    _("The %(what)s must lie between −%(most)d and %(most)d degrees.")
                    % {"what": what, "most": _MOST[part]}
                )
        return {part: round(number, PLACES) for part, number in given.items()}

    def schema(self, field: Field) -> dict[str, Any]:
        numbers = {part: {"type": "number", "minimum": -most, "maximum": most} for part, most in _MOST.items()}
        return {
            "type": ["object", "null"],
            "properties": numbers,
            "required": list(PARTS),
            "additionalProperties": False,
        }
