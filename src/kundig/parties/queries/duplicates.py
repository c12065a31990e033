"""The work list of likely duplicates: what somebody may decide about, the surest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Decision, DuplicatePair, Party
from kundig.parties.queries.relations import seen_by
from kundig.parties.rules.reasons import certainty, in_words
from kundig.records import registry
from kundig.records.description import Description

MOST_COUNTED = 1000


@dataclass(frozen=True)
class Likely:
    """One pair as it is shown to somebody."""

    pair: DuplicatePair
    description: Description
    first: Party
    second: Party
    speaks_for: list[str]
    against: list[str]

    @property
    def certainty(self) -> Any:
        return certainty(self.pair.probability)


def descriptions() -> Sequence[Description]:
    """The three kinds of parties."""
    return registry.covering(Party)


def pairs_for(user: User) -> QuerySet[DuplicatePair]:
    """The pairs of which `user` may see and change both."""
    may = seen_by(user) & seen_by(user, action=Action.CHANGE)
    parties = Party.objects.filter(may).order_by()
    return DuplicatePair.objects.filter(
        Exists(parties.filter(pk=OuterRef("first_id"))), Exists(parties.filter(pk=OuterRef("second_id")))
    )


def work_list(user: User, *, kind: str = "", decision: str = "") -> QuerySet[DuplicatePair]:
    """What is left to decide, the surest first and what was put off last; or what was decided so."""
    pairs = pairs_for(user)
    if kind:
        pairs = pairs.filter(kind=kind)
    if decision:
        return pairs.filter(decision=decision).order_by("-decided_at", "-probability", "id")
    put_off = Case(When(decision=Decision.LATER, then=Value(1)), default=Value(0), output_field=IntegerField())
    pairs = pairs.filter(~Q(decision=Decision.DIFFERENT), probability__gt=0)
    return pairs.order_by(put_off, "-probability", "id")


def likely(pairs: Iterable[DuplicatePair], *, user: User) -> list[Likely]:
    """The pairs with their parties and reasons, as `user` may know them."""
    each = list(pairs)
    ids = {key for pair in each for key in (pair.first_id, pair.second_id)}
    parties = {party.pk: party for party in Party.objects.filter(pk__in=ids)}
    of_kind = {description.where["kind"]: description for description in descriptions()}
    found = []
    for pair in each:
        first, second = parties.get(pair.first_id), parties.get(pair.second_id)
        if first is None or second is None:
            continue
        description = of_kind[pair.kind]
        known = description.fields_for(user)
        speaks_for, against = in_words(pair.reasons, may_know=known.__contains__)
        if second.created_at < first.created_at:
            first, second = second, first
        found.append(Likely(pair, description, first, second, speaks_for, against))
    return found


def duplicates_of(party: Party, *, user: User, limit: int = 3) -> list[DuplicatePair]:
    """The open pairs of one party, the surest first."""
    pairs = work_list(user).filter(Q(first_id=party.pk) | Q(second_id=party.pk))
    return list(pairs[:limit])


def pair_between(one: UUID, other: UUID) -> DuplicatePair | None:
    first, second = sorted((one, other), key=str)
    return DuplicatePair.objects.filter(first_id=first, second_id=second).first()
