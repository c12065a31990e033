"""Contracts by the clock."""

from typing import Any

from django.utils import timezone

from kundig.orders.actions import keep_contracts
from kundig.platform import jobs


@jobs.job("orders.contracts", cron="35 2 * * *", title="Contracts are renewed and end")
def keep_every_contract(run: jobs.Progress) -> dict[str, Any]:
    """Every night: contracts whose notice day has passed run on, states and amounts follow the day."""
    return {"changed": keep_contracts(timezone.localdate())}
