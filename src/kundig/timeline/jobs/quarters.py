"""The quarters ahead get their partitions, and keys of what was filed long ago are forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from kundig.platform import jobs
from kundig.timeline.models import FiledOnce

KEYS_KEPT = timedelta(days=60)
"""A telephone that was off line for longer files its reports anew."""


@jobs.job("timeline_quarters", cron="43 1 * * *", title="Quarters of the history")
def look_ahead(run: jobs.Progress) -> dict[str, Any]:
    """Every night: the next quarters have a place before anybody writes into them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT timeline_quarters(current_date + 100)")
        made = int(cursor.fetchone()[0])
    forgotten, _each = FiledOnce.objects.filter(filed_at__lt=timezone.now() - KEYS_KEPT).delete()
    return {"made": made, "forgotten": forgotten}
