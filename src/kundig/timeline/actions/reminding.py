"""Reminding people of what they, or those they stand in for, have to do and where they are expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import Deputyship, User
from kundig.accounts.queries import company
from kundig.notices.actions import tell
from kundig.notices.protocol import NoticeKind
from kundig.platform import jobs
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.timeline.actions.pushes import push
from kundig.timeline.actions.writing import described
from kundig.timeline.models import Appointment, PushSubscription, Task

PORTION = 200
PUSH = "push"
TOO_LATE = dt.timedelta(days=7)
"""Nobody is reminded of what was to be told longer ago: it was imported, or the house was off."""


@dataclass(frozen=True)
class Told:
    """Somebody who was told, and of what."""

    user: User
    object: str
    record_id: UUID


def remind(*, now: dt.datetime | None = None) -> int:
    """Remind of everything whose time has come; answers how many people were told."""
    now = now or timezone.now()
    told = 0
    while True:
        with transaction.atomic(), timezone.override(ZoneInfo(company().timezone)):
            found: list[Task | Appointment] = [*_tasks(now), *_appointments(now)]
            people = [each for what in found for each in _told_of(what, now=now)]
            _start_pushes(people)
            for model in (Task, Appointment):
                ids = [what.pk for what in found if isinstance(what, model)]
                model.objects.filter(pk__in=ids).update(reminded_at=now)
        told += len(people)
        if len(found) < PORTION:
            return told


def _start_pushes(people: Iterable[Told]) -> None:
    """Asking push services takes its time, and is tried once only: a job for each who has browsers to be told."""
    each_of = list(people)
    ids = PushSubscription.objects.filter(user__in=[each.user for each in each_of]).values_list("user_id", flat=True)
    with_browsers = set(ids)
    for each in each_of:
        if each.user.pk in with_browsers:
            jobs.start(
                PUSH, title=_("Push message"), by=None, user_id=str(each.user.pk), object_name=each.object,
                record_id=str(each.record_id),
            )  # fmt: skip


def push_reminder(user_id: UUID, object_name: str, record_id: UUID) -> int:
    """Tell the browsers of somebody of a task or appointment, as it is now; answers how many were reached.

    What a job was started with is kept for months: so the words are composed only here.
    """
    user, description = User.objects.with_access(user_id), registry.get(object_name)
    if user is None or description is None:
        return 0
    what: Any = description.visible_to(user).filter(pk=record_id).first()
    if what is None:
        return 0
    with translation.override(user.language), timezone.override(ZoneInfo(company().timezone)):
        text, url = _words(_data(what), 1), description.url(what.pk)
    return push(user, title=what.title, text=text, url=url, tag=url)


def _tasks(now: dt.datetime) -> list[Task]:
    due = Task.objects.filter(done_at=None, reminded_at=None, remind_at__lte=now).order_by("remind_at")
    return list(due.select_for_update(skip_locked=True)[:PORTION])


def _appointments(now: dt.datetime) -> list[Appointment]:
    due = Appointment.objects.filter(held_at=None, reminded_at=None, remind_at__lte=now).order_by("remind_at")
    return list(due.select_for_update(skip_locked=True)[:PORTION])


def _told_of(what: Task | Appointment, *, now: dt.datetime) -> list[Told]:
    assert what.remind_at is not None
    if what.remind_at < now - TOO_LATE:
        return []
    told = []
    description = described(type(what))
    for user in _people(what):
        if not description.visible_to(user).filter(pk=what.pk).exists():
            continue
        is_told = tell(
            user, kind=REMINDER.key, matter=f"{description.name}:{what.pk}", object=description.name,
            records=[what.pk], data=_data(what), key=what.remind_at.isoformat(),
        )  # fmt: skip
        if is_told:
            told.append(Told(user, description.name, what.pk))
    return told


def _people(what: Task | Appointment) -> list[User]:
    """Whose it is and who comes along; of those who are away today, also who stands in."""
    if isinstance(what, Task):
        ids: set[UUID | None] = {what.assignee_id}
    else:
        ids = {what.owner_id, *what.attendees.values_list("user_id", flat=True)}
    return User.objects.some_with_access(_with_deputies(key for key in ids if key is not None))


def _with_deputies(ids: Iterable[UUID]) -> set[UUID]:
    own, today = set(ids), timezone.localdate()
    running = Deputyship.objects.filter(Q(starts_on__lte=today, ends_on__gte=today), user_id__in=own)
    return own | set(running.values_list("deputy_id", flat=True))


# -- what they are called, and how they say it -----------------------------------------------------------------------


def _data(what: Task | Appointment) -> dict[str, Any]:
    if isinstance(what, Appointment):
        return {"begins": what.starts_at.isoformat(), "all_day": what.all_day, "place": what.place}
    return {
        "due_on": what.due_on.isoformat() if what.due_on else "",
        "due_at": what.due_at.isoformat() if what.due_at else "",
    }


def _words(data: Any, count: int) -> str:
    formats = current_formats()
    if data.get("begins"):
        begins = timezone.localtime(dt.datetime.fromisoformat(data["begins"]))
        when = formats.date(begins.date()) if data.get("all_day") else formats.moment(begins)
        if data.get("place"):
            return _("It begins %(when)s, %(place)s.") % {"when": when, "place": data["place"]}
        return _("It begins %(when)s.") % {"when": when}
    if data.get("due_at"):
        return _("It is due on %(when)s.") % {"when": formats.moment(dt.datetime.fromisoformat(data["due_at"]))}
    if data.get("due_on"):
        return _("It is due on %(when)s.") % {"when": formats.date(dt.date.fromisoformat(data["due_on"]))}
    return _("You wanted to be reminded of this.")


REMINDER = NoticeKind(
    key="reminder",
    label=gettext_lazy("Reminder"),
    help=gettext_lazy(
        "Of tasks and appointments for which a time to remind you was set, also of those you stand in for."
    ),
    icon="clock",
    words=_words,
)
TASK_DONE = NoticeKind(
    key="task-done",
    label=gettext_lazy("What you gave is done"),
    help=gettext_lazy("A colleague has done a task that you gave them."),
    icon="check-circle",
    words=lambda data, count: _("%(name)s has done this.") % {"name": data.get("by_name") or _("Somebody")},
)
