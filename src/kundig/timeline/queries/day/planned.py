"""What is planned with customers, in somebody's day: tasks that are due, and the appointments of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.timeline.models import Appointment, Attendee, Task
from kundig.timeline.protocol import DayItem, DaySource
from kundig.timeline.rules.dates import midnight

MOST = 40
LATEST = 10
"""What is late weighs more with every day, but not for ever."""


def tasks_due(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Open tasks with a customer, due by that day."""
    description = registry.for_model(Task)
    assert description is not None, "it is described"
    rows = description.visible_to(user).filter(
        done_at=None, assignee_id__in=owners, due_on__lte=on, party_id__isnull=False
    )
    return [_task(each, on) for each in rows.order_by("due_on", "id")[:MOST]]


def appointments_of_day(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Appointments with a customer on that day that nobody has noted as held."""
    description = registry.for_model(Appointment)
    assert description is not None, "it is described"
    guests = Attendee.objects.filter(user_id__in=owners).values("appointment_id")
    rows = description.visible_to(user).filter(
        Q(owner_id__in=owners) | Q(pk__in=guests), held_at=None, party_id__isnull=False,
        starts_at__lt=midnight(on + dt.timedelta(days=1)), ends_at__gt=midnight(on),
    )  # fmt: skip
    return [_appointment(each) for each in rows.order_by("starts_at", "id")[:MOST]]


def _task(task: Task, on: dt.date) -> DayItem:
    assert task.party_id is not None and task.due_on is not None, "only those are asked for"
    days = (on - task.due_on).days
    when = ""
    if days == 0:
        words = _("Due today: %(what)s")
        if task.due_at:
            when = current_formats().time(timezone.localtime(task.due_at).time())
    else:
        words = ngettext("Due since yesterday: %(what)s", "Due for %(n)d days: %(what)s", days)
    return DayItem(
        task.party_id, words % {"what": task.title, "n": days}, urgency=1.2 + min(days, LATEST) * 0.1, when=when,
        since=task.due_on, done=f"/tasks/{task.pk}/done/", href=f"/tasks/{task.pk}/",
    )  # fmt: skip


def _appointment(appointment: Appointment) -> DayItem:
    assert appointment.party_id is not None, "only those are asked for"
    what = appointment.title if not appointment.place else f"{appointment.title}, {appointment.place}"
    when = "" if appointment.all_day else current_formats().time(timezone.localtime(appointment.starts_at).time())
    return DayItem(
        appointment.party_id, _("Appointment: %(what)s") % {"what": what}, urgency=2.0, when=when,
        channel=appointment.kind, done=f"/appointments/{appointment.pk}/held/", href=f"/appointments/{appointment.pk}/",
    )  # fmt: skip


SOURCES = (DaySource("appointments", appointments_of_day), DaySource("tasks", tasks_due))
