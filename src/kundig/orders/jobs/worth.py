"""What the clock starts: orders leave the last twelve months."""

from typing import Any

from kundig.orders.actions.worth import reckon_all
from kundig.platform import jobs


@jobs.job("orders.worth", cron="40 1 * * *", title="What customers have brought in the last twelve months")
def reckon_everybody(run: jobs.Progress) -> dict[str, Any]:
    """Every night; what happens by day is reckoned at once, by the database."""
    return {"changed": reckon_all(watch=run.progress)}
