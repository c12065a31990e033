"""The way of a deal through its stages: the gates, and the record of where it stood and how long."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records import registry
from kundig.sales.enums import DealStatus, Outcome
from kundig.sales.models import ClosingReason, Deal, DealMove, Stage
from kundig.sales.queries import missing_on_the_way

GATE = "gate"
"""Code of the error of a deal that stands before a closed gate."""


def refuse_at_gate(deal: Deal, start: Stage | None, goal: Stage) -> None:
    """Raises ValidationError (code `GATE`) at the stage, naming everything that a deal lacks on its way."""
    missing = missing_on_the_way(deal, start, goal)
    wanted = [_label(name) for name in missing.fields] + [f"“{item}”" for item in missing.checks]
    if goal.status == DealStatus.LOST and deal.closing_reason_id is None and _are_reasons_kept():
        wanted.append(_label("closing_reason"))
    if wanted:
        raise ValidationError({
            "stage": ValidationError(
                _("Before “%(stage)s” this is still missing: %(what)s.") % {"stage": goal, "what": ", ".join(wanted)},
                code=GATE,
            )
        })  # fmt: skip


def log_move(deal: Deal, *, by: User) -> None:
    """Write down that the deal stands in its stage since now."""
    deal.moves.filter(left_at=None).update(left_at=deal.stage_since)
    DealMove.objects.create(
        deal=deal, stage_id=deal.stage_id, entered_at=deal.stage_since, amount=deal.amount, by_id=by.pk
    )


def _label(name: str) -> str:
    description = registry.get("deals")
    assert description is not None, "descriptions are registered when the program starts"
    return str(description.field(name).label)


def _are_reasons_kept() -> bool:
    return ClosingReason.objects.filter(outcome=Outcome.LOST, is_active=True).exists()
