"""What a kind of field can do: show its values in a cell and as plain text, read what people type, speak JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.fields import Field

# What exports of other programs write where they mean "nothing".
NOTHING = frozenset({"", "null", "none", "nil", "n/a", "#n/v", "#n/a", "-", "--", "\\n"})


@dataclass(frozen=True)
class Reading:
    """What a kind may look at while it reads a value: who writes, number formats, the record's other values."""

    user: User | None
    formats: Formats
    row: Mapping[str, Any]


class Kind:
    """One kind of field. Instances hold the exceptions of one field (choices, a currency), no values.

    A field is read as the tuple of its `sources`; `cell`, `text`, `typed` and `to_json` take that tuple spread out.
    """

    name: ClassVar[str] = "text"
    label: ClassVar[Any] = gettext_lazy("Text")
    editor: ClassVar[str] = "input"
    """Template in records/editors/ that lets a person type the value."""
    input_type: ClassVar[str] = "text"
    column: ClassVar[str] = "col-text"
    """CSS class that gives the table column its width and alignment."""
    is_code: ClassVar[bool] = False
    """Searched from its beginning (numbers, addresses of mail) rather than as words."""
    sortable: ClassVar[bool] = True
    example: ClassVar[Any] = None
    """A value that the documentation of the REST API shows, where `schema` allows less than others of this name."""

    def sources(self, field: Field) -> tuple[str, ...]:
        """Query paths that `values_list` reads for this field."""
        return (field.path,)

    def cell(self, formats: Formats, *values: Any) -> str:
        """Escaped HTML of the value in a table."""
        return escape(self.text(formats, *values))

    def block(self, formats: Formats, *values: Any) -> str:
        """Escaped HTML of the value on a page, where it may take several lines."""
        return self.cell(formats, *values)

    def text(self, formats: Formats, *values: Any) -> str:
        """The value in plain words, as exports, messages and conflicts show it."""
        return "" if values[0] is None else str(values[0])

    def noted(self, formats: Formats, *values: Any) -> str:
        """The value where it stands among others without its name."""
        return self.text(formats, *values)

    def typed(self, formats: Formats, *values: Any) -> str:
        """What stands in the input when the value is edited; `parse` reads it back."""
        return self.text(formats, *values)

    def is_empty(self, *values: Any) -> bool:
        return values[0] in (None, "", [])

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        """Read what a person typed.

        Raises:
            ValidationError: saying what is wrong with which text and what would be right.
        """
        return raw.strip()

    def empty(self, field: Field) -> Any:
        """The value that stands for "nothing"."""
        return None if field.nullable else ""

    def columns(self, field: Field, value: Any) -> dict[str, Any]:
        """Which model attributes a parsed value sets."""
        return {field.path: value}

    def to_json(self, *values: Any) -> Any:
        return values[0]

    def from_json(self, value: Any, *, field: Field, reading: Reading) -> Any:
        """Read a value of a REST body; raises ValidationError like `parse`."""
        if value is None:
            return self.empty(field)
        if not isinstance(value, str):
            raise ValidationError(_("Expected a text, got %(got)s.") % {"got": json_type(value)})
        return self.parse(value, field=field, reading=reading)

    def schema(self, field: Field) -> dict[str, Any]:
        """JSON Schema of the value (draft 2020-12, as OpenAPI 3.1 uses it)."""
        schema: dict[str, Any] = {"type": "string"}
        if field.max_length:
            schema["maxLength"] = field.max_length
        return schema

    def posted(self, field: Field, data: Any) -> Any:
        """The raw value of this field in posted form data (a QueryDict)."""
        return data.get(field.name, "")


ISO = Formats(language="en", decimal=".", group=",", months=("",) * 12)
"""How numbers are written in JSON and in files made by programs."""


def json_type(value: Any) -> str:
    """The word a JSON author knows for the type of a value."""
    names = {bool: _("yes/no"), int: _("a number"), float: _("a number"), list: _("a list"), dict: _("an object")}
    return names.get(type(value), _("a text") if isinstance(value, str) else "null")


def is_nothing(text: str) -> bool:
    return text.strip().lower() in NOTHING


def check_length(text: str, field: Field) -> str:
    """The text itself; raises ValidationError if the column cannot hold it or PostgreSQL cannot store it."""
    if "\x00" in text:
        raise ValidationError(_("The text contains a character that cannot be stored (NUL)."))
    if field.max_length and len(text) > field.max_length:
        raise ValidationError(
            _("This is %(length)d characters long; at most %(limit)d fit.")
            % {"length": len(text), "limit": field.max_length}
        )
    return text
