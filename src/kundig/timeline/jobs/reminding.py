"""In the morning: what was promised for today, and absences that begin."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kundig.platform import delivery, jobs
from kundig.timeline.actions.briefing import hand_out_briefs
from kundig.timeline.actions.handovers import tell_of_absences
from kundig.timeline.actions.reminders import remind_of_promises


@delivery.each_minute
def hand_out() -> int:
    """Hand the call brief to those whose appointment is near."""
    return hand_out_briefs()


@jobs.job("promises_due", cron="15 5 * * *", title="Promises that are due")
def look_at_the_day(run: jobs.Progress) -> dict[str, Any]:
    """Every morning. A house that was off catches up: what is overdue is told, too, once."""
    today = timezone.localdate()
    return {"promises": remind_of_promises(on=today), "absences": tell_of_absences(on=today)}
