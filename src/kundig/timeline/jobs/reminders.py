"""What the clock starts, and what takes its time."""

from typing import Any
from uuid import UUID

from kundig.platform import delivery, jobs
from kundig.timeline.actions import remind
from kundig.timeline.actions.reminding import PUSH, push_reminder


@delivery.each_minute
def remind_people() -> int:
    """Remind people of tasks and appointments whose time has come."""
    return remind()


@jobs.job(PUSH)
def tell_browsers(run: jobs.Progress, *, user_id: str, object_name: str, record_id: str) -> dict[str, Any]:
    """Tell the browsers of somebody, who may have left the house meanwhile."""
    return {"told": push_reminder(UUID(user_id), object_name, UUID(record_id))}
