"""Many leads and plans at once, as they are: what another program kept, or a sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from kundig.records import search
from kundig.sales.actions.lead_rules import score_open_leads
from kundig.sales.models import AccountPlan, Lead, PlanGoal, ScoreRule
from kundig.sales.queries.leads import description_of

Rows = Iterable[Mapping[str, Any]]


def bring_in_leads(leads: Rows, *, score_rules: Rows = (), plans: Rows = (), goals: Rows = ()) -> int:
    """Make leads and plans out of the values of their columns, within the change set at hand; answers how many leads.

    Nobody is told, and nothing is checked: it is for what stood somewhere else already. Rules for scores are taken over
    where there are none yet, and give the open ones their points.
    """
    with transaction.atomic():
        if not ScoreRule.objects.exists():
            ScoreRule.objects.bulk_create([ScoreRule(**values) for values in score_rules])
        made = Lead.objects.bulk_create([Lead(**values) for values in leads])
        search.refresh(description_of("leads"), [each.pk for each in made])
        score_open_leads(only=[each.pk for each in made])
        kept = AccountPlan.objects.bulk_create([AccountPlan(**values) for values in plans])
        search.refresh(description_of("account-plans"), [each.pk for each in kept])
        PlanGoal.objects.bulk_create([PlanGoal(**values) for values in goals])
    return len(made)
