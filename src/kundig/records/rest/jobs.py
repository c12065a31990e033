"""Upkeep of the API."""

from typing import Any

from kundig.platform import jobs
from kundig.records.rest.idempotency import forget


@jobs.job("api_upkeep", cron="23 * * * *", title="Forget old answers of the API")
def forget_old_answers(run: jobs.Progress) -> dict[str, Any]:
    """Answers to requests with an idempotency key are kept for a day."""
    return {"answers": forget()}
