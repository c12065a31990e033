"""Of the call brief: what is planned with the customer: open tasks, and the next appointments."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.timeline.models import Appointment, Task
from kundig.timeline.protocol.brief import BriefAsk, BriefLine
from kundig.timeline.queries import NextStep, next_steps


def tasks(ask: BriefAsk) -> list[BriefLine]:
    """Open tasks with the customer and its people, overdue ones first."""
    formats, lines = current_formats(), []
    for step in _steps(ask):
        if not isinstance(step.record, Task):
            continue
        is_late = step.on is not None and step.on < ask.on
        day = formats.date(step.on) if step.on else ""
        when = _("was due on %(day)s") % {"day": day} if is_late else _("by %(day)s") % {"day": day} if day else ""
        who = step.record.assignee.name if step.record.assignee else ""
        note = ", ".join(filter(None, (who, when)))
        lines.append(
            BriefLine(step.record.title, note=note, tone="warn" if is_late else "", icon="task", href=_url(step))
        )
    return lines


def appointments(ask: BriefAsk) -> list[BriefLine]:
    """The next appointments with the customer and its people."""
    formats, lines, now = current_formats(), [], timezone.now()
    for step in _steps(ask):
        if not isinstance(step.record, Appointment) or step.on is None or step.record.ends_at < now:
            continue
        when = formats.moment(step.at) if step.at else formats.date(step.on)
        note = ", ".join(filter(None, (when, step.record.place)))
        lines.append(BriefLine(step.record.title, note=note, icon="calendar", href=_url(step)))
    return lines


def _steps(ask: BriefAsk) -> list[NextStep]:
    if "steps" not in ask.kept:
        ask.kept["steps"] = next_steps(ask.ids, ask.user)
    found: list[NextStep] = ask.kept["steps"]
    return found


def _url(step: NextStep) -> str:
    description = registry.for_model(type(step.record))
    return description.url(step.record.pk) if description is not None else ""
