"""Which pipelines and stages there are, and what a deal lacks on its way."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from kundig.platform.composed import composed_once
from kundig.sales.enums import DealStatus
from kundig.sales.models import Deal, Pipeline, Stage
from kundig.sales.rules.gates import Missing, gates_between, is_something, missing_for


def pipelines_in_use() -> list[Pipeline]:
    """In their order; the first is what new deals go into."""
    return list(Pipeline.objects.filter(is_active=True).order_by("position", "id"))


def stages_of(pipeline_id: UUID) -> list[Stage]:
    """From the first to the last."""
    return _stages(pipeline=pipeline_id)


@composed_once
def _stages(*, pipeline: UUID) -> QuerySet[Stage]:
    return Stage.objects.filter(pipeline=pipeline).order_by("position", "id")


def stage_with(pipeline_id: UUID, status: str) -> Stage | None:
    """The first stage of a pipeline that counts as `status`."""
    return Stage.objects.filter(pipeline_id=pipeline_id, status=status).order_by("position", "id").first()


def first_stage(pipeline_id: UUID) -> Stage | None:
    """Where a deal begins: the first stage that is not an end."""
    closed = (DealStatus.WON, DealStatus.LOST)
    return Stage.objects.filter(pipeline_id=pipeline_id).exclude(status__in=closed).order_by("position", "id").first()


def missing_on_the_way(deal: Deal, start: Stage | None, goal: Stage) -> Missing:
    """What a deal, as its columns stand, lacks to come from one stage into another. Who comes out of another
    pipeline comes from outside, or a way through it would lead past the gates of this one."""
    is_inside = start is not None and start.pipeline_id == goal.pipeline_id
    gates = gates_between(stages_of(goal.pipeline_id), start if is_inside else None, goal)

    def is_filled(name: str) -> bool:
        try:
            column = deal._meta.get_field(name)
        except Exception:  # a field that is gone cannot be filled in by anybody
            return True
        return is_something(getattr(deal, getattr(column, "attname", name), None))

    return missing_for(gates, is_filled=is_filled, checked=deal.checked)
