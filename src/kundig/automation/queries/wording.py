"""Rules in words: when, if and then as one reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.automation.enums import Every, Trigger
from kundig.automation.protocol import action
from kundig.records import conditions, registry
from kundig.records.description import Description


@dataclass(frozen=True)
class Sentence:
    """The three parts of a rule; `condition` is "" where it runs for all."""

    when: str
    condition: str
    steps: tuple[str, ...]


def sentence(values: Mapping[str, Any]) -> Sentence:
    """A rule in words, as far as it is understood: what is wrong or not there yet is left out."""
    description = registry.get(str(values.get("object", "")))
    if description is None:
        return Sentence("", "", ())
    return Sentence(
        _when(str(values.get("trigger", "")), values.get("details") or {}, description),
        _condition(str(values.get("condition", "")), description),
        tuple(words for step in values.get("steps") or [] if (words := _step(step, description))),
    )


def _when(trigger: str, details: Mapping[str, Any], description: Description) -> str:
    name = str(description.label)
    name = name[:1].upper() + name[1:]
    if trigger == Trigger.CREATED:
        return _("%(object)s is new") % {"object": name}
    if trigger == Trigger.CHANGED:
        known = [
            str(description.fields[each].label) for each in details.get("fields", ()) if each in description.fields
        ]
        if not known:
            return _("%(object)s changes") % {"object": name}
        return _("%(object)s changes in: %(fields)s") % {"object": name, "fields": ", ".join(known)}
    if trigger == Trigger.BECOMES:
        return _("%(object)s begins to fulfil the condition") % {"object": name}
    at = str(details.get("at") or "07:00")
    if trigger == Trigger.DAY:
        return _day(details, description, at)
    if trigger == Trigger.SCHEDULE:
        return _schedule(details, at)
    return ""


def _day(details: Mapping[str, Any], description: Description, at: str) -> str:
    field = description.fields.get(str(details.get("field", "")))
    if field is None:
        return ""
    try:
        offset = int(details.get("offset") or 0)
    except ValueError:
        return ""
    given = {"field": field.label, "at": at, "n": abs(offset)}
    if offset == 0:
        return _("on the day of “%(field)s”, at %(at)s") % given
    if offset < 0:
        return (
            ngettext("%(n)d day before “%(field)s”, at %(at)s", "%(n)d days before “%(field)s”, at %(at)s", abs(offset))
            % given
        )
    return ngettext("%(n)d day after “%(field)s”, at %(at)s", "%(n)d days after “%(field)s”, at %(at)s", offset) % given


def _schedule(details: Mapping[str, Any], at: str) -> str:
    every = details.get("every")
    if every == Every.WEEK:
        weekday = WEEKDAYS.get(int(str(details.get("weekday") or 0)), "")
        return _("every week on %(weekday)s at %(at)s") % {"weekday": weekday, "at": at}
    if every == Every.MONTH:
        return _("every month on day %(day)s at %(at)s") % {"day": details.get("day") or 1, "at": at}
    return _("every day at %(at)s") % {"at": at}


def _condition(text: str, description: Description) -> str:
    if not text.strip():
        return ""
    try:
        return conditions.read(text, description, None).sentence()
    except conditions.ConditionError:
        return ""


def _step(step: Any, description: Description) -> str:
    found = action(str(step.get("action", ""))) if isinstance(step, Mapping) else None
    if found is None or not found.applies(description):
        return ""
    try:
        return found.words(found.check(dict(step.get("values") or {}), description), description)
    except (ValidationError, KeyError):
        return ""
