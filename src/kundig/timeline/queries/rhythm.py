"""Which rhythms hold for whom, who rests, and who has no next step."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kundig.parties.enums import Lifecycle
from kundig.parties.models import Party
from kundig.platform.composed import composed_once
from kundig.records.traces import Trace, may_have
from kundig.timeline.models import ContactRhythm, OwnRhythm, Rest
from kundig.timeline.rules.rhythm import Rhythm

FOREVER = dt.date.max
RESTS, OWN = Trace(Rest, "party"), Trace(OwnRhythm, "party")
"""By which rows a party rests, and has rhythms of its own."""


def rhythms_of_classes() -> Mapping[str, list[Rhythm]]:
    """Customer class → the rhythms that hold for it; "" are customers without a class."""
    found: dict[str, list[Rhythm]] = defaultdict(list)
    for each in _of_classes():
        found[each.customer_class].append(rhythm_of(each))
    return found


@composed_once
def _of_classes() -> QuerySet[ContactRhythm]:
    return ContactRhythm.objects.order_by("customer_class", "kind")


def own_rhythms(ids: Collection[UUID]) -> Mapping[UUID, list[Rhythm]]:
    """Party → rhythms of its own; parties without any are left out."""
    found: dict[UUID, list[Rhythm]] = defaultdict(list)
    for each in _own(ids=ids):
        found[each.party_id].append(rhythm_of(each))
    return found


@composed_once
def _own(*, ids: Collection[UUID]) -> QuerySet[OwnRhythm]:
    return OwnRhythm.objects.filter(party__id__among=ids).order_by("kind")


def rhythm_of(row: ContactRhythm | OwnRhythm) -> Rhythm:
    return Rhythm(row.kind, row.every, row.unit)  # type: ignore[arg-type]


def rests_of(ids: Collection[UUID], *, on: dt.date) -> Mapping[UUID, dt.date]:
    """Party → the day from which it may be contacted again (`FOREVER` where none is said); of those that rest."""
    found: dict[UUID, dt.date] = {}
    for party, until in _rests_of_many(on=on, ids=ids):
        found[party] = max(found.get(party, dt.date.min), until or FOREVER)
    return found


def rest_of(party: Party, *, on: dt.date) -> Rest | None:
    """The rest that holds longest, if the party rests."""
    if not may_have(party, RESTS):
        return None
    return max(_rests(on=on, party=party.pk), key=lambda rest: (rest.until or FOREVER, rest.pk), default=None)


@composed_once
def _rests(*, on: dt.date, party: UUID) -> QuerySet[Rest]:
    return Rest.objects.holding(on=on).filter(party=party).select_related("author")


@composed_once
def _rests_of_many(*, on: dt.date, ids: Collection[UUID]) -> QuerySet[Any, Any]:
    return Rest.objects.holding(on=on).filter(party__id__among=ids).values_list("party_id", "until")


def active() -> Q:
    """Customers whom the house looks after: by status, or because they were given a class."""
    return Q(lifecycle=Lifecycle.CUSTOMER) | ~Q(customer_class="") & ~Q(lifecycle=Lifecycle.FORMER)


@dataclass(frozen=True)
class Reckoned:
    """What is known of a party on its own row when its next contact is reckoned."""

    id: UUID
    kind: str
    customer_class: str
    lifecycle: str
    organisation_id: UUID | None
    country: str
    created_at: dt.datetime
    basis: str
    """What it followed from the last time; empty if there was none."""
    owner_id: UUID | None


READ = (
    "pk", "kind", "customer_class", "lifecycle", "organisation_id", "country", "created_at", "contact_basis",
    "owner_id",
)  # fmt: skip


def stale(ids: Sequence[UUID]) -> list[Reckoned]:
    """Those among them whose class or status is not what their next contact was reckoned with."""
    parties = (Reckoned(*row) for row in _parties(ids=ids))
    return [party for party in parties if party.basis != basis_of(party.customer_class, party.lifecycle)]


@composed_once
def _parties(*, ids: Sequence[UUID]) -> QuerySet[Any, Any]:
    return Party.objects.filter(pk__among=ids).values_list(*READ)


def basis_of(customer_class: str, lifecycle: str) -> str:
    """What the next contact follows from beside rhythms and contacts, as it is kept with it."""
    return f"{customer_class or '-'} {lifecycle}"
