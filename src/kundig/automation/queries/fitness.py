"""Whether a rule still fits the object it is for: fields are retired, and conditions with them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kundig.automation.models import Rule
from kundig.automation.protocol import action
from kundig.records import conditions, registry


def missing_fields(rule: Rule) -> list[str]:
    """Names of fields that a rule looks at or writes, beside its condition, and that its object does not have."""
    description = registry.get(rule.object)
    if description is None:
        return []
    named = {str(name) for name in (*rule.details.get("fields", ()), rule.details.get("field")) if name}
    for step in rule.steps:
        found = action(str(step.get("action", "")))
        named |= found.changes(step.get("values") or {}) if found is not None else frozenset()
    return sorted(name for name in named if name not in description.fields)


def misfit(rule: Rule) -> str:
    """Why a rule cannot run as its object is now, in words; "" where it can."""
    description = registry.get(rule.object)
    if description is None:
        return _("What it was for is not there any more.")
    if missing := missing_fields(rule):
        return _("The field “%(name)s” is not there any more.") % {"name": missing[0]}
    try:
        if rule.condition.strip():
            conditions.read(rule.condition, description, None)
    except conditions.ConditionError as error:
        return _("The condition is not understood any more: %(why)s") % {"why": error.messages[0]}
    return ""
