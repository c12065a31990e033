"""Questions about promises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from kundig.accounts.models import User
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party
from kundig.parties.queries import seen_by, visible_parties
from kundig.platform.composed import composed_once
from kundig.records.traces import Trace
from kundig.timeline.enums import Side
from kundig.timeline.models import Involvement, Promise, PromiseProposal, Touchpoint

PROPOSED = timedelta(days=30)
"""How long a note lets one suppose something: after that nobody thinks of it as open."""
MOST_PEOPLE, MOST_PROMISES = 200, 200
MOST = 30
TRACES = tuple(Trace(model, path) for model in (Promise, PromiseProposal) for path in ("party", "party__organisation"))
"""By which rows `around` a party has anything to do with promises."""


@dataclass(frozen=True)
class KeptRate:
    """Of the promises of one side that are settled: how many there were, and how many were kept."""

    settled: int
    kept: int


def around(party: Party, *, user: User) -> list[UUID]:
    """The party and, of an organisation or a household, the people in it that `user` may see."""
    if party.kind == PartyKind.PERSON:
        return [party.pk]
    return [party.pk, *_people_of(seen_by(user), organisation=party.pk)]


@composed_once
def _people_of(seen: Q, *, organisation: UUID) -> QuerySet[Party, UUID]:
    people = Party.objects.filter(seen, organisation=organisation)
    return people.order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE]


def open_promises(party_ids: Sequence[UUID], *, limit: int = MOST_PROMISES) -> list[Promise]:
    """What is open with these parties: what is due first stands first, what has no day last."""
    return _open(limit, ids=party_ids)


@composed_once
def _open(limit: int, *, ids: Sequence[UUID]) -> QuerySet[Promise]:
    found = Promise.objects.open().filter(party__id__among=ids).select_related("party", "assignee")
    return found.order_by(F("due_on").asc(nulls_last=True), "pk")[:limit]


def settled_promises(party_ids: Sequence[UUID], *, limit: int) -> list[Promise]:
    """The ones settled last."""
    return _settled_last(limit, ids=party_ids)


@composed_once
def _settled_last(limit: int, *, ids: Sequence[UUID]) -> QuerySet[Promise]:
    ended = _settled(ids).annotate(ended_at=Greatest("kept_at", "broken_at")).select_related("party", "assignee")
    return ended.order_by("-ended_at", "-pk")[:limit]


def kept_rates(party_ids: Sequence[UUID]) -> dict[Side, KeptRate]:
    """How reliable both sides have been; a side without settled promises is left out."""
    return {Side(side): KeptRate(settled, kept) for side, settled, kept in _rates(ids=party_ids)}


@composed_once
def _rates(*, ids: Sequence[UUID]) -> QuerySet[Any, Any]:
    rows = _settled(ids).values("side").annotate(settled=Count("pk"), kept=Count("pk", filter=Q(broken_at=None)))
    return rows.order_by("side").values_list("side", "settled", "kept")


def _settled(party_ids: Sequence[UUID]) -> QuerySet[Promise]:
    return Promise.objects.filter(party__id__among=party_ids).exclude(kept_at=None, broken_at=None)


def open_proposals(party_ids: Sequence[UUID], *, now: dt.datetime | None = None) -> list[PromiseProposal]:
    """What notes of the last weeks let one suppose, the latest first."""
    return _proposed(ids=party_ids, since=(now or timezone.now()) - PROPOSED)


@composed_once
def _proposed(*, ids: Sequence[UUID], since: dt.datetime) -> QuerySet[PromiseProposal]:
    found = PromiseProposal.objects.open().filter(party__id__among=ids, noted_at__gte=since)
    in_order = found.order_by("-noted_at", F("due_on").asc(nulls_last=True), "pk")
    return in_order.select_related("party")[:MOST]


def due_promises(user: User, *, on: dt.date) -> QuerySet[Promise]:
    """What `user` sees to and is due by a day: what we owe on the day itself, what they owe on the day after it."""
    is_due = Q(side=Side.WE, due_on__lte=on) | Q(side=Side.THEY, due_on__lt=on)
    found = Promise.objects.open().filter(is_due, assignee=user, party__in=visible_parties(user))
    return found.select_related("party").order_by("due_on", "pk")


def names_at(touchpoint: Touchpoint) -> tuple[list[str], list[str]]:
    """Names that words of this contact may mean: colleagues, and people of the customer."""
    ours = list(User.objects.active().order_by("pk").values_list("name", flat=True)[:MOST_PEOPLE])
    involved = Involvement.objects.filter(touchpoint=touchpoint.pk).values_list("party_id", flat=True)
    of_customer = Q(pk=touchpoint.party_id) | Q(pk__in=list(involved))
    if touchpoint.organisation_id is not None:
        of_customer |= Q(organisation=touchpoint.organisation_id)
    people = Party.objects.filter(of_customer, kind=PartyKind.PERSON).order_by("pk")
    theirs = list(people.values_list("family_name", flat=True)[:MOST_PEOPLE])
    known = set(theirs)
    return [name for name in ours if not known & set(name.split())], [name for name in theirs if name]
