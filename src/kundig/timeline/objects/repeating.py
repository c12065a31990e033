"""The kind of field that says how something comes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats, current_formats
from kundig.records.kinds.base import Kind, Reading, check_length
from kundig.timeline.rules.repeating import read_rule
from kundig.timeline.rules.wording import PRESETS, typed_of, understood, words_of

if TYPE_CHECKING:
    from kundig.records.fields import Field


class Repetition(Kind):
    """Typed in words or as a rule of RFC 5545, kept as the rule, shown in words."""

    name = "repetition"
    label = gettext_lazy("Repetition")
    editor = "repetition"
    sortable = False

    def text(self, formats: Formats, *values: Any) -> str:
        return words_of(read_rule(values[0]), formats) if values[0] else ""

    def typed(self, formats: Formats, *values: Any) -> str:
        try:
            return typed_of(read_rule(values[0]), formats) if values[0] else ""
        except ValidationError:
            return str(values[0])

    def suggestions(self) -> list[str]:
        """What is offered while one types, in the language at hand."""
        return [words_of(rule, current_formats()) for rule in PRESETS]

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = check_length(raw.strip(), field)
        return check_length(understood(text).text, field) if text else ""

    def schema(self, field: Field) -> dict[str, Any]:
        return {**super().schema(field), "description": "RRULE of RFC 5545, without DTSTART"}
