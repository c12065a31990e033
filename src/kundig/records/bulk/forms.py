"""The forms of actions: a control for each field that shall change, or for each thing that an action asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.bulk.acting import RecordAction
from kundig.records.bulk.steps import How, changeable, ways
from kundig.records.description import Description
from kundig.records.editors import editor
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading

Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class StepControl:
    """One field of the form that changes fields: what can be done with it, and the control of its kind."""

    field: Field
    id: str
    html: SafeString
    ways: list[tuple[str, Any, bool]]
    error: str


class StepForm:
    """The fields that somebody chose to change."""

    def __init__(self, description: Description, user: User, data: QueryDict, errors: Errors | None = None) -> None:
        self.description = description
        self.user = user
        self.data = data
        self.errors = errors or {}
        self.fields = changeable(description, user)

    @classmethod
    def blank(cls, description: Description, user: User, names: Sequence[str]) -> StepForm:
        data = QueryDict(mutable=True)
        data.setlist("field", list(names))
        return cls(description, user, data)

    @property
    def names(self) -> list[str]:
        return [name for name in dict.fromkeys(self.data.getlist("field")) if name]

    def given(self) -> list[dict[str, Any]]:
        """What was typed, as a run keeps it."""
        return [
            {
                "field": name,
                "how": self.data.get(f"how.{name}") or How.SET.value,
                "raw": field.kind.posted(field, self.data) if (field := self.fields.get(name)) else "",
            }
            for name in self.names
        ]

    @property
    def steps(self) -> list[StepControl]:
        return [self._control(self.fields[name]) for name in self.names if name in self.fields]

    @property
    def open(self) -> list[Field]:
        """The fields that can be added."""
        return [field for name, field in self.fields.items() if name not in self.names]

    @property
    def general_errors(self) -> list[str]:
        return [text for name, texts in self.errors.items() if name not in self.names for text in texts]

    def _control(self, field: Field) -> StepControl:
        is_typed = f"how.{field.name}" in self.data
        error = " ".join(self.errors.get(field.name, []))
        how = self.data.get(f"how.{field.name}") or ways(field)[0].value
        control_id = f"b-{field.name}"
        html = _editor(
            field, self.description, self.user, control_id, error,
            raw=field.kind.posted(field, self.data) if is_typed else None,
        )  # fmt: skip
        each = [(way.value, way.label, way.value == how) for way in ways(field)]
        return StepControl(field, control_id, html, each, error)


def blank_step(description: Description, user: User, name: str) -> StepControl | None:
    """The control of one field; None if it cannot be changed in bulk."""
    steps = StepForm.blank(description, user, [name]).steps
    return steps[0] if steps else None


@dataclass(frozen=True)
class InputControl:
    """One thing that an action asks for."""

    field: Field
    id: str
    html: SafeString
    error: str


def input_controls(
    action: RecordAction,
    description: Description,
    user: User,
    data: QueryDict | None = None,
    errors: Errors | None = None,
) -> list[InputControl]:
    controls = []
    for given in action.inputs:
        field, error = given.field(description), " ".join((errors or {}).get(given.name, []))
        raw = field.kind.posted(field, data) if data is not None else None
        html = _editor(field, description, user, f"b-{field.name}", error, raw=raw)
        controls.append(InputControl(field, f"b-{field.name}", html, error))
    return controls


def action_values(action: RecordAction, description: Description, data: QueryDict) -> dict[str, Any]:
    """What was typed for an action of a domain, by the name of the input."""
    fields = [given.field(description) for given in action.inputs]
    return {"inputs": {field.name: field.kind.posted(field, data) for field in fields}}


def read_inputs(
    action: RecordAction, description: Description, given: Mapping[str, Any], *, user: User, is_json: bool
) -> dict[str, Any]:
    """Parsed values by the name of the input; raises ValidationError with a dict name → messages."""
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    reading = Reading(user=user, formats=current_formats(), row={})
    for each in action.inputs:
        field = each.field(description)
        try:
            raw = given.get(each.name)
            read: Any = field.kind.from_json if is_json else field.kind.parse
            values[each.name] = value = read(raw if is_json else raw or "", field=field, reading=reading)
            if each.required and field.kind.is_empty(value):
                raise ValidationError(_("“%(field)s” must not be empty.") % {"field": each.label})
        except ValidationError as error:
            errors[each.name] = error.messages
    if errors:
        raise ValidationError(errors)
    return values


def _editor(field: Field, description: Description, user: User, control_id: str, error: str, *, raw: Any) -> SafeString:
    values = tuple(
        field.kind.empty(field) if not isinstance(field.kind.empty(field), dict) else "" for _s in field.sources
    )
    return editor(
        field, current_formats(), values=values, description=description, user=user, control_id=control_id, raw=raw,
        error=error, error_id=f"{control_id}-error",
    )  # fmt: skip
