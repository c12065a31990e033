"""What the clock starts, and what follows from another rhythm: next contacts and habits of everybody."""

from typing import Any

from kundig.platform import jobs
from kundig.timeline.actions.keeping import keep_all
from kundig.timeline.actions.rhythm import JOB


@jobs.job(JOB, cron="20 2 * * *", title="Next contacts and habits of customers")
def keep_everybody(run: jobs.Progress) -> dict[str, Any]:
    """Every night, and whenever a rhythm of many customers has changed. What happens by day is kept at once; this makes
    up for what came by other ways: imports of histories, contacts of five years ago that do not count any more."""
    return {"changed": keep_all(watch=run.progress)}
