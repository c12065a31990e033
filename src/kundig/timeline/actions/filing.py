"""What was done or held goes into the history of its customers; what is taken back leaves it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.parties.queries import described, visible_parties
from kundig.timeline.actions.touchpoints import record_touchpoint, remove_touchpoint
from kundig.timeline.models import Appointment, Task, Touchpoint

LONGEST = dt.timedelta(hours=24)


def file_task(task: Task, *, by: User) -> None:
    """A done task is a touchpoint of its customer."""
    if task.party is None or task.done_at is None:
        return
    record_touchpoint(
        kind="task", party=task.party, at=task.done_at, by=_author(task, by), people=_others(task),
        summary=task.title, body=task.details, source="tasks", source_id=task.pk,
    )  # fmt: skip


def file_appointment(appointment: Appointment, *, by: User) -> None:
    """A held appointment is a touchpoint of its customer: two have met, or spoken; a report of it is that already."""
    if appointment.party is None or filed(appointment).exists():
        return
    length = appointment.ends_at - appointment.starts_at
    record_touchpoint(
        kind=appointment.kind, party=appointment.party, at=appointment.starts_at, by=_author(appointment, by),
        direction="both", people=_others(appointment), summary=appointment.title, body=appointment.details,
        duration=int(length.total_seconds() // 60) if length < LONGEST else None, source="appointments",
        source_id=appointment.pk,
    )  # fmt: skip


def filed(what: Task | Appointment) -> QuerySet[Touchpoint]:
    """What stands in the history because of it."""
    source = "tasks" if isinstance(what, Task) else "appointments"
    return Touchpoint.objects.filter(party_id=what.party_id, source=source, source_id=what.pk)


def take_back(what: Task | Appointment, *, by: User) -> None:
    """Remove the touchpoint that came of it."""
    if what.party_id is None:
        return
    for touchpoint in filed(what):
        remove_touchpoint(touchpoint, by=_author(what, by) or house())


def _author(what: Task | Appointment, by: User) -> User | None:
    """Who noted it. Whoever may not change the customer may do what is theirs to do with them all the same; then it is
    the house that notes it."""
    party: Any = what.party
    if not by.pk or not described(party).may(by, Action.CHANGE, party):
        return None
    others = _others(what)
    return by if visible_parties(by).filter(pk__in=others).count() == len(others) else None


def _others(what: Task | Appointment) -> list[Any]:
    return list(what.parties.values_list("party_id", flat=True))
