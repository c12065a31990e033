"""Noting, giving, doing and putting off tasks.

`add_task` and `change_task` are called through `records.actions`, which check the right and tell listeners; the others
check and tell themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.platform import live, outbox
from kundig.records.actions import announce, change_record, create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions.filing import file_task, take_back
from kundig.timeline.actions.participants import set_parties
from kundig.timeline.actions.writing import (
    assign,
    check_days,
    described,
    rule_from,
    steps_changed,
    team_of,
    tell,
    validate,
)
from kundig.timeline.enums import RepeatFrom
from kundig.timeline.events import TaskAssigned, TaskDone, TaskReopened
from kundig.timeline.models import Task, TaskParty
from kundig.timeline.rules.dates import on_day
from kundig.timeline.rules.repeating import next_of, read_rule


def add_task(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Task:
    """A new task; whoever makes it does it, unless somebody else is named.

    Raises:
        ValidationError: with a dict of columns, for an empty title, a day in 1900, a rule that makes no sense.
    """
    task = Task()
    changed = assign(task, values)
    if "assignee" not in values:
        task.assignee_id = by.pk
    _complete(task, changed, by=by)
    with transaction.atomic():
        task.save(force_insert=True)
        steps_changed(task)
        _tell_of_assignment(task, by=by)
    return task


def change_task(task: Task, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Task:
    """Set columns of a task. Whoever gives it to somebody else has given it. Raises like `add_task`."""
    before = task.party_id
    changed = assign(task, values)
    if not changed:
        return task
    _complete(task, changed, by=by)
    with transaction.atomic():
        task.save()
        steps_changed(task, also=before)
        if "assignee" in changed:
            _tell_of_assignment(task, by=by)
    return task


def delete_task(task: Task, *, by: User, via: Via = Via.HAND) -> None:
    with transaction.atomic():
        steps_changed(task)
        task.delete()


def tasks_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Pages of customers show what was taken back."""
    live.announce(*(f"steps:{key}" for each in records.values() for key in each.get("party_id", ())))


def give_task(
    *,
    title: str,
    by: User,
    party: Party | UUID | None = None,
    parties: Iterable[Party | UUID] = (),
    assignee: User | UUID | None = None,
    due_on: dt.date | None = None,
    details: str = "",
    source: str = "",
    source_id: UUID | None = None,
    via: Via = Via.HAND,
    **further: Any,
) -> Task:
    """Note a task, for oneself or somebody else; other domains make theirs by this.

    Args:
        parties: further customers whom it concerns.
        source, source_id: name of the object and id of the record that caused it.
        further: other columns of a task.

    Raises:
        PermissionDenied, ValidationError: like `records.actions.create_record`.
    """
    values = {"title": title, "party": party, "due_on": due_on, "details": details, **further}
    if assignee is not None:
        values["assignee"] = assignee
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        task = create_record(described(Task), values, by=by, via=via)
        assert isinstance(task, Task)
        if source:
            task.source, task.source_id = source, source_id
            task.save(update_fields=("source", "source_id"))
        set_parties(task, parties, by=by, via=via)
    return task


def finish_task(task: Task, *, by: User, via: Via = Via.HAND) -> Task | None:
    """Note that a task is done. It goes into the history of its customers, and the next of its series is made; that
    is the answer, None where none follows.

    Raises:
        PermissionDenied: if `by` may not change it.
    """
    _require(task, by)
    with transaction.atomic(), change_set(by=by, via=via):
        following = complete_task(task, by=by, via=via)
        tell(task, by=by, via=via)
    return following if isinstance(following, Task) else None


def complete_task(task: Task, *, by: User, via: Via = Via.HAND) -> Task | bool:
    """`finish_task` for those who have checked the right and tell of the task itself; False if it was done already."""
    locked = Task.objects.select_for_update().filter(pk=task.pk).values_list("done_at", flat=True).first()
    if locked is not None:
        return False
    task.done_at, task.done_by_id = timezone.now(), by.pk
    task.save(update_fields=("done_at", "done_by", "changed_at"))
    following = _following(task)
    if following is not None:
        following.save(force_insert=True)
        keys = task.parties.values_list("party_id", flat=True)
        TaskParty.objects.bulk_create(TaskParty(task=following, party_id=key) for key in keys)
        tell(following, by=by, via=via)
    steps_changed(task)
    file_task(task, by=by)
    outbox.publish(TaskDone(task.pk, by.pk, following.pk if following else None))
    return following or True


def reopen_task(task: Task, *, by: User, via: Via = Via.HAND) -> None:
    """Take back that a task is done; the next of its series goes again, if it is still open.

    Raises:
        PermissionDenied: if `by` may not change it.
    """
    _require(task, by)
    with transaction.atomic(), change_set(by=by, via=via):
        if uncomplete_task(task, by=by, via=via):
            tell(task, by=by, via=via)


