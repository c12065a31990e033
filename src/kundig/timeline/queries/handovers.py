"""Questions about handovers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.platform.composed import composed_once
from kundig.records.ledger.models import CHANGED, LedgerRow
from kundig.records.traces import Trace, may_have
from kundig.timeline.models import Handover, Promise

SHOWN = 50
TRACES = (Trace(Handover, "party"),)
"""By which rows a customer was handed over."""


@dataclass(frozen=True)
class Batch:
    """What was handed over at once, by one colleague to another."""

    batch: UUID
    giver: str
    taker: str
    reason: str
    begins_on: dt.date
    ends_on: dt.date | None
    count: int
    received: int
    is_mine: bool
    """Whether the reader is the one who takes over."""


def handovers_of(user: User) -> QuerySet[Handover]:
    """Those that `user` gives or takes, whose customers they may still see, and that are not over."""
    mine = Handover.objects.filter(Q(taker=user) | Q(giver=user), ended_at=None)
    return mine.filter(Q(giver=user) | Q(begins_on__lte=timezone.localdate()), party__in=visible_parties(user))


def batches_of(user: User) -> list[Batch]:
    """What stands in the list of handovers: what is waiting for a receipt first, then the latest."""
    rows = handovers_of(user).values(
        "batch", "giver_id", "taker_id", "giver__name", "taker__name", "reason", "begins_on", "ends_on"
    )
    rows = rows.annotate(count=Count("pk"), received=Count("pk", filter=~Q(received_at=None)))
    found = [
        Batch(
            batch=row["batch"], giver=row["giver__name"], taker=row["taker__name"], reason=row["reason"],
            begins_on=row["begins_on"], ends_on=row["ends_on"], count=row["count"], received=row["received"],
            is_mine=row["taker_id"] == user.pk,
        )
        for row in rows.order_by("-begins_on", "-batch")[:SHOWN]
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.received == each.count, not each.is_mine))


def in_batch(batch: UUID, *, user: User) -> QuerySet[Handover]:
    """The customers of a batch: those with something open first."""
    is_promised = Promise.objects.open().filter(party=OuterRef("party"))
    found = handovers_of(user).filter(batch=batch).select_related("party", "giver", "taker", "received_by")
    return found.annotate(has_open=Exists(is_promised)).order_by("-has_open", "party__name_key", "pk")


def waiting_for(user: User) -> int:
    """How many customers handed to `user` are not confirmed yet."""
    return handovers_of(user).filter(taker=user, received_at=None).count()


def running_of(party: Party) -> list[Handover]:
    """The handovers of a customer that are not over."""
    if not may_have(party, *TRACES):
        return []
    return _running(party=party.pk, today=timezone.localdate())


@composed_once
def _running(*, party: UUID, today: dt.date) -> QuerySet[Handover]:
    found = Handover.objects.filter(party=party, ended_at=None, begins_on__lte=today)
    return found.select_related("giver", "taker", "received_by").order_by("-begins_on", "-pk")


def givers_in(change_set: UUID, party_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of the customers whose person in charge a change set has changed, who it was before."""
    rows = LedgerRow.objects.filter(
        record__in=list(party_ids), change_set=change_set, op=CHANGED, before__has_key="owner_id"
    )
    found: dict[UUID, Any] = {}
    for record, before in rows.order_by("seq").values_list("record", "before"):
        found.setdefault(record, (before or {}).get("owner_id"))
    return {record: UUID(giver) for record, giver in found.items() if isinstance(giver, str)}
