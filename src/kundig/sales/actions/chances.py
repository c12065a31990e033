"""Learning how likely deals are to be won, and writing it on those that go by it."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kundig.platform import live
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.enums import ProbabilityFrom
from kundig.sales.models import Deal, Pipeline, WinModel
from kundig.sales.queries.chances import examples_of, features_of, newest_model
from kundig.sales.rules.learning import chance_of, learn

KEPT_MODELS = 3
PORTION = 1_000


def learn_chances(pipeline: Pipeline) -> bool:
    """Learn anew from the deals of a pipeline that have ended; False where these are too few."""
    examples = examples_of(pipeline.pk)
    learned = learn(examples)
    if learned is None:
        return False
    WinModel.objects.create(
        pipeline=pipeline, learned_at=timezone.now(), deals=learned.deals, learned=learned.as_json()
    )
    models = WinModel.objects.filter(pipeline=pipeline).order_by("-learned_at")
    old = list(models.values_list("pk", flat=True)[KEPT_MODELS:])
    WinModel.objects.filter(pk__in=old).delete()
    return True


def apply_chances(pipeline_id: UUID, ids: Collection[UUID] | None = None) -> int:
    """Write the learned chance on the open deals of a pipeline that go by it (of `ids`, or all); of how many it is
    different. Without a model the stage's own holds."""
    learned = newest_model(pipeline_id)
    if learned is None:
        return 0
    rows = Deal.objects.open().filter(pipeline_id=pipeline_id, probability_from=ProbabilityFrom.LEARNED)
    keys = list((rows if ids is None else rows.filter(pk__in=list(ids))).order_by("pk").values_list("pk", flat=True))
    changed: list[UUID] = []
    for start in range(0, len(keys), PORTION):
        with transaction.atomic(), change_set(by=None, via=Via.RULE):
            deals = list(
                rows.filter(pk__in=keys[start : start + PORTION]).select_for_update(no_key=True).order_by("pk")
            )
            known = features_of(deals)
            different = []
            for deal in deals:
                percent = Decimal(chance_of(learned, known[deal.pk]).percent)
                if deal.probability != percent:
                    deal.probability = percent
                    different.append(deal)
            Deal.objects.bulk_update(different, ["probability"], batch_size=200)
            changed += [deal.pk for deal in different]
    live.announce(*(f"deals:{key}" for key in changed))
    return len(changed)
