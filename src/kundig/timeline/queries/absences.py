"""Who is away, and who stands in for them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils import timezone

from kundig.accounts.models import Deputyship


def stand_in_for(user_id: UUID | None, *, on: dt.date) -> Deputyship | None:
    """The absence of somebody on that day (or today, if the day has passed), with an active deputy; None if they are
    here or nobody stands in."""
    if user_id is None:
        return None
    day = max(on, timezone.localdate())
    running = Deputyship.objects.filter(user=user_id, starts_on__lte=day, ends_on__gte=day, deputy__is_active=True)
    return running.select_related("user", "deputy").order_by("-starts_on", "-pk").first()
