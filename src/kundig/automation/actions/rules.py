"""Making, changing, activating and pausing rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.automation.actions.checking import checked
from kundig.automation.enums import RunState, State
from kundig.automation.models import BackTest, Rule, Run
from kundig.automation.queries import forget_rules
from kundig.automation.rules import next_time

FIELDS = ("name", "object", "trigger", "details", "condition", "steps")


def draft_rule() -> Rule:
    """A rule that nobody has saved yet."""
    return Rule()


def save_rule(rule: Rule, *, values: Mapping[str, Any], version: int | None, by: User) -> Rule:
    """Keep a rule as it was edited; a new one is a draft. What was active goes on with what is new from now on.

    `version` is the one that was edited.

    Raises:
        ValidationError: with a dict of fields ("steps.0.value" for a value of a step); also if somebody else has saved
            the rule since.
    """
    clean = checked(values)
    with transaction.atomic():
        if not rule._state.adding:
            present = Rule.objects.select_for_update().get(pk=rule.pk)
            if version is not None and present.version != version:
                raise ValidationError(
                    _("Somebody else has saved this rule meanwhile. Load the page again to see what is new.")
                )
            rule.version = present.version + 1
            rule.state, rule.state_reason = present.state, present.state_reason
        else:
            rule.created_by = by
        for name in FIELDS:
            setattr(rule, name, clean[name])
        rule.next_at = _next(rule) if rule.is_active else None
        rule.save()
    forget_rules()
    return rule


def activate_rule(rule: Rule, *, by: User) -> None:
    """Let a rule run, from now on.

    Raises:
        ValidationError: if this version of it was not tested on the last 90 days, or cannot run as it stands.
    """
    checked({name: getattr(rule, name) for name in FIELDS})
    if not BackTest.objects.filter(rule=rule, version=rule.version).exists():
        raise ValidationError(_("Try the rule on the last 90 days first, then activate it."))
    rule.state, rule.state_reason, rule.next_at = State.ACTIVE, "", _next(rule)
    rule.save(update_fields=["state", "state_reason", "next_at", "changed_at"])
    forget_rules()


def pause_rule(rule: Rule, *, by: User) -> None:
    """Have a rule do nothing until it is activated again; what waits is left out."""
    with transaction.atomic():
        rule.state, rule.state_reason, rule.next_at = State.PAUSED, "", None
        rule.save(update_fields=["state", "state_reason", "next_at", "changed_at"])
        Run.objects.filter(rule=rule, state=RunState.WAITING).update(
            state=RunState.SKIPPED, error=_("The rule was paused."), next_at=None, finished_at=timezone.now()
        )
    forget_rules()


def delete_rule(rule: Rule, *, by: User) -> None:
    """Delete a rule with its log; what it changed stays in the ledger."""
    rule.delete()
    forget_rules()


def _next(rule: Rule) -> dt.datetime | None:
    return next_time(rule.trigger, rule.details, after=timezone.localtime())
