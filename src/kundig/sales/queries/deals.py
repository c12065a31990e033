"""Deals of a customer, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from kundig.accounts.models import User
from kundig.records import registry
from kundig.sales.models import Deal


def deals_of(ids: Sequence[UUID], user: User) -> Any:
    """The deals with these parties, or with them as contact persons: open ones first, the next to be expected first."""
    description = registry.for_model(Deal)
    assert description is not None, "it is described"
    rows = description.visible_to(user).filter(Q(party__in=list(ids)) | Q(person__in=list(ids)))
    return rows.order_by(F("closed_at").desc(nulls_first=True), F("expected_on").asc(nulls_last=True), "id")
