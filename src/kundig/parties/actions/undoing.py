"""What hangs on parties and their parts, when changes of them were taken back."""

from collections.abc import Mapping
from uuid import UUID

from kundig.accounts.models import User
from kundig.parties.actions.parts import find_by_people, houses_of, name_house_of, touched
from kundig.parties.events import PartyDeleted
from kundig.parties.models import Organisation, Party, Person
from kundig.platform import outbox
from kundig.records.events import Via

Pointed = Mapping[str, set[UUID]]


def parties_brought_back(records: Mapping[UUID, Pointed], *, by: User) -> None:
    """Parties were put back to an earlier state; those that are not there were made by what was taken back."""
    there = bring_in_step(set(records), by=by)
    outbox.publish(*(PartyDeleted(party_id=key, by_id=by.pk) for key in records if key not in there))


def parts_brought_back(records: Mapping[UUID, Pointed], *, by: User) -> None:
    """Addresses, contact points or roles were put back."""
    bring_in_step({key for each in records.values() for ids in each.values() for key in ids}, by=by)


def bring_in_step(ids: set[UUID], *, by: User) -> set[UUID]:
    """Refresh summaries and search of these parties and of those that show them; answers those that are there."""
    parties = list(Party.objects.filter(pk__in=ids))
    touched(parties, "undo", by=by, via=Via.UNDO)
    for party in parties:
        if party.kind == Person(kind="person").kind:
            find_by_people(houses_of(party))
        elif party.kind == Organisation().kind:
            name_house_of(party)
    return {party.pk for party in parties}
