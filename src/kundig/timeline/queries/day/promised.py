"""Of my day: promises that are due, ours on their day and theirs on the day after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.parties.queries import visible_parties
from kundig.timeline.enums import Side
from kundig.timeline.models import Promise
from kundig.timeline.protocol import DayItem, DaySource

MOST = 100


def promises_due(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """What these people see to, of customers that `user` may see."""
    is_due = Q(side=Side.WE, due_on__lte=on) | Q(side=Side.THEY, due_on__lt=on)
    found = Promise.objects.open().filter(is_due, assignee__in=owners, party__in=visible_parties(user))
    return [_item(promise, on) for promise in found.order_by("due_on", "pk")[:MOST]]


def _item(promise: Promise, on: dt.date) -> DayItem:
    assert promise.due_on is not None, "only those with a day are due"
    days = (on - promise.due_on).days
    if promise.side == Side.THEY:
        words = ngettext(
            "Promised by the customer for yesterday: “%(text)s”.",
            "Promised by the customer, due %(n)d days ago: “%(text)s”.",
            days,
        )
    elif days == 0:
        words = _("Promised for today: “%(text)s”.")
    else:
        words = ngettext(
            "Promised for yesterday, still open: “%(text)s”.",
            "Promised, due %(n)d days ago, still open: “%(text)s”.",
            days,
        )
    # A word that is broken weighs more with every day, but not for ever.
    urgency = 1.5 + min(days, 10) * 0.2 if promise.side == Side.WE else 1.0 + min(days, 10) * 0.1
    return DayItem(
        promise.party_id, words % {"text": promise.text, "n": days}, urgency=urgency, since=promise.due_on,
        done=f"/promise/{promise.pk}/kept/", href=f"/promises/{promise.pk}/",
    )  # fmt: skip


SOURCE = DaySource("promises", promises_due)
