"""The board of deals: the stages of one pipeline, and what each card says of its next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.boards import CardNote, Column
from kundig.sales.actions import GATE, ensure_pipelines
from kundig.sales.enums import DealStatus
from kundig.sales.queries import pipelines_in_use, stages_of
from kundig.sales.rules.periods import quarter_of

NOTED = "next_step next_step_on quiet_since rotting_on closed_at status"


def choices(user: User) -> Sequence[tuple[UUID, str]]:
    """The pipelines in use."""
    ensure_pipelines()
    return [(pipeline.pk, pipeline.name) for pipeline in pipelines_in_use()]


def columns(user: User, pipeline_id: UUID | None) -> list[Column]:
    """A column for each stage. Of what has ended only that of the quarter is shown, the latest first."""
    if pipeline_id is None:
        return []
    formats = current_formats()
    begin = quarter_of(timezone.localdate()).begins_on
    since = timezone.make_aware(dt.datetime.combine(begin, dt.time()))
    found = []
    for stage in stages_of(pipeline_id):
        key = str(stage.pk)
        if stage.is_closed:
            note = _("since %(day)s") % {"day": formats.date(begin)}
            found.append(
                Column(
                    key, stage.pk, stage.name, note=note, only=Q(closed_at__gte=since), sort="-closed_at",
                    is_slim=stage.status == DealStatus.LOST,
                )
            )  # fmt: skip
        else:
            found.append(Column(key, stage.pk, stage.name, note=formats.percent(stage.probability)))
    return found


def note(values: Mapping[str, Any]) -> CardNote | None:
    """What comes next; of a deal that has rested too long for how long, of one that has ended when."""
    formats, today = current_formats(), timezone.localdate()
    closed_at = values.get("closed_at")
    if closed_at is not None:
        icon = "check" if values.get("status") == DealStatus.WON else "x"
        return CardNote(formats.date(timezone.localtime(closed_at).date()), icon)
    rotting_on, quiet_since = values.get("rotting_on"), values.get("quiet_since")
    if rotting_on is not None and rotting_on <= today and quiet_since is not None:
        days = (today - quiet_since).days
        return CardNote(ngettext("rests %(n)d day", "rests %(n)d days", days) % {"n": days}, "clock", "warn")
    step, day = values.get("next_step"), values.get("next_step_on")
    if day is None:
        return None
    when = _("today") if day == today else formats.date(day)
    return CardNote(f"{step}, {when}" if step else when, "calendar")


def refused(request: HttpRequest, record_id: UUID, value: Any, error: ValidationError) -> str:
    """Of a deal before a closed gate a dialogue, which asks for what is missing."""
    fields = getattr(error, "error_dict", {})
    if value is None or not any(each.code == GATE for each in fields.get("stage", ())):
        return ""
    address = f"/deals/{record_id}/gate/{value}/"
    return (
        '<hx-partial hx-target="#dialogs" hx-swap="innerHTML">'
        f'<div hx-get="{escape(address)}" hx-trigger="load" hx-swap="outerHTML"></div></hx-partial>'
    )


def band(pipeline_id: UUID | None) -> str:
    """Where the forecast above the board is."""
    return f"/forecast/band/?pipeline={pipeline_id}" if pipeline_id else ""
