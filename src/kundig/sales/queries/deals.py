"""Deals of a customer, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from kundig.accounts.models import User
from kundig.platform.composed import composed_once
from kundig.records import registry
from kundig.records.traces import asked_once
from kundig.sales.models import Deal, DealLine


def deals_of(ids: Sequence[UUID], user: User) -> Any:
    """The deals with these parties, or with them as contact persons: open ones first, the next to be expected first."""
    description = registry.for_model(Deal)
    assert description is not None, "it is described"
    rows = description.visible_to(user).filter(Q(party__in=list(ids)) | Q(person__in=list(ids)))
    return rows.order_by(F("closed_at").desc(nulls_first=True), F("expected_on").asc(nulls_last=True), "id")


def lines_of_deal(deal: Deal) -> list[DealLine]:
    """Its positions in their order, with their products; for the page of the deal read once."""
    return asked_once(deal, "lines", lambda: _lines(deal=deal.pk))


@composed_once
def _lines(*, deal: UUID) -> QuerySet[DealLine]:
    return DealLine.objects.filter(deal=deal).select_related("product").order_by("position", "id")
