"""Whom the documents of an erased customer belong to: somebody known by a number only."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions.numbers import reserve_numbers
from kundig.parties.actions.parties import create_party
from kundig.parties.enums import Lifecycle, PartyKind
from kundig.parties.models import Household, Organisation, Party, Person
from kundig.parties.queries import described
from kundig.records.actions import announce
from kundig.records.events import Via

NAMED = 5
"""The version of ids that follow from a name; all others are made by the clock."""
MODELS = {PartyKind.ORGANISATION: Organisation, PartyKind.PERSON: Person, PartyKind.HOUSEHOLD: Household}


def refuse_stand_in(party_id: UUID) -> None:
    """Raises ValidationError for somebody who has been erased: there is nothing of them left that may go."""
    if party_id.version == NAMED:
        raise ValidationError(_("This customer was erased before; what is left are documents that the law wants kept."))


def stand_in_for(party_id: UUID, *, by: User) -> Party:
    """Who takes the documents of a party that is being erased: an anonymous customer with a number of its own and
    nothing else. Whoever asks for the same party gets the same one: its id follows from the one that goes."""
    refuse_stand_in(party_id)
    key = uuid5(party_id, "erased")
    with transaction.atomic():
        gone = Party.objects.select_for_update(of=("self",)).get(pk=party_id)
        found = Party.objects.filter(pk=key).first()
        if found is None:
            values = {
                "number": reserve_numbers(1)[0], "lifecycle": Lifecycle.FORMER, "owner": gone.owner_id,
                "team": gone.team_id, "language": gone.language,
            }  # fmt: skip
            found = create_party(MODELS[PartyKind(gone.kind)](pk=key), values, by=by, via=Via.ERASURE)
            announce(described(found), [key], by=by, via=Via.ERASURE)
    return found
