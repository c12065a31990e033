"""What is known of deals that chances are learned from, and the model that was learned."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from kundig.sales.enums import DealStatus
from kundig.sales.models import Deal, DealMove, WinModel
from kundig.sales.rules.learning import Features, Learned

MOST_DEALS = 5_000
"""The latest deals of a pipeline that are learned from."""


def newest_model(pipeline_id: UUID) -> Learned | None:
    kept = WinModel.objects.filter(pipeline_id=pipeline_id).order_by("-learned_at").values_list("learned", flat=True)
    found = kept.first()
    return Learned.from_json(found) if found else None


def examples_of(pipeline_id: UUID) -> list[tuple[Features, bool]]:
    """What stood of each deal that has ended when it left a stage, the one that ended first before the others."""
    deals = list(
        Deal.objects.filter(pipeline_id=pipeline_id, closed_at__isnull=False)
        .order_by("-closed_at")
        .values_list("pk", "party_id", "status", "source", "amount", "closed_at", "created_at")[:MOST_DEALS]
    )[::-1]
    first_wins: dict[UUID, dt.datetime] = {}
    for party, at in Deal.objects.filter(status=DealStatus.WON).order_by("closed_at").values_list("party", "closed_at"):
        if at is not None:
            first_wins.setdefault(party, at)
    stays = defaultdict(list)
    moves = DealMove.objects.filter(deal__in=[deal[0] for deal in deals], left_at__isnull=False)
    for deal, status, came, left in moves.order_by("entered_at").values_list(
        "deal", "stage__status", "entered_at", "left_at"
    ):
        if left is not None:
            stays[deal].append((status, (left - came).total_seconds() / 86_400))
    found = []
    for key, party, status, source, amount, _closed_at, created_at in deals:
        first = first_wins.get(party)
        knows_us = first is not None and first < created_at
        for stage, days in stays[key]:
            if stage in (DealStatus.WON, DealStatus.LOST):
                continue
            features = Features(stage, float(amount) if amount else None, days, knows_us, source)
            found.append((features, status == DealStatus.WON))
    return found


def features_of(deals: Sequence[Deal]) -> dict[UUID, Features]:
    """What stands now of open deals."""
    now = timezone.now()
    buyers = set(
        Deal.objects.filter(party__in={deal.party_id for deal in deals}, status=DealStatus.WON).values_list(
            "party", flat=True
        )
    )
    return {
        deal.pk: Features(
            deal.status,
            float(deal.amount) if deal.amount else None,
            (now - deal.stage_since).total_seconds() / 86_400,
            deal.party_id in buyers,
            deal.source,
        )
        for deal in deals
    }
