"""Plans for key accounts. What is kept of goals, persons and projects goes by `records.actions` alone; measures are
tasks of the customer, so that they stand in everybody's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform import live
from kundig.records.actions import change_record
from kundig.records.events import Via
from kundig.sales.models.plans import AccountPlan
from kundig.sales.queries.leads import description_of
from kundig.timeline.actions import give_task
from kundig.timeline.actions.writing import assign, team_of, validate
from kundig.timeline.models import Task

SOURCE = "account-plans"


def add_plan(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> AccountPlan:
    """A new plan; without a title it is called after the key account. Raises ValidationError with a dict of columns."""
    plan = AccountPlan()
    changed = assign(plan, values)
    if "owner" not in values and by.pk:
        plan.owner_id = by.pk
    if "team" not in values:
        plan.team_id = team_of(plan.owner_id, by) if plan.owner_id else None
    _check(plan, changed)
    with transaction.atomic():
        plan.save(force_insert=True)
        live.announce(f"plan:{plan.party_id}")
    return plan


def change_plan(plan: AccountPlan, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> AccountPlan:
    """Set columns of a plan. Raises like `add_plan`."""
    changed = assign(plan, values)
    if changed:
        _check(plan, changed)
        with transaction.atomic():
            plan.save()
            live.announce(f"plan:{plan.party_id}")
    return plan


def add_measure(plan: AccountPlan, *, title: str, due_on: dt.date | None, assignee: UUID | None, by: User) -> Task:
    """Something that shall be done for the plan: a task of the key account.

    Raises:
        PermissionDenied: if `by` may not change the plan, or may not note tasks.
        ValidationError: with a dict of columns.
    """
    if not description_of(SOURCE).may(by, Action.CHANGE, plan):
        raise PermissionDenied(_("You may look at this plan, but not change it."))
    return give_task(
        title=title, by=by, party=plan.party_id, assignee=assignee or plan.owner_id or by.pk, due_on=due_on,
        source=SOURCE, source_id=plan.pk,
    )  # fmt: skip


def review_plan(plan: AccountPlan, *, months: int, by: User) -> AccountPlan:
    """The plan was looked through today; the next time is in so many months."""
    today = timezone.localdate()
    first = today.year * 12 + today.month - 1 + months
    day = min(today.day, 28)
    following = dt.date(first // 12, first % 12 + 1, day)
    changed = change_record(description_of(SOURCE), plan, {"review_on": following}, by=by)
    assert isinstance(changed, AccountPlan)
    return changed


def _check(plan: AccountPlan, changed: list[str]) -> None:
    if plan.party_id is None:
        raise ValidationError({"party": _("Say for which key account the plan is.")})
    other = AccountPlan.objects.filter(party=plan.party_id).exclude(pk=plan.pk)
    if (plan._state.adding or "party" in changed) and other.exists():
        raise ValidationError({"party": _("There is a plan for this key account already.")})
    if not plan.title:
        name = plan.party.name
        plan.title = (_("Plan for %(name)s") % {"name": name})[:200]
    validate(plan, [*changed, "title"])
