"""What the call brief asks of the history."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet

from kundig.accounts.models import User
from kundig.records import registry
from kundig.timeline.enums import Response
from kundig.timeline.models import Reaction, Touchpoint

LAST, MOODS, OFFERS = 3, 12, 40
KINDS_LEFT_OUT = ("task", "file", "master_data")
"""What is no contact with anybody."""


@dataclass(frozen=True)
class Told:
    """One of the last contacts, with what was said to offers in it."""

    id: UUID
    at: dt.datetime
    kind: str
    summary: str
    mood: int | None
    who: str
    reactions: list[Reaction] = field(default_factory=list)


def last_told(party_ids: Sequence[UUID], *, user: User, organisation: bool) -> list[Told]:
    """The last contacts with these parties that `user` may see, the newest first."""
    rows = _of(party_ids, user, organisation=organisation).exclude(kind__in=KINDS_LEFT_OUT)
    shown = ("id", "at", "kind", "summary", "mood", "party__name")
    found = [Told(*values) for values in rows.order_by("-at", "-id").values_list(*shown)[:LAST]]
    if found:
        reactions: dict[UUID, list[Reaction]] = defaultdict(list)
        moments = [each.at for each in found]
        for row in Reaction.objects.filter(
            touchpoint__in=[each.id for each in found], at__range=(min(moments), max(moments))
        ).order_by("pk"):
            reactions[row.touchpoint_id].append(row)
        for each in found:
            each.reactions.extend(reactions[each.id])
    return found


def moods_of(party_ids: Sequence[UUID], *, user: User, organisation: bool) -> list[tuple[dt.datetime, int]]:
    """The last moods, the oldest first."""
    rows = _of(party_ids, user, organisation=organisation).exclude(mood=None)
    found = rows.order_by("-at", "-id").values_list("at", "mood")[:MOODS]
    return list(reversed(found))


def offers_spoken_of(party_ids: Sequence[UUID], *, since: dt.datetime) -> list[Reaction]:
    """The last reaction to each offer, the newest first."""
    rows = Reaction.objects.filter(party__in=list(party_ids), at__gte=since).order_by("-at", "-pk")[: OFFERS * 5]
    latest: dict[str, Reaction] = {}
    for row in rows:
        latest.setdefault(row.offer.casefold(), row)
    return list(latest.values())[:OFFERS]


def is_open_to(reaction: Reaction) -> bool:
    """Whether an offer may be brought up again."""
    return reaction.reaction in (Response.INTERESTED, Response.UNDECIDED)


def _of(party_ids: Sequence[UUID], user: User, *, organisation: bool) -> QuerySet:
    description = registry.for_model(Touchpoint)
    assert description is not None, "touchpoints are described"
    own = Q(organisation=party_ids[0]) if organisation else Q(party__in=list(party_ids))
    return description.visible_to(user).filter(own)
