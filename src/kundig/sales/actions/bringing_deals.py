"""Bringing many deals in at once, as they are: for the sample company and for measuring. Nobody's right is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from kundig.platform.copying import copy_values
from kundig.records import registry, search
from kundig.sales.actions.steps import keep_steps
from kundig.sales.models import Competitor, Deal, DealLine, DealMove

Values = Mapping[str, Any]


def rivals(names: Iterable[str]) -> None:
    """See that competitors of these names are known."""
    known = set(Competitor.objects.filter(name__in=list(names)).values_list("name", flat=True))
    Competitor.objects.bulk_create(Competitor(name=name) for name in names if name not in known)


def bring_in_deals(
    deals: Sequence[Values], moves: Sequence[Values] = (), lines: Sequence[Values] = (), *, kept: bool = True
) -> list[UUID]:
    """Write deals, which bring their ids, with their moves and products, given by columns; with `kept` also what is
    planned next for each of them."""
    ids = [deal["id"] for deal in deals]
    with transaction.atomic():
        for model, rows in ((Deal, deals), (DealMove, moves), (DealLine, lines)):
            copy_values(model, rows)
        if kept:
            keep_steps([deal["id"] for deal in deals if deal.get("closed_at") is None])
        description = registry.for_model(Deal)
        assert description is not None, "descriptions are registered when the program starts"
        search.refresh(description, ids, new=True)
    return ids
