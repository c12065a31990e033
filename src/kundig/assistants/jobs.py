"""Upkeep of proposals."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kundig.assistants.models import Proposal
from kundig.platform import jobs

KEPT = timedelta(days=90)


@jobs.job("proposal_upkeep", cron="43 3 * * *", title="Forget old proposals of assistants")
def forget_old_proposals(run: jobs.Progress) -> dict[str, Any]:
    """What was decided, or lay there undecided, for 90 days; what was done stays in the ledger."""
    deleted, _by_model = Proposal.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return {"proposals": deleted}
