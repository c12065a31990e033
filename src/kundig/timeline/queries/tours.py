"""A day on the road: the visits that are agreed, and which customers lie on the way and are due."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described, visible_parties
from kundig.records import registry
from kundig.records.rights import conceal
from kundig.timeline.models import Appointment
from kundig.timeline.queries.places import placed_parties
from kundig.timeline.rules.routing import DETOUR, Place, beside_km

LOOKED_AT = 500
"""So many customers near the way are compared, the most urgent first."""
KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Near:
    """A customer who could be visited as well: how much further it is by road, and why one would."""

    party: Party
    place: Place
    km: float
    is_due: bool
    why: str


def place_of(party: Party | None) -> Place | None:
    """Where a customer is; None if nobody has said it."""
    if party is None or party.latitude is None or party.longitude is None:
        return None
    return Place(party.latitude, party.longitude)


def visits_of(user: User) -> QuerySet[Appointment]:
    """The appointments that `user` has made or takes part in, with customers whom `user` may see."""
    description = registry.for_model(Appointment)
    assert description is not None, "descriptions are registered when the program starts"
    seen = description.visible_to(user).filter(party__in=visible_parties(user)).values("pk")
    return Appointment.objects.of(user).filter(pk__in=seen)


def visits_on(day: dt.date, user: User) -> list[Appointment]:
    """Those on a day, in the order of their hours; of their customers, what `user` may read."""
    begins = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    ends = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
    found = visits_of(user).filter(starts_at__gte=begins, starts_at__lt=ends, all_day=False)
    visits = list(found.select_related("party").order_by("starts_at", "pk"))
    for visit in visits:
        assert visit.party is not None, "only those with a customer are asked"
        conceal(described(visit.party), visit.party, user)
    return visits


def near_way(
    way: Sequence[Place],
    day: dt.date,
    user: User,
    *,
    within_km: float,
    everybody: bool = False,
    besides: Collection[UUID] = (),
    limit: int = 30,
) -> list[Near]:
    """Customers for whom one drives at most `within_km` further, those who are due first, then by the way.

    Those of `user` alone, or of `everybody` whom `user` may see.
    """
    customers = placed_parties(user).filter(_around(way, within_km), is_anonymous=False).exclude(pk__in=besides)
    if not everybody:
        customers = customers.filter(owner=user)
    ranked = customers.order_by(F("next_contact_on").asc(nulls_last=True), F("last_contact_on").asc(nulls_first=True))
    found = []
    for party in ranked[:LOOKED_AT]:
        place = place_of(party)
        assert place is not None, "only customers with a position are asked"
        conceal(described(party), party, user)
        km = beside_km(way, place)
        if km <= within_km:
            is_due = party.next_contact_on is not None and party.next_contact_on <= day
            found.append(Near(party, place, km, is_due, _why(party, day)))
    return sorted(found, key=lambda near: (not near.is_due, round(near.km), near.party.name, near.party.pk))[:limit]


def _around(way: Sequence[Place], km: float) -> Q:
    """A box around the way, wide enough for all that a detour of `km` by road reaches."""
    reach = km / DETOUR / KM_PER_DEGREE
    south, north = min(p.latitude for p in way) - reach, max(p.latitude for p in way) + reach
    narrow = max(math.cos(math.radians(min(max(abs(south), abs(north)), 89.0))), 0.01)
    west, east = (
        min(p.longitude for p in way) - reach / narrow,
        max(p.longitude for p in way) + reach / narrow,
    )
    return Q(latitude__gte=south, latitude__lte=north, longitude__gte=west, longitude__lte=east)


def _why(party: Party, day: dt.date) -> str:
    """Why one would visit somebody, or why not yet."""
    due, last = party.next_contact_on, party.last_contact_on
    if due is not None and due < day:
        days = (day - due).days
        return ngettext("due for %(count)d day", "due for %(count)d days", days) % {"count": days}
    if due == day:
        return _("due on this day")
    if last is None:
        return _("no contact yet")
    days = (day - last).days
    ago = ngettext("last contact %(count)d day before", "last contact %(count)d days before", days) % {"count": days}
    if due is not None:
        return _("%(ago)s, due on %(date)s") % {"ago": ago, "date": date_format(due, "j. F")}
    return ago
