"""Of my day: deals that rest for too long, and those whose day has passed. What is planned for them are tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext_lazy, ngettext

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.queries import visible_parties
from kundig.records import registry
from kundig.sales.models import Deal
from kundig.timeline.protocol import DayItem, DaySource

MOST = 40
LATEST = 30
"""Days after which resting longer weighs no more."""
WEIGHTED = gettext_lazy("weighted by its probability")


def deals_to_care_for(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Open deals of these people that rest too long or were expected before that day; the dearest first."""
    description = registry.for_model(Deal)
    assert description is not None, "it is described"
    known = description.fields_for(user)
    rests = Q(rotting_on__lte=on) if {"rotting_on", "quiet_since"} <= known.keys() else Q(pk__in=())
    is_late = Q(expected_on__lt=on) if "expected_on" in known else Q(pk__in=())
    rows = description.visible_to(user).filter(
        rests | is_late, closed_at=None, owner_id__in=owners, party__in=visible_parties(user)
    )
    return [_item(deal, on, known) for deal in rows.order_by(F("amount").desc(nulls_last=True), "id")[:MOST]]


def _item(deal: Deal, on: dt.date, known: Container[str]) -> DayItem:
    tells_rest = "rotting_on" in known and "quiet_since" in known
    if tells_rest and deal.rotting_on is not None and deal.rotting_on <= on and deal.quiet_since is not None:
        days = (on - deal.quiet_since).days
        words = ngettext(
            "“%(deal)s” rests for %(n)d day, and nothing is planned.",
            "“%(deal)s” rests for %(n)d days, and nothing is planned.",
            days,
        )
        late = (on - deal.rotting_on).days
    else:
        assert deal.expected_on is not None, "only those are asked for"
        late = days = (on - deal.expected_on).days
        words = ngettext(
            "“%(deal)s” was expected yesterday and is still open.",
            "“%(deal)s” was expected %(n)d days ago and is still open.",
            days,
        )
    worth = None
    # Of a weighted amount whoever knows the one could tell the other.
    if "amount" in known and "probability" in known and deal.amount is not None and deal.currency == company().currency:
        worth = deal.amount * deal.probability / 100
    return DayItem(
        deal.party_id, words % {"deal": deal.title, "n": days}, urgency=1.0 + min(late, LATEST) * 0.03, worth=worth,
        worth_note=str(WEIGHTED) if worth is not None else "", person=deal.person_id, href=f"/deals/{deal.pk}/",
        since=deal.quiet_since if tells_rest else None,
    )  # fmt: skip


SOURCE = DaySource("deals", deals_to_care_for)
