"""By night: what is planned for deals is looked at anew, chances are learned; on Mondays forecasts are written down."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kundig.platform import jobs
from kundig.sales.actions import keep_all_steps
from kundig.sales.actions.chances import apply_chances, learn_chances
from kundig.sales.actions.forecasts import take_snapshots
from kundig.sales.models import Pipeline

MONDAY = 0


@jobs.job("sales_deals", cron="13 4 * * *", title="Deals: next steps, chances, forecast")
def look_after_deals(run: jobs.Progress) -> dict[str, Any]:
    """Every night; the forecast is written down on Mondays."""
    changed = keep_all_steps()
    learned = 0
    for pipeline in Pipeline.objects.filter(is_active=True):
        learn_chances(pipeline)
        learned += apply_chances(pipeline.pk)
    today = timezone.localdate()
    written = take_snapshots(today) if today.weekday() == MONDAY else 0
    return {"steps": changed, "chances": learned, "snapshots": written}
