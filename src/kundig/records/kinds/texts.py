"""Texts: one line, many lines, and computed ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats
from kundig.records.kinds.base import Kind, Reading, check_length

if TYPE_CHECKING:
    from kundig.records.fields import Field


class Text(Kind):
    def cell(self, formats: Formats, *values: Any) -> str:
        return escape(values[0]) if values[0] else ""

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        return check_length(" ".join(raw.split()), field)


class Identifier(Kind):
    """The id of a record (UUID); nobody types it, but lists are asked for it."""

    name = "id"
    label = gettext_lazy("Id")
    is_code = True

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        try:
            return uuid.UUID(raw.strip())
        except ValueError as error:
            raise ValidationError(
                _("“%(text)s” is not an id. An id looks like 01995b1e-7c00-7000-8000-00000000002a.")
                % {"text": raw[:40]}
            ) from error

    def to_json(self, *values: Any) -> Any:
        return None if values[0] is None else str(values[0])

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


class LongText(Kind):
    name = "long_text"
    label = gettext_lazy("Long text")
    editor = "textarea"
    column = "col-long"
    sortable = False

    def cell(self, formats: Formats, *values: Any) -> str:
        if not values[0]:
            return ""
        first_line, _newline, rest = values[0].partition("\n")
        return escape(first_line) + (" …" if rest else "")

    def block(self, formats: Formats, *values: Any) -> str:
        return escape(values[0] or "").replace("\n", "<br>")

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        return check_length(raw.replace("\r\n", "\n").strip(), field)


class Computed(Kind):
    """A value made from other columns when it is read; nobody types it and nothing stores it."""

    name = "computed"
    label = gettext_lazy("Computed")
    sortable = False

    def __init__(self, compute: Callable[..., str], *, reads: str, title: Any = "", help_text: Any = "") -> None:
        """`compute(formats, *values)` answers plain text from the columns named in `reads`."""
        self.compute = compute
        self.reads = tuple(name.replace(".", "__") for name in reads.split())
        self.title = title
        self.help_text = help_text

    def sources(self, field: Field) -> tuple[str, ...]:
        return self.reads

    def text(self, formats: Formats, *values: Any) -> str:
        return self.compute(formats, *values)

    def is_empty(self, *values: Any) -> bool:
        return all(value in (None, "") for value in values)

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        raise ValidationError(_("This value is computed and cannot be typed."))

    def to_json(self, *values: Any) -> Any:
        from kundig.platform.formats import current_formats

        return self.compute(current_formats(), *values)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "readOnly": True}
