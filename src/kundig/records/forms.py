"""Forms of described objects: all fields read at once by their kinds, every error at its field."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.description import Description
from kundig.records.editors import editor
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.records.kinds.references import File
from kundig.records.rows import Row

SEEN = "seen"
"""Name of the input in which a form tells what stood when it was opened."""


@dataclass(frozen=True)
class Control:
    """One field of a form as the template writes it."""

    field: Field
    id: str
    html: SafeString
    error: str
    wide: bool
    follows: bool = False
    """Whether it is the first of those that may stay empty because they follow from others."""


@dataclass
class RecordForm:
    """The form of one record. `row` holds what stands now (query path → value), for a new one its beginning."""

    description: Description
    user: User
    formats: Formats
    row: dict[str, Any]
    data: QueryDict | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Fields of which it says what somebody else has made of them meanwhile."""

    def read(self) -> dict[str, Any]:
        """The parsed values by field name; `errors` holds what could not be read."""
        assert self.data is not None, "read() needs posted data"
        raws = {f.name: f.kind.posted(f, self.data) for f in self.description.form_fields(self.user)}
        reading = Reading(user=self.user, formats=self.formats, row={**self.row, **self._flat(raws)})
        values: dict[str, Any] = {}
        for name, raw in raws.items():
            spec = self.description.fields[name]
            try:
                values[name] = spec.kind.parse(raw, field=spec, reading=reading)
                if spec.required and spec.kind.is_empty(values[name]):
                    raise ValidationError(_("“%(field)s” must not be empty.") % {"field": spec.label})
            except ValidationError as error:
                self.errors[name] = error.messages
        return values

    def _flat(self, raws: dict[str, Any]) -> dict[str, Any]:
        """Raw values by query path, the parts of an address one by one: a phone number asks for the country."""
        flat: dict[str, Any] = {}
        for name, raw in raws.items():
            kind = self.description.fields[name].kind
            if isinstance(raw, dict):
                prefix = getattr(kind, "prefix", "")
                for part, text in raw.items():
                    flat[f"{prefix}{part}"] = text
            else:
                flat[name] = raw
        return flat

    def changes(self, values: dict[str, Any]) -> dict[str, Any]:
        """What this form changes: fields that nobody touched in it are not written, whatever has become of them since.

        `errors` holds the fields that somebody else has changed to something else in the meantime.
        """
        assert self.data is not None, "changes() needs posted data"
        seen, now, changed = _marks_of(self.data.get(SEEN, "")), self.marks(), {}
        for name, value in values.items():
            spec = self.description.fields[name]
            columns = spec.kind.columns(spec, value)
            if all(self.row.get(column) == part for column, part in columns.items()):
                continue
            if seen.get(name, now[name]) == now[name]:
                changed[name] = value
            elif seen[name] != _mark(spec, {**self.row, **columns}):
                self.told.add(name)
                text = spec.text(self.formats, *self._values(spec)) or _("nothing")
                self.errors[name] = [
                    _("Somebody changed this to “%(text)s” in the meantime. Save again to replace it.") % {"text": text}
                ]
        return changed

    @property
    def seen(self) -> str:
        """What stood when the form was opened, in marks, or what it has said since: so two who edit at once notice."""
        before = {} if self.data is None else _marks_of(self.data.get(SEEN, ""))
        marks = {name: mark if name in self.told else before.get(name, mark) for name, mark in self.marks().items()}
        return ",".join(f"{name}:{mark}" for name, mark in marks.items())

    def marks(self) -> dict[str, str]:
        return {spec.name: _mark(spec, self.row) for spec in self.description.form_fields(self.user)}

    def refuse(self, error: ValidationError) -> None:
        """Take over the errors of an action: at their fields where they have one, at the head of the form otherwise."""
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        shown = {f.name for f in self.description.form_fields(self.user)}
        for name, messages in by_field.items():
            key = name if name in shown else self._composed_with(name) or NON_FIELD_ERRORS
            self.errors.setdefault(key, []).extend(messages)

    def _composed_with(self, column: str) -> str:
        """The composed field that a column is a part of ("city" → "address"), "" if none."""
        for name, kind in self.description.composed.items():
            if column in kind.sources(None):  # type: ignore[arg-type]
                return name
        return ""

    @property
    def general_errors(self) -> list[str]:
        return self.errors.get(NON_FIELD_ERRORS, [])

    @property
    def has_files(self) -> bool:
        return any(isinstance(f.kind, File) for f in self.description.form_fields(self.user))

    @property
    def controls(self) -> list[Control]:
        fields = self.description.form_fields(self.user)
        follows = next((f.name for f in fields if f.name in self.description.unsaid.split()), "")
        return [replace(self._control(f), follows=f.name == follows) for f in fields]

    def _control(self, spec: Field) -> Control:
        error = " ".join(self.errors.get(spec.name, []))
        raw = spec.kind.posted(spec, self.data) if self.data is not None else None
        html = editor(
            spec,
            self.formats,
            values=self._values(spec),
            raw=raw,
            description=self.description,
            user=self.user,
            control_id=f"f-{spec.name}",
            error=error,
            error_id=f"e-{spec.name}",
        )
        wide = spec.kind.editor in ("textarea", "address", "tags")
        return Control(spec, f"f-{spec.name}", html, error, wide=wide)

    def _values(self, spec: Field) -> Row:
        return tuple(self.row.get(source) for source in spec.sources)


def _mark(spec: Field, row: dict[str, Any]) -> str:
    """A few signs that change when the field's own columns do."""
    own = [row.get(source) for source in spec.sources if "__" not in source]
    return hashlib.blake2b(repr(own).encode(), digest_size=6).hexdigest()


def _marks_of(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in text.split(","))
    return {name: mark for name, _colon, mark in pairs}
