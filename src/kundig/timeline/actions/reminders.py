"""Reminding people of what is due."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from kundig.accounts.models import User
from kundig.notices.actions import tell
from kundig.parties.queries import visible_parties
from kundig.timeline.enums import Side
from kundig.timeline.models import Promise

DUE = "promises_due"


def remind_of_promises(*, on: dt.date) -> int:
    """Tell those who see to promises what is due: what we owe on its day, what others owe on the day after. Each
    promise once for each day it is promised for; one notice a day, however many there are. Answers how many."""
    is_due = Q(side=Side.WE, due_on__lte=on) | Q(side=Side.THEY, due_on__lt=on)
    waiting = Promise.objects.open().filter(is_due).exclude(assignee=None).exclude(reminded_on=F("due_on"))
    count = 0
    for reader in User.objects.active().filter(pk__in=waiting.values("assignee")).order_by("pk"):
        reader = User.objects.with_access(reader.pk) or reader
        with transaction.atomic():
            rows = waiting.filter(assignee=reader).select_for_update(of=("self",), skip_locked=True)
            mine = list(rows.order_by("due_on", "pk").values_list("pk", "party_id"))
            seen = set(
                visible_parties(reader).filter(pk__in={party for _key, party in mine}).values_list("pk", flat=True)
            )
            Promise.objects.filter(pk__in=[key for key, _party in mine]).update(reminded_on=F("due_on"))
            records = [key for key, party in mine if party in seen]
            if records:
                tell(reader, kind=DUE, matter=f"promises:{on}", object="promises", records=records)
                count += len(records)
    return count
