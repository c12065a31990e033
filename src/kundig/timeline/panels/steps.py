"""The next steps on the page of a party: open tasks and appointments ahead, done with a click, noted with another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.platform.formats import Formats, current_formats
from kundig.platform.shown import filled
from kundig.records import registry
from kundig.records.calendars.spans import long_date
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.records.traces import may_have
from kundig.timeline.models import Task
from kundig.timeline.queries import NextStep, holidays_for, next_steps, region_of, working_day_for
from kundig.timeline.queries.planned import TRACES
from kundig.timeline.rules.holidays import next_working_day

MOST = 12
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Chip:
    """A day that is offered with a word; `title` names it in full."""

    label: str
    day: dt.date
    title: str


@dataclass(frozen=True)
class StepLine:
    """A next step as it is shown."""

    step: NextStep
    url: str
    when: str
    is_late: bool
    who: str
    holiday: str = ""
    instead: dt.date | None = None
    """The next working day, where the step is due on a public holiday."""
    instead_words: str = ""


def chips(user: User, *, today: dt.date | None = None) -> list[Chip]:
    """The days that are offered for a task: weeks and months end on a working day."""
    return _chips(today or timezone.localdate(), region_of(user), current_formats().language)


@lru_cache(maxsize=200)
def _chips(today: dt.date, region: str, language: str) -> list[Chip]:
    month = _month_later(today)
    days = [
        (_("today"), today),
        (_("tomorrow"), today + dt.timedelta(days=1)),
        (_("in a week"), next_working_day(region, today + WEEK)),
        (_("in a month"), next_working_day(region, month)),
    ]
    return [Chip(label, day, long_date(day, language)) for label, day in days]


def steps(request: HttpRequest, description: Description, record: Any, *, error: str = "", typed: str = "") -> str:
    """HTML of the panel; `error` and `typed` where what was typed could not be noted."""
    user: Any = request.user
    tasks = registry.for_model(Task)
    if tasks is None or not tasks.may(user, Action.READ):
        return ""
    found = next_steps([record.pk], user, most=MOST) if may_have(record, *TRACES) else []
    offered, may_create = chips(user), tasks.may(user, Action.CREATE)
    if not (found or error or typed):  # as with most customers
        values = {"may_create": may_create, "days": [chip.day for chip in offered]}
        return filled("timeline/tasks/_steps.html", values, {"record.pk": record.pk}, constants={"chips": offered})
    context = {
        "lines": lines_of(found, user),
        "record": record,
        "may_create": may_create,
        "chips": offered,
        "error": error,
        "typed": typed,
        "has_more": len(found) == MOST,
    }
    return render_to_string("timeline/tasks/_steps.html", context, request=request)


def lines_of(found: list[NextStep], user: User) -> list[StepLine]:
    formats, today = current_formats(), timezone.localdate()
    days = [step.on for step in found if step.on is not None]
    holidays = holidays_for(user, min(days), max(days)) if days else {}
    return [_line(step, user, formats, today, holidays) for step in found]


def _line(step: NextStep, user: User, formats: Formats, today: dt.date, holidays: dict[dt.date, str]) -> StepLine:
    name = "tasks" if step.is_task else "appointments"
    holder: Any = getattr(step.record, "assignee" if step.is_task else "owner")
    who = "" if holder is None or holder.pk == user.pk else holder.name
    holiday = holidays.get(step.on, "") if step.is_task and step.on and step.on >= today else ""
    instead = working_day_for(user, step.on) if holiday and step.on else None
    return StepLine(
        step, f"/{name}/{step.record.pk}/", _when(step, formats, today), bool(step.on and step.on < today), who,
        holiday, instead, long_date(instead, formats.language) if instead else "",
    )  # fmt: skip


def _when(step: NextStep, formats: Formats, today: dt.date) -> str:
    """The day in a word where there is one, with the time where it has one."""
    if step.on is None:
        return ""
    words = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    day = words.get((step.on - today).days) or formats.date(step.on)
    if step.at is None:
        return day
    return _("%(day)s, %(time)s") % {"day": day, "time": formats.time(timezone.localtime(step.at).time())}


def _month_later(day: dt.date) -> dt.date:
    first = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


STEPS = Panel("steps", gettext_lazy("Next steps"), Party, steps, side="business", order=5, live="steps")
