"""Steps that write fields of the record."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User
from kundig.automation.protocol import Occasion, Parameter, RuleAction, Values
from kundig.platform.formats import current_formats
from kundig.records import conditions
from kundig.records.actions import change_record
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.records.kinds.choices import Several
from kundig.records.kinds.contacts import Address
from kundig.records.kinds.references import File, Reference


def settable(description: Description) -> list[Field]:
    """Fields that a rule can write: those people can, but no files and no composed ones."""
    return [
        field
        for field in description.fields.values()
        if field.editable and not isinstance(field.kind, File | Address) and description.is_on(field)
    ]


def _field_choices(description: Description) -> list[tuple[str, Any]]:
    return [(field.name, field.label) for field in settable(description)]


def _chosen(values: Values, description: Description, among: list[Field]) -> Field:
    found = next((field for field in among if field.name == values.get("field")), None)
    if found is None:
        raise ValidationError({"field": _("Choose a field.")})
    return found


def written(record: models.Model, field: Field, value: Any, description: Description, by: User) -> str:
    """Set a field and say so; nothing is written that stands there already."""
    before = field.kind.columns(field, value)
    if all(getattr(record, column, None) == part for column, part in before.items()):
        return _("%(field)s stood so already.") % {"field": field.label}
    change_record(description, record, {field.name: value}, by=by, via=Via.RULE)
    return _("%(field)s set.") % {"field": field.label}


# -- a value ------------------------------------------------------------------------------------------------------


def _check_value(values: Values, description: Description) -> dict[str, Any]:
    field = _chosen(values, description, settable(description))
    text = str(values.get("value", "")).strip()
    if text.startswith("="):
        try:
            expression = conditions.read_expression(text[1:].strip(), description, None)
        except conditions.ConditionError as error:
            raise ValidationError({"value": error}) from error
        return {"field": field.name, "value": f"= {expression.text}"}
    try:
        parsed = _parsed(field, text, {})
    except ValidationError as error:
        raise ValidationError({"value": error}) from error
    if field.required and field.kind.is_empty(parsed):
        raise ValidationError({"value": _("“%(field)s” must not be empty.") % {"field": field.label}})
    # Of a record its id is kept: another may bear its title tomorrow.
    return {"field": field.name, "value": str(parsed or "") if isinstance(field.kind, Reference) else text}


def _parsed(field: Field, text: str, row: dict[str, Any]) -> Any:
    return field.kind.parse(text, field=field, reading=Reading(user=None, formats=current_formats(), row=row))


def _set(record: models.Model, values: Values, description: Description, occasion: Occasion) -> str:
    field = description.fields[str(values["field"])]
    text = str(values["value"])
    if text.startswith("="):
        text = _typed(conditions.read_expression(text[1:].strip(), description, None).value(record))
    row = {column.attname: getattr(record, column.attname) for column in record._meta.concrete_fields}
    return written(record, field, _parsed(field, text, row), description, occasion.by)


def _typed(value: Any) -> str:
    """What a formula came to, as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", current_formats().decimal)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _value_words(values: Values, description: Description) -> str:
    field = description.fields[str(values["field"])]
    text = str(values["value"])
    if text.startswith("="):
        shown = conditions.read_expression(text[1:].strip(), description, None).words()
    elif not text:
        return _("empty %(field)s") % {"field": field.label}
    elif isinstance(field.kind, Reference):
        found = field.kind.model._default_manager.filter(pk=text).values_list(field.kind.title(), flat=True).first()
        shown = str(found or text)
    else:
        shown = str(getattr(field.kind, "labels", {}).get(text, text))
    return _("set %(field)s to “%(value)s”") % {"field": field.label, "value": shown}


SET_FIELD = RuleAction(
    key="set_field",
    label=gettext_lazy("Set a field"),
    icon="pencil",
    parameters=(
        Parameter("field", gettext_lazy("Field"), _field_choices),
        Parameter(
            "value", gettext_lazy("Value"), required=False,
            help=gettext_lazy("As you would type it; “= …” computes it. Nothing empties the field."),
        ),
    ),
    check=_check_value,
    run=_set,
    words=_value_words,
    changes=lambda values: frozenset({str(values.get("field"))}),
)  # fmt: skip


# -- tags ---------------------------------------------------------------------------------------------------------


def _tag_fields(description: Description) -> list[Field]:
    return [field for field in settable(description) if isinstance(field.kind, Several)]


def _tag_choices(description: Description) -> list[tuple[str, Any]]:
    return [(field.name, field.label) for field in _tag_fields(description)]


def _check_tag(values: Values, description: Description) -> dict[str, Any]:
    field = _chosen(values, description, _tag_fields(description))
    try:
        parsed = _parsed(field, str(values.get("tag", "")), {})
    except ValidationError as error:
        raise ValidationError({"tag": error}) from error
    if len(parsed) != 1:
        raise ValidationError({"tag": _("Write one word, without commas.")})
    return {"field": field.name, "tag": parsed[0]}


def _with_tag(record: models.Model, values: Values, description: Description, occasion: Occasion) -> str:
    field, tag = description.fields[str(values["field"])], str(values["tag"])
    present = list(field.value_in(record) or [])
    return written(record, field, present if tag in present else [*present, tag], description, occasion.by)


def _without_tag(record: models.Model, values: Values, description: Description, occasion: Occasion) -> str:
    field, tag = description.fields[str(values["field"])], str(values["tag"])
    present = [each for each in field.value_in(record) or [] if each != tag]
    return written(record, field, present, description, occasion.by)


_TAG_PARAMETERS = (
    Parameter("field", gettext_lazy("Field"), _tag_choices),
    Parameter("tag", gettext_lazy("Word")),
)

ADD_TAG = RuleAction(
    key="add_tag",
    label=gettext_lazy("Add a tag"),
    icon="tag",
    parameters=_TAG_PARAMETERS,
    check=_check_tag,
    run=_with_tag,
    words=lambda values, description: (
        _("add “%(tag)s” to %(field)s")
        % {"tag": values["tag"], "field": description.fields[str(values["field"])].label}
    ),
    applies=lambda description: bool(_tag_fields(description)),
    changes=lambda values: frozenset({str(values.get("field"))}),
)

REMOVE_TAG = RuleAction(
    key="remove_tag",
    label=gettext_lazy("Remove a tag"),
    icon="tag",
    parameters=_TAG_PARAMETERS,
    check=_check_tag,
    run=_without_tag,
    words=lambda values, description: (
        _("remove “%(tag)s” from %(field)s")
        % {"tag": values["tag"], "field": description.fields[str(values["field"])].label}
    ),
    applies=lambda description: bool(_tag_fields(description)),
    changes=lambda values: frozenset({str(values.get("field"))}),
)
