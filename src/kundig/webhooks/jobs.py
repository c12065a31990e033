"""The worker's part of webhooks: sending what is due, forgetting old logs."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kundig.platform import delivery, jobs
from kundig.webhooks.actions import perform_waiting
from kundig.webhooks.actions.noting import JOB, wake
from kundig.webhooks.enums import DeliveryState
from kundig.webhooks.models import Delivery

KEPT = timedelta(days=30)


@jobs.job(JOB)
def send(run: jobs.Progress) -> dict[str, Any]:
    return {"attempts": perform_waiting()}


@delivery.each_minute
def look_at_the_clock() -> None:
    """A job of its own would leave half a million of them in a year."""
    if Delivery.objects.filter(state=DeliveryState.WAITING, next_at__lte=timezone.now()).exists():
        wake()


@jobs.job("webhook_upkeep", cron="41 3 * * *", title="Forget old deliveries of webhooks")
def forget_old_deliveries(run: jobs.Progress) -> dict[str, Any]:
    """What was sent more than a month ago is forgotten."""
    deleted, _by_model = Delivery.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()
    return {"deliveries": deleted}