def uncomplete_task(task: Task, *, by: User, via: Via = Via.HAND) -> bool:
    """`reopen_task` for those who have checked the right; False if it was open."""
    if task.done_at is None:
        return False
    task.done_at = task.done_by = task.reminded_at = None
    task.save(update_fields=("done_at", "done_by", "reminded_at", "changed_at"))
    for following in task.following.open():
        keys = [following.pk]
        following.delete()
        announce(described(Task), keys, by=by, via=via)
    steps_changed(task)
    take_back(task, by=by)
    outbox.publish(TaskReopened(task.pk, by.pk))
    return True


def postpone_task(task: Task, to: dt.date, *, by: User, via: Via = Via.HAND) -> Task:
    """Put a task off (or forward) to a day; its time of day and its reminder go along.

    Raises:
        PermissionDenied: if `by` may not change it.
        ValidationError: with a dict of columns, for a day that nobody can mean.
    """
    changed = change_record(described(Task), task, {"due_on": to}, by=by, via=via)
    assert isinstance(changed, Task)
    return changed


def put_off(task: Task, to: dt.date, *, by: User) -> bool:
    """`postpone_task` for those who have checked the right and tell of it; False if it was that day already."""
    if task.due_on == to:
        return False
    change_task(task, {"due_on": to}, by=by)
    return True


# -- inside ----------------------------------------------------------------------------------------------------------


def _complete(task: Task, changed: list[str], *, by: User) -> None:
    """Bring columns in step with those that were set, and check them all together."""
    if not task.title:
        raise ValidationError({"title": _("Say what is to be done.")})
    _fit_times(task, changed)
    validate(task, [*changed, "title"])
    check_days({name: getattr(task, name) for name in ("due_on", "due_at", "remind_at") if name in changed})
    if task.repeat and task.due_on is None:
        raise ValidationError({"due_on": _("What comes again needs a first day.")})
    if task.repeat and task.due_on and (task._state.adding or "repeat" in changed):
        task.repeat = rule_from(task.repeat, task.due_on).text
    task.repeat_from = task.repeat_from or RepeatFrom.DUE
    if "assignee" in changed or task._state.adding:
        task.given_by_id = by.pk if by.pk and task.assignee_id not in (None, by.pk) else None
        if task.team_id is None or ("assignee" in changed and "team" not in changed):
            task.team_id = team_of(task.assignee_id, by)


def _fit_times(task: Task, changed: list[str]) -> None:
    """The day, the time and the reminder belong together: what was not set follows what was."""
    if "due_at" in changed and task.due_at is not None:
        task.due_on = timezone.localtime(task.due_at).date()
        changed.append("due_on")
    elif "due_on" in changed and task.due_at is not None:
        task.due_at = on_day(task.due_at, task.due_on) if task.due_on else None
    if {"due_on", "remind_at"} & {*changed}:
        task.reminded_at = None
    if "due_on" not in changed or "remind_at" in changed or not (task.remind_at and task.due_on):
        return
    was = Task.objects.filter(pk=task.pk).values_list("due_on", flat=True).first()
    if was is not None:
        day = timezone.localtime(task.remind_at).date() + (task.due_on - was)
        task.remind_at = on_day(task.remind_at, day)


def _tell_of_assignment(task: Task, *, by: User) -> None:
    if task.assignee_id is not None:
        outbox.publish(TaskAssigned(task.pk, task.assignee_id, by.pk))


def _following(task: Task) -> Task | None:
    """The next of the series, not saved; None if there is none, or one already."""
    if not task.repeat or task.due_on is None or task.following.exists():
        return None
    today = timezone.localtime(task.done_at).date() if task.done_at else timezone.localdate()
    counted = today if task.repeat_from == RepeatFrom.DONE else task.due_on
    found = next_of(read_rule(task.repeat), counted, not_before=today)
    if found is None:
        return None
    day, rule = found
    following = Task(
        title=task.title, details=task.details, party_id=task.party_id, assignee_id=task.assignee_id,
        team_id=task.team_id, given_by_id=task.given_by_id, due_on=day, repeat=rule.text,
        repeat_from=task.repeat_from, previous=task, source=task.source, source_id=task.source_id,
    )  # fmt: skip
    if task.due_at:
        following.due_at = on_day(task.due_at, day)
    if task.remind_at:
        before = task.due_on - timezone.localtime(task.remind_at).date()
        following.remind_at = on_day(task.remind_at, day - before)
    return following


def _require(task: Task, by: User) -> None:
    if not described(Task).may(by, Action.CHANGE, task):
        raise PermissionDenied(_("You may not do this with “%(what)s”.") % {"what": task.title})
