"""Doing what rules say: each run in a transaction of its own, tried again when it fails, with the result in words."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company, house
from kundig.automation.actions.reacting import wake
from kundig.automation.enums import RunState
from kundig.automation.models import Rule, Run
from kundig.automation.protocol import Occasion, action
from kundig.automation.queries import misfit, missing_fields
from kundig.automation.rules import MOST_ATTEMPTS, back_off
from kundig.platform.logs import first_line
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.records.ledger.models import ChangeSet

PORTION = 100
logger = logging.getLogger("kundig.automation")


class Impossible(Exception):
    """Trying again would not help; the text says why."""


def perform_waiting() -> int:
    """Do the runs that are due, one after another; answers how many."""
    done = 0
    with translation.override(company().language):
        while run_id := _next():
            _perform(run_id)
            done += 1
    return done


def _next() -> UUID | None:
    due = Run.objects.filter(state=RunState.WAITING, next_at__lte=timezone.now())
    return due.order_by("next_at", "id").values_list("pk", flat=True).first()


def _perform(run_id: UUID) -> None:
    try:
        with transaction.atomic():
            run = Run.objects.select_for_update(skip_locked=True, of=("self",)).select_related("rule").get(pk=run_id)
            if run.state != RunState.WAITING:
                return
            _do(run)
    except Run.DoesNotExist:
        return  # Another worker is at it.
    except Exception as error:
        _failed(run_id, error)


def _do(run: Run) -> None:
    description = registry.get(run.object)
    record = description.everything().filter(pk=run.record).first() if description is not None else None
    if description is None or record is None:
        raise Impossible(_("The record is not there any more."))
    if not run.rule.is_active:
        run.state, run.error = RunState.SKIPPED, _("The rule was paused.")
    else:
        run.results = [*run.results, *_steps(run, record, description)]
        run.state, run.error = RunState.DONE, ""
    run.next_at, run.finished_at, run.attempts = None, timezone.now(), run.attempts + 1
    run.save()


def _steps(run: Run, record: models.Model, description: Description) -> list[str]:
    """All steps, those that reach out of the house last: they cannot be rolled back."""
    if missing_fields(run.rule):
        raise Impossible(misfit(run.rule))
    by = house()
    occasion = Occasion(run.rule.name, by, str(run.pk), run.rule_id, _cause(run))
    steps = []
    for step in run.rule.steps:
        found = action(step["action"])
        if found is None:
            raise Impossible(_("There is no action “%(name)s” any more.") % {"name": step["action"]})
        steps.append((found, step["values"]))
    told: dict[int, str] = {}
    with change_set(by=_nobody(by), via=Via.RULE, title=run.rule.name, key=run.change_set):
        order = sorted(range(len(steps)), key=lambda place: steps[place][0].is_outside)
        for place in order:
            found, values = steps[place]
            fresh = description.everything().filter(pk=record.pk).first()
            if fresh is None:
                raise Impossible(_("The record is not there any more."))
            told[place] = found.run(fresh, values, description, occasion)
    return [told[place] for place in sorted(told)]


def _cause(run: Run) -> UUID | None:
    """Who made the change that set off the first of a chain of runs."""
    while run.parent is not None:
        run = run.parent
    try:
        return ChangeSet.objects.filter(pk=UUID(run.occasion)).values_list("by_id", flat=True).first()
    except ValueError:
        return None  # a day of the clock


def _nobody(by: User) -> User | None:
    return by if by.pk else None


def _failed(run_id: UUID, error: Exception) -> None:
    """Note the reason; try again later where that may help."""
    reason = _words(error)
    may_help = not isinstance(error, Impossible | ValidationError | PermissionDenied)
    if may_help:
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        logger.error("A run of a rule (%s) failed: %s\n%s", run_id, first_line(error), where)
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        run.attempts += 1
        run.error = reason[:500]
        if may_help and run.attempts < MOST_ATTEMPTS:
            run.next_at = timezone.now() + back_off(run.attempts)
        else:
            run.state, run.next_at, run.finished_at = RunState.FAILED, None, timezone.now()
        run.save()


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, Impossible | PermissionDenied):
        return str(error)
    return first_line(error)


def retry_run(run: Run, *, by: User) -> None:
    """Have a failed run done once more.

    Raises:
        ValidationError: if it did not fail, or its rule is not active.
    """
    if run.state != RunState.FAILED:
        raise ValidationError(_("Only what failed can be done again."))
    rule = Rule.objects.get(pk=run.rule_id)
    if not rule.is_active:
        raise ValidationError(_("The rule is paused. Activate it first."))
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(
            state=RunState.WAITING, next_at=timezone.now(), attempts=0, error="", finished_at=None
        )
        wake()


def forget_records(object_name: str, ids: Collection[UUID]) -> int:
    """Take out of the log what it says about records that were erased; that rules ran stays. Answers how many runs."""
    runs = Run.objects.filter(object=object_name, record__in=list(ids))
    return runs.update(title="", reason=[], results=[], error="")
