"""Shaping pipelines: stages in their order, what they ask for, and the reasons why deals end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform import live
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.steps import keep_steps
from kundig.sales.enums import DealStatus, Outcome, ProbabilityFrom
from kundig.sales.models import ClosingReason, Deal, Pipeline, Stage

MOST_STAGES = 20
GATED = (
    "person", "amount", "expected_on", "needs", "source", "campaign", "owner", "team", "closing_reason", "closing_note",
)  # fmt: skip
"""Fields that a gate may ask for."""


@dataclass(frozen=True)
class StageAsked:
    """A stage as the settings page asks for it; without an id it is new."""

    id: UUID | None
    name: str
    status: str
    probability: Decimal
    rotting_days: int | None
    required: Sequence[str]
    checklist: Sequence[str]


def shape_pipeline(
    pipeline: Pipeline | None,
    *,
    name: str,
    probability_from: str,
    is_active: bool,
    stages: Sequence[StageAsked],
    by: User,
) -> Pipeline:
    """Make a pipeline, or give one these stages in this order. A stage that is not among them goes, if no deal stands
    in it; deals of which the probability comes from their stage follow it.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: without a name, without a stage to begin with, one won and one lost, twice the same name.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise ValidationError(_("A pipeline needs a name."))
    _check(stages)
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        if pipeline is None:
            pipeline = Pipeline(position=Pipeline.objects.count())
        pipeline.name, pipeline.is_active = name, is_active
        pipeline.probability_from = (
            ProbabilityFrom.LEARNED if probability_from == ProbabilityFrom.LEARNED else ProbabilityFrom.STAGE
        )
        pipeline.full_clean()
        pipeline.save()
        kept = {stage.id for stage in stages if stage.id is not None}
        for gone in pipeline.stages.exclude(pk__in=kept):
            if gone.deals.exists():
                raise ValidationError(
                    _("“%(stage)s” cannot go: deals stand in it. Move them to another stage first.") % {"stage": gone}
                )
            gone.delete()
        for position, asked in enumerate(stages):
            _write(pipeline, position, asked)
        _follow(pipeline)
    live.announce("deals:*")
    return pipeline


def set_reasons(outcome: str, names: Sequence[str], *, by: User) -> None:
    """Let deals end for these reasons. Those that are not named any more are kept where deals have them, and offered
    no longer.

    Raises:
        PermissionDenied, ValidationError
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    if outcome not in Outcome.values:
        raise ValidationError(_("Deals end won or lost."))
    wanted = list(dict.fromkeys(" ".join(name.replace("\x00", "").split())[:120] for name in names if name.strip()))
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        for reason in ClosingReason.objects.filter(outcome=outcome):
            is_active = reason.name in wanted
            if reason.is_active != is_active:
                reason.is_active = is_active
                reason.save(update_fields=("is_active", "changed_at"))
            if is_active:
                wanted.remove(reason.name)
        for name in wanted:
            ClosingReason.objects.create(name=name, outcome=outcome)


def _check(stages: Sequence[StageAsked]) -> None:
    if len(stages) > MOST_STAGES:
        raise ValidationError(_("A pipeline has at most %(most)d stages.") % {"most": MOST_STAGES})
    names = [stage.name.casefold() for stage in stages]
    if len(set(names)) < len(names):
        raise ValidationError(_("Two stages have the same name."))
    statuses = [stage.status for stage in stages]
    if any(status not in DealStatus.values for status in statuses):
        raise ValidationError(_("Say for each stage what it counts as."))
    if statuses.count(DealStatus.WON) != 1 or statuses.count(DealStatus.LOST) != 1:
        raise ValidationError(_("A pipeline ends with one stage that counts as won and one that counts as lost."))
    if len(stages) < 3:
        raise ValidationError(_("A pipeline needs a stage to begin with."))


def _write(pipeline: Pipeline, position: int, asked: StageAsked) -> None:
    stage = pipeline.stages.filter(pk=asked.id).first() if asked.id else Stage(pipeline=pipeline)
    if stage is None:
        raise ValidationError(_("There is no such stage any more."))
    was = stage.status
    share = {DealStatus.WON: Decimal(100), DealStatus.LOST: Decimal(0)}.get(DealStatus(asked.status), asked.probability)
    stage.position, stage.name, stage.status, stage.probability = position, asked.name, asked.status, share
    is_closed = stage.is_closed
    if stage.pk and not stage._state.adding and DealStatus(was).is_closed != is_closed and stage.deals.exists():
        raise ValidationError(_("“%(stage)s” cannot count as something else: deals stand in it.") % {"stage": stage})
    stage.rotting_days = None if is_closed else asked.rotting_days
    stage.required = [field for field in GATED if field in asked.required]
    stage.checklist = list(dict.fromkeys(item for item in asked.checklist if item))
    stage.full_clean()
    stage.save()


def _follow(pipeline: Pipeline) -> None:
    """Open deals follow what their stage says now."""
    for stage in pipeline.stages.all():
        if stage.is_closed:
            continue
        rows = Deal.objects.filter(stage=stage)
        rows.exclude(status=stage.status).update(status=stage.status)
        of_stage = rows.filter(probability_from=ProbabilityFrom.STAGE)
        of_stage.exclude(probability=stage.probability).update(probability=stage.probability)
    keep_steps(list(Deal.objects.open().filter(pipeline=pipeline).values_list("pk", flat=True)))
