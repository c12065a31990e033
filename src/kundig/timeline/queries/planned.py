"""What is to be done and where one is expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import access_of
from kundig.platform.composed import composed_once
from kundig.records import registry
from kundig.records.rights import condition_of
from kundig.records.traces import Trace
from kundig.timeline.models import Appointment, AppointmentParty, Task, TaskParty
from kundig.timeline.rules.dates import midnight

TRACES = tuple(Trace(model, "party") for model in (Task, TaskParty, Appointment, AppointmentParty))
"""By which rows something is planned with a party."""


@dataclass(frozen=True)
class NextStep:
    """An open task, or an appointment ahead. `at` is its moment where it has a time; `on` the day, if any."""

    record: Task | Appointment
    on: dt.date | None
    at: dt.datetime | None
    may_change: bool = False

    @property
    def is_task(self) -> bool:
        return isinstance(self.record, Task)


def people_of(user: User) -> list[UUID]:
    """The user and those they stand in for today: whose tasks and appointments are theirs to look after."""
    return [holder.user_id for holder in access_of(user).holders if holder.user_id is not None]


def open_tasks(user: User, *, until: dt.date | None = None) -> QuerySet[Task]:
    """The open tasks of a user and of those they stand in for, the most urgent first; those due by a day, if given."""
    rows = _visible(Task, user).filter(done_at=None, assignee_id__in=people_of(user))
    if until is not None:
        rows = rows.filter(due_on__lte=until)
    return rows.select_related("party").order_by(
        F("due_on").asc(nulls_last=True), F("due_at").asc(nulls_last=True), "id"
    )


def appointments_between(user: User, first: dt.date, last: dt.date) -> QuerySet[Appointment]:
    """The appointments of a user and of those they stand in for, as makers or as guests, from `first` to `last`."""
    mine = people_of(user)
    taking_part = Q(owner_id__in=mine) | Q(attendees__user_id__in=mine)
    rows = _visible(Appointment, user).filter(
        pk__in=Appointment.objects.filter(taking_part).values("pk"),
        starts_at__lt=midnight(last + dt.timedelta(days=1)),
        ends_at__gte=midnight(first),
    )
    return rows.select_related("party").order_by("starts_at", "id")


def next_steps(party_ids: Iterable[UUID], user: User, *, most: int = 12) -> list[NextStep]:
    """What is planned with these parties, as far as `user` may see it: overdue ones first, those without a day last."""
    ids = list(party_ids)
    today = midnight(timezone.localdate())
    found = [
        *(_task(task, user) for task in _tasks_with(_seen(Task, user), most, ids=ids)),
        *(_appointment(each, user) for each in _ahead_with(_seen(Appointment, user), most, ids=ids, today=today)),
    ]
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda step: (step.on or dt.date.max, step.at or far))[:most]


def has_next_step(party_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these parties with whom anything is planned, whoever it is to do."""
    ids = list(party_ids)
    today = midnight(timezone.localdate())
    found = set(Task.objects.filter(party_id__in=ids, done_at=None).values_list("party_id", flat=True))
    found |= set(TaskParty.objects.filter(party_id__in=ids, task__done_at=None).values_list("party_id", flat=True))
    ahead = Appointment.objects.filter(held_at=None, ends_at__gte=today)
    found |= set(ahead.filter(party_id__in=ids).values_list("party_id", flat=True))
    with_others = AppointmentParty.objects.filter(party_id__in=ids, appointment__in=ahead)
    return {key for key in found | set(with_others.values_list("party_id", flat=True)) if key is not None}


# -- inside ----------------------------------------------------------------------------------------------------------


def _visible(model: type, user: User) -> QuerySet:
    description = registry.for_model(model)
    assert description is not None, "descriptions are registered when the program starts"
    return description.visible_to(user)


def _seen(model: type, user: User) -> Q:
    description = registry.for_model(model)
    assert description is not None, "descriptions are registered when the program starts"
    return condition_of(description, user, Action.READ)


@composed_once
def _tasks_with(seen: Q, most: int, *, ids: Collection[UUID]) -> QuerySet[Task]:
    tasks = Task.objects.filter(seen).filter(_with(ids, TaskParty, "task"), done_at=None)
    return tasks.select_related("assignee").order_by("due_on", "id")[:most]


@composed_once
def _ahead_with(seen: Q, most: int, *, ids: Collection[UUID], today: dt.datetime) -> QuerySet[Appointment]:
    ahead = Appointment.objects.filter(seen).filter(_with(ids, AppointmentParty, "appointment"), held_at=None)
    return ahead.filter(ends_at__gte=today).select_related("owner").order_by("starts_at", "id")[:most]


def _with(ids: Collection[UUID], model: type[TaskParty] | type[AppointmentParty], name: str) -> Q:
    others = model.objects.filter(party__id__among=ids).values(f"{name}_id")
    return Q(party__id__among=ids) | Q(pk__in=others)


def _task(task: Task, user: User) -> NextStep:
    description = registry.for_model(Task)
    assert description is not None
    return NextStep(task, task.due_on, task.due_at, description.may(user, Action.CHANGE, task))


def _appointment(appointment: Appointment, user: User) -> NextStep:
    description = registry.for_model(Appointment)
    assert description is not None
    at = appointment.starts_at
    may = description.may(user, Action.CHANGE, appointment)
    return NextStep(appointment, timezone.localtime(at).date(), None if appointment.all_day else at, may)
