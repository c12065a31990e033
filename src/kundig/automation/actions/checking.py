"""Whether what was entered makes a rule that can run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.automation.enums import Every, Trigger
from kundig.automation.protocol import action
from kundig.records import conditions, registry
from kundig.records.conditions.types import Type, type_of
from kundig.records.description import Description

MOST_STEPS, MOST_DAYS = 20, 3650


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a rule as they are kept.

    Raises:
        ValidationError: with a dict of fields, all that is wrong at once.
    """
    errors: dict[str, Any] = {}
    name = " ".join(str(values.get("name", "")).split())
    if not name or len(name) > 120 or "\x00" in name:
        errors["name"] = _("Give the rule a name of at most 120 characters.")
    trigger = str(values.get("trigger", ""))
    if trigger not in Trigger.values:
        errors["trigger"] = _("Choose when the rule runs.")
    description = registry.get(str(values.get("object", "")))
    if description is None:
        errors["object"] = _("Choose for what the rule is.")
        raise ValidationError(errors)
    condition = str(values.get("condition", "")).strip()
    details: dict[str, Any] = {}
    steps: list[dict[str, Any]] = []
    try:
        if condition:
            condition = conditions.read(condition, description, None).text
        elif trigger == Trigger.BECOMES:
            errors["condition"] = _("Say which condition the record shall begin to fulfil.")
    except conditions.ConditionError as error:
        errors["condition"] = error
    try:
        details = _details(trigger, values.get("details") or {}, description)
    except ValidationError as error:
        errors.update({f"details.{key}": messages for key, messages in error.message_dict.items()})
    try:
        steps = _steps(values.get("steps") or [], description)
    except ValidationError as error:
        errors.update(error.message_dict)
    if errors:
        raise ValidationError(errors)
    return {
        "name": name, "object": description.name, "trigger": trigger, "details": details, "condition": condition,
        "steps": steps,
    }  # fmt: skip


def _details(trigger: str, given: Mapping[str, Any], description: Description) -> dict[str, Any]:
    if trigger == Trigger.CHANGED:
        names = [str(name) for name in given.get("fields", ())]
        for name in names:
            field = description.fields.get(name)
            if field is None or field.model_field is None:
                raise ValidationError({"fields": _("There is no field “%(name)s”.") % {"name": name[:60]}})
        return {"fields": names}
    if trigger == Trigger.DAY:
        return _of_day(given, description)
    if trigger == Trigger.SCHEDULE:
        return _of_schedule(given)
    return {}


def _of_day(given: Mapping[str, Any], description: Description) -> dict[str, Any]:
    field = description.fields.get(str(given.get("field", "")))
    if field is None or field.model_field is None or type_of(field.kind) not in (Type.DATE, Type.MOMENT):
        raise ValidationError({"field": _("Choose a date.")})
    offset = _whole(given.get("offset", 0), "offset", -MOST_DAYS, MOST_DAYS)
    return {"field": field.name, "offset": offset, "yearly": bool(given.get("yearly")), "at": _time(given)}


def _of_schedule(given: Mapping[str, Any]) -> dict[str, Any]:
    every = str(given.get("every", ""))
    if every not in Every.values:
        raise ValidationError({"every": _("Choose how often.")})
    found: dict[str, Any] = {"every": every, "at": _time(given), "once": bool(given.get("once"))}
    if every == Every.WEEK:
        found["weekday"] = _whole(given.get("weekday", 0), "weekday", 0, 6)
    if every == Every.MONTH:
        found["day"] = _whole(given.get("day", 1), "day", 1, 31)
    return found


def _whole(value: Any, name: str, least: int, most: int) -> int:
    try:
        number = int(str(value).strip() or "0")
    except ValueError:
        number = most + 1
    if not least <= number <= most:
        raise ValidationError(
            {name: _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}}
        )
    return number


def _time(given: Mapping[str, Any]) -> str:
    try:
        return dt.time.fromisoformat(str(given.get("at") or "07:00").strip().zfill(5)).strftime("%H:%M")
    except ValueError as error:
        raise ValidationError({"at": _("Write the time like 07:30.")}) from error


def _steps(given: Any, description: Description) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not given:
        raise ValidationError({"steps": _("Say what shall happen: at least one step.")})
    if len(given) > MOST_STEPS:
        raise ValidationError({"steps": _("At most %(most)d steps are possible.") % {"most": MOST_STEPS}})
    errors: dict[str, Any] = {}
    steps = []
    for place, step in enumerate(given):
        found = action(str(step.get("action", ""))) if isinstance(step, dict) else None
        if found is None or not found.applies(description):
            errors[f"steps.{place}.action"] = _("Choose what shall happen.")
            continue
        try:
            steps.append({"action": found.key, "values": found.check(dict(step.get("values") or {}), description)})
        except ValidationError as error:
            errors.update({f"steps.{place}.{key}": messages for key, messages in error.message_dict.items()})
    if errors:
        raise ValidationError(errors)
    return steps
