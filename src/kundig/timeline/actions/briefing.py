"""A quarter of an hour before an appointment: who goes there is handed the call brief."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from kundig.accounts.models import User
from kundig.notices.actions import tell
from kundig.parties.queries import visible_parties
from kundig.timeline.models import Appointment

BRIEF = "brief_ready"
AHEAD = dt.timedelta(minutes=15)


def hand_out_briefs(*, now: dt.datetime | None = None) -> int:
    """Tell everybody with an appointment in the next quarter of an hour where its brief is: once for each, and once
    more if it is moved. Answers how many were told."""
    now = now or timezone.now()
    soon = Appointment.objects.filter(starts_at__gt=now, starts_at__lte=now + AHEAD, held_at=None, all_day=False)
    told = 0
    for appointment in soon.exclude(party=None).order_by("starts_at", "pk"):
        assert appointment.party_id is not None, "asked for above"
        people = {appointment.owner_id, *appointment.attendees.values_list("user_id", flat=True)} - {None}
        for reader in User.objects.some_with_access(key for key in people if key is not None):
            if not visible_parties(reader).filter(pk=appointment.party_id).exists():
                continue
            told += tell(
                reader, kind=BRIEF, matter=f"brief:{appointment.pk}", key=f"{appointment.starts_at.isoformat()}",
                object="appointments", records=[appointment.pk], url=f"/brief/{appointment.party_id}/",
            )  # fmt: skip
    return told
