"""Making pipelines: what a new house begins with."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kundig.accounts.queries import company
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.enums import DealStatus, Outcome
from kundig.sales.models import ClosingReason, Pipeline, Stage
from kundig.sales.queries import pipelines_in_use


def ensure_pipelines() -> Pipeline:
    """The first pipeline in use; where a house has none at all, it gets one with the usual stages and reasons, in its
    own language."""
    for pipeline in pipelines_in_use():
        return pipeline
    with transaction.atomic(), change_set(by=None, via=Via.HAND), translation.override(company().language or "de"):
        _alone()
        for pipeline in pipelines_in_use():
            return pipeline
        pipeline = Pipeline.objects.create(name=_("New business"))
        Stage.objects.bulk_create(
            Stage(
                pipeline=pipeline, position=place, name=name, status=status, probability=Decimal(share),
                rotting_days=days,
            )
            for place, (name, status, share, days) in enumerate(_stages())
        )  # fmt: skip
        ClosingReason.objects.bulk_create(ClosingReason(name=name, outcome=outcome) for name, outcome in _reasons())
    return pipeline


def _alone() -> None:
    """Whoever else makes the first pipeline waits until this transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sales.pipelines'))")


def _stages() -> list[tuple[str, str, int, int | None]]:
    return [
        (_("Enquiry"), DealStatus.NEW, 10, 14),
        (_("Needs clarified"), DealStatus.QUALIFIED, 30, 21),
        (_("Quote sent"), DealStatus.PROPOSED, 50, 14),
        (_("Negotiation"), DealStatus.NEGOTIATING, 75, 10),
        (_("Won"), DealStatus.WON, 100, None),
        (_("Lost"), DealStatus.LOST, 0, None),
    ]


def _reasons() -> list[tuple[str, str]]:
    return [
        (_("Best solution"), Outcome.WON),
        (_("Price and terms"), Outcome.WON),
        (_("Trust and service"), Outcome.WON),
        (_("Too expensive"), Outcome.LOST),
        (_("Competitor preferred"), Outcome.LOST),
        (_("Project cancelled"), Outcome.LOST),
        (_("No answer any more"), Outcome.LOST),
    ]
