"""What stands in the form of a rule: read out of what was posted, and given to the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.dates import WEEKDAYS

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.automation.actions.steps.calling import KEPT
from kundig.automation.enums import Every, Trigger
from kundig.automation.models import Rule
from kundig.automation.protocol import Parameter, RuleAction, action, actions_for
from kundig.records import registry
from kundig.records.conditions.types import Type, type_of
from kundig.records.description import Description

DETAILS = ("field", "offset", "side", "at", "every", "weekday", "day")


def values_of(rule: Rule) -> dict[str, Any]:
    """A rule as its form begins with."""
    return {
        "name": rule.name,
        "object": rule.object or "organisations",
        "trigger": rule.trigger,
        "details": rule.details,
        "condition": rule.condition,
        "steps": rule.steps or [{"action": "", "values": {}}],
    }


def posted(data: QueryDict, before: list[dict[str, Any]]) -> dict[str, Any]:
    """The values that were posted; `before` are the kept steps, for what a form never shows (secrets)."""
    details: dict[str, Any] = {name: data.get(f"details.{name}", "") for name in DETAILS if f"details.{name}" in data}
    details["fields"] = data.getlist("details.fields")
    details["yearly"], details["once"] = "details.yearly" in data, "details.once" in data
    if details.pop("side", "") == "before" and str(details.get("offset", "")).strip().isdecimal():
        details["offset"] = f"-{str(details['offset']).strip()}"
    steps = [_step(data, place, before) for place in _places(data)]
    steps = _moved(steps, data)
    return {
        "name": data.get("name", ""),
        "object": data.get("object", ""),
        "trigger": data.get("trigger", ""),
        "details": details,
        "condition": data.get("condition", ""),
        "steps": steps,
    }


def _places(data: QueryDict) -> list[int]:
    names = [name.split(".")[1] for name in data if name.startswith("steps.") and name.endswith(".action")]
    return sorted(int(place) for place in names if place.isdecimal())[:30]


def _step(data: QueryDict, place: int, before: list[dict[str, Any]]) -> dict[str, Any]:
    prefix = f"steps.{place}."
    values = {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix)}
    key = str(values.pop("action", ""))
    found = action(key)
    secrets = [parameter.name for parameter in found.parameters if parameter.secret] if found else []
    if any(values.get(name) == KEPT for name in secrets) and place < len(before):
        values["sealed"] = before[place].get("values", {}).get("sealed", "")
    return {"action": key, "values": values}


def _moved(steps: list[dict[str, Any]], data: QueryDict) -> list[dict[str, Any]]:
    """The steps after a click on add, remove, up or down."""
    if "add" in data:
        return [*steps, {"action": "", "values": {}}]
    if (gone := data.get("remove", "")).isdecimal():
        return [step for place, step in enumerate(steps) if place != int(gone)]
    if (up := data.get("up", "")).isdecimal() and 0 < int(up) < len(steps):
        place = int(up)
        steps[place - 1], steps[place] = steps[place], steps[place - 1]
    return steps


@dataclass(frozen=True)
class Control:
    """One parameter of a step as the template writes it."""

    name: str
    parameter: Parameter
    value: str
    choices: list[tuple[str, Any]] | None
    error: str


@dataclass(frozen=True)
class StepForm:
    place: int
    action: RuleAction | None
    controls: list[Control]
    error: str


def choices(description: Description | None, user: User) -> dict[str, Any]:
    """What can be chosen in the form of a rule for an object."""
    fields = list(description.fields_for(user).values()) if description is not None else []
    return {
        "objects": [
            (each.name, each.label_plural)
            for each in registry.descriptions()
            if each.may(user, Action.READ) and not each.parent
        ],
        "triggers": Trigger.choices,
        "fields": [
            (f.name, f.label) for f in fields if f.model_field is not None and f.name not in ("id", "changed_at")
        ],
        "dates": [
            (field.name, field.label)
            for field in fields
            if field.model_field is not None and type_of(field.kind) in (Type.DATE, Type.MOMENT)
        ],
        "every": Every.choices,
        "weekdays": [(str(number), name) for number, name in WEEKDAYS.items()],
        "actions": [(each.key, each.label) for each in actions_for(description)] if description is not None else [],
    }


def step_forms(
    steps: list[dict[str, Any]], description: Description | None, errors: Mapping[str, list[str]]
) -> list[StepForm]:
    return [_step_form(place, step, description, errors) for place, step in enumerate(steps)]


def _step_form(
    place: int, step: Mapping[str, Any], description: Description | None, errors: Mapping[str, list[str]]
) -> StepForm:
    found = action(str(step.get("action", "")))
    values = step.get("values") or {}
    controls = []
    for parameter in found.parameters if found is not None and description is not None else ():
        assert description is not None
        shown = KEPT if parameter.secret and values.get("sealed") else str(values.get(parameter.name, ""))
        controls.append(
            Control(
                f"steps.{place}.{parameter.name}",
                parameter,
                shown,
                list(parameter.choices(description)) if parameter.choices else None,
                " ".join(errors.get(f"steps.{place}.{parameter.name}", [])),
            )
        )
    return StepForm(place, found, controls, " ".join(errors.get(f"steps.{place}.action", [])))
