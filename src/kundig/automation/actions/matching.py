"""Whether a rule has something to do with a change, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import translation

from kundig.accounts.queries import company
from kundig.automation.enums import Trigger
from kundig.automation.models import Rule
from kundig.automation.queries.histories import Change, changed_fields, columns_of
from kundig.records import conditions, registry
from kundig.records.conditions import Condition, Explanation
from kundig.records.description import Description

Reason = list[dict[str, Any]]


@dataclass(frozen=True)
class Matcher:
    """A rule, ready to look at changes. What it needs is read once.

    Raises (when first used):
        ConditionError: if its condition cannot be understood any more.
    """

    rule: Rule

    @cached_property
    def description(self) -> Description:
        found = registry.get(self.rule.object)
        assert found is not None, f"nothing is called {self.rule.object}"
        return found

    @cached_property
    def condition(self) -> Condition | None:
        return conditions.read(self.rule.condition, self.description, None) if self.rule.condition.strip() else None

    @cached_property
    def fields(self) -> list[str]:
        """Fields of which one must have changed; empty means any."""
        return [str(name) for name in self.rule.details.get("fields", ())]

    @property
    def columns(self) -> frozenset[str] | None:
        """The columns whose changes can set the rule off; None for all of them."""
        if self.rule.trigger == Trigger.CREATED:
            return frozenset()
        if self.rule.trigger == Trigger.CHANGED:
            return columns_of(self.description, self.fields) if self.fields else None
        return columns_of(self.description, self.condition.names) if self.condition is not None else None

    @property
    def looked_at(self) -> frozenset[str]:
        """The fields whose change sets the rule off, of those that can be named."""
        if self.rule.trigger == Trigger.CHANGED:
            return frozenset(self.fields)
        if self.rule.trigger == Trigger.BECOMES and self.condition is not None:
            return self.condition.names
        return frozenset()

    def is_set_off(self, change: Change) -> bool:
        """Whether a change is one the rule waits for, and its condition holds."""
        if change.after is None:
            return False
        trigger = self.rule.trigger
        if trigger == Trigger.CREATED and not change.is_new:
            return False
        if trigger == Trigger.CHANGED and not self._concerns(change):
            return False
        if self.condition is None:
            return True
        if not self.condition.holds(change.after, now=change.at):
            return False
        if trigger == Trigger.BECOMES and change.before is not None:
            return not self.condition.holds(change.before, now=change.at)
        return True

    def _concerns(self, change: Change) -> bool:
        """Whether one of the fields changed that the rule looks at."""
        if change.is_new:
            return False
        return not self.fields or bool(changed_fields(change, self.description, self.fields))

    def reason(self, record: models.Model, *, change: Change | None = None) -> Reason:
        """Why the rule runs, in the language of the house: what changed, and which parts of the condition hold."""
        with translation.override(company().language):
            lines: Reason = []
            if change is not None and self.rule.trigger == Trigger.CHANGED:
                lines += [_changed(self.description, change, name) for name in self._told(change)]
            if self.condition is not None:
                lines += _lines(self.condition.explain(record))
            return lines

    def _told(self, change: Change) -> list[str]:
        # An address says itself by its parts.
        own = (name for name, field in self.description.fields.items() if field.model_field is not None)
        names = self.fields or [name for name in own if name not in ("id", "changed_at")]
        return sorted(changed_fields(change, self.description, names))[:10]

    def title(self, record: models.Model) -> str:
        """What the record is called now."""
        return str(getattr(record, self.description.title, "") or "")[:300]


def _changed(description: Description, change: Change, name: str) -> dict[str, Any]:
    from kundig.records.conditions.terms import shown

    field = description.fields[name]
    found = ""
    if field.model_field is not None and change.before is not None and change.after is not None:
        before, after = (shown(field, field.value_in(each)) for each in (change.before, change.after))
        found = f"{before} → {after}"
    return {"sentence": str(field.label), "found": found, "holds": True}


def _lines(why: Explanation) -> Reason:
    """The parts that decide, without the brackets around them."""
    if not why.parts:
        return [{"sentence": why.sentence, "found": why.found, "holds": why.holds}]
    return [line for part in why.parts if part.holds == why.holds for line in _lines(part)]
