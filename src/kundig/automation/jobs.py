"""The worker's part of rules: doing what waits, looking at the clock, trying on the past, forgetting old logs."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kundig.automation.actions import back_test, perform_waiting, run_due
from kundig.automation.actions.reacting import JOB, wake
from kundig.automation.enums import RunState
from kundig.automation.models import Rule, Run
from kundig.platform import delivery, jobs

TEST = "rule_test"
KEPT = timedelta(days=365)


@jobs.job(JOB)
def do_runs(run: jobs.Progress) -> dict[str, Any]:
    return {"runs": perform_waiting()}


@jobs.job(TEST)
def test_rule(run: jobs.Progress, *, rule_id: str) -> dict[str, Any]:
    """Try a rule on the last 90 days."""
    rule = Rule.objects.filter(pk=rule_id).first()
    return {} if rule is None else {"count": back_test(rule).count}


@delivery.each_minute
def look_at_the_clock() -> None:
    """A job of its own would leave half a million of them in a year."""
    run_due()
    if Run.objects.filter(state=RunState.WAITING, next_at__lte=timezone.now()).exists():
        wake()


@jobs.job("rule_upkeep", cron="37 3 * * *", title="Forget old runs of rules")
def forget_old_runs(run: jobs.Progress) -> dict[str, Any]:
    """What rules did more than a year ago is forgotten; what they changed stays in the ledger."""
    deleted, _by_model = Run.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()
    return {"runs": deleted}
