"""Yes or no, one of several, several of several."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats
from kundig.records.kinds.base import Kind, Reading, json_type

if TYPE_CHECKING:
    from kundig.records.fields import Field

YES = frozenset({"1", "true", "yes", "y", "ja", "j", "on", "x", "wahr"})
NO = frozenset({"", "0", "false", "no", "n", "nein", "off", "falsch"})
MOST_TAGS, LONGEST_TAG = 50, 80


class YesNo(Kind):
    name = "yes_no"
    label = gettext_lazy("Yes/no")
    editor = "yes_no"
    column = "col-rank"

    def text(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else _("yes") if values[0] else _("no")

    def typed(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else "true" if values[0] else "false"

    def is_empty(self, *values: Any) -> bool:
        return values[0] is None

    def empty(self, field: Field) -> Any:
        return None if field.nullable else False

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = raw.strip().lower()
        if text in YES:
            return True
        if not text:
            return self.empty(field)
        if text in NO:
            return False
        raise ValidationError(_("“%(text)s” is neither yes nor no.") % {"text": raw[:40]})

    def from_json(self, value: Any, *, field: Field, reading: Reading) -> Any:
        if value is None:
            return self.empty(field)
        if not isinstance(value, bool):
            raise ValidationError(_("Expected true or false, got %(got)s.") % {"got": json_type(value)})
        return value

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "boolean"}


class Choice(Kind):
    name = "choice"
    label = gettext_lazy("Choice")
    editor = "select"

    def __init__(self, choices: Any) -> None:
        """`choices`: pairs of value and label, labels may be lazy."""
        self.choices = [(str(value), label) for value, label in choices if value not in (None, "")]
        self.labels = dict(self.choices)
        self._cells: dict[tuple[str, Any], str] = {}

    def cell(self, formats: Formats, *values: Any) -> str:
        """The label, translated and escaped once a language and not once a row."""
        key = (formats.language, values[0])
        if (html := self._cells.get(key)) is None:
            html = escape(self.text(formats, *values))
            if values[0] in self.labels:
                self._cells[key] = html
        return html

    def text(self, formats: Formats, *values: Any) -> str:
        value = values[0]
        return "" if value in (None, "") else str(self.labels.get(str(value), value))

    def typed(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else str(values[0])

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        text = raw.strip()
        if not text:
            return self.empty(field)
        folded = text.casefold()
        for value, label in self.choices:
            if folded in (value.casefold(), str(label).casefold()):
                return value
        raise ValidationError(
            _("“%(text)s” is not one of: %(choices)s.")
            % {"text": text[:40], "choices": ", ".join(str(label) for _value, label in self.choices[:12])}
        )

    def schema(self, field: Field) -> dict[str, Any]:
        values = [value for value, _label in self.choices]
        return {"type": "string", "enum": values if field.required else ["", *values]}


class Several(Kind):
    """Several texts at once; with `choices` only those, without any (tags)."""

    name = "several"
    label = gettext_lazy("Several choices")
    editor = "tags"
    column = "col-tags"
    sortable = False

    def __init__(self, choices: Any = ()) -> None:
        self.choices = [(str(value), label) for value, label in choices]
        self.labels = dict(self.choices)

    def cell(self, formats: Formats, *values: Any) -> str:
        return " ".join(
            f'<span class="tag">{escape(str(self.labels.get(value, value)))}</span>' for value in values[0] or ()
        )

    def text(self, formats: Formats, *values: Any) -> str:
        return ", ".join(str(self.labels.get(value, value)) for value in values[0] or ())

    def empty(self, field: Field) -> Any:
        return []

    def posted(self, field: Field, data: Any) -> Any:
        return "\n".join(data.getlist(field.name))

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        parts = raw.replace(";", "\n").replace(",", "\n").splitlines()
        return self._checked([" ".join(part.split()) for part in parts])

    def from_json(self, value: Any, *, field: Field, reading: Reading) -> Any:
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise ValidationError(_("Expected a list of texts, got %(got)s.") % {"got": json_type(value)})
        return self._checked([part.strip() for part in value])

    def _checked(self, parts: list[str]) -> list[str]:
        chosen = list(dict.fromkeys(part for part in parts if part))
        if len(chosen) > MOST_TAGS:
            raise ValidationError(_("At most %(most)d fit.") % {"most": MOST_TAGS})
        for part in chosen:
            if "\x00" in part or len(part) > LONGEST_TAG:
                raise ValidationError(
                    _("“%(text)s” is too long; at most %(most)d characters fit.")
                    % {"text": part[:20], "most": LONGEST_TAG}
                )
        return [self._known(part) for part in chosen] if self.choices else chosen

    def _known(self, part: str) -> str:
        folded = part.casefold()
        for value, label in self.choices:
            if folded in (value.casefold(), str(label).casefold()):
                return value
        raise ValidationError(
            _("“%(text)s” is not one of: %(choices)s.")
            % {"text": part[:40], "choices": ", ".join(str(label) for _value, label in self.choices[:12])}
        )

    def schema(self, field: Field) -> dict[str, Any]:
        items: dict[str, Any] = {"type": "string", "maxLength": LONGEST_TAG}
        if self.choices:
            items = {"type": "string", "enum": [value for value, _label in self.choices]}
        return {"type": "array", "items": items, "maxItems": MOST_TAGS}
