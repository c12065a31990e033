"""Rules as the list of them shows them: what they do, and what the last week was like."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from kundig.automation.enums import RunState
from kundig.automation.models import Rule


@dataclass(frozen=True)
class Overview:
    rule: Rule
    done: int
    failed: int
    """Both of the last seven days."""
    last_at: object


def overviews() -> list[Overview]:
    since = timezone.now() - timedelta(days=7)
    lately = Q(runs__at__gte=since)
    rules = Rule.objects.annotate(
        done=Count("runs", filter=lately & Q(runs__state=RunState.DONE)),
        failed=Count("runs", filter=lately & Q(runs__state=RunState.FAILED)),
        last_at=Max("runs__at"),
    ).order_by("object", "name", "id")
    return [Overview(rule, rule.done, rule.failed, rule.last_at) for rule in rules]
