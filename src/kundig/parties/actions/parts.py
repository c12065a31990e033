"""What adding, changing and removing the parts of a party have in common."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions.origins import confirmed
from kundig.parties.actions.summaries import refresh_summaries
from kundig.parties.enums import PartyKind
from kundig.parties.events import PartyChanged
from kundig.parties.models import Household, Organisation, Party, Person, Role
from kundig.platform import outbox
from kundig.records import registry, search
from kundig.records.actions import announce
from kundig.records.events import Via

FURTHEST = 20
"""Levels of a group of companies; more is a mistake."""
MODELS: dict[str, type[Party]] = {
    PartyKind.ORGANISATION: Organisation,
    PartyKind.PERSON: Person,
    PartyKind.HOUSEHOLD: Household,
}


def assign(record: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Set fields; a reference takes a record or an id. Answers the names of what is different now."""
    changed = []
    for name, value in values.items():
        column: Any = record._meta.get_field(name)
        is_id = column.is_relation and not isinstance(value, models.Model)
        attribute = column.attname if is_id else name
        before = getattr(record, column.attname, None)
        setattr(record, attribute, value)
        if getattr(record, column.attname) != before:
            changed.append(name)
    return changed


def validated(record: models.Model, *, only: Iterable[str] | None = None) -> None:
    """Check the fields (all, or only some) and what the database would refuse.

    Raises:
        ValidationError: with a dict field → messages.
    """
    columns = [column.name for column in record._meta.concrete_fields]
    left_out = set() if only is None else set(columns) - set(only)
    # References were chosen from what exists, or the database refuses them; asking again costs a query each.
    left_out |= {column.name for column in record._meta.concrete_fields if column.is_relation or column.generated}
    record.clean_fields(exclude=left_out)
    begins, ends = getattr(record, "valid_from", None), getattr(record, "valid_to", None)
    if begins and ends and ends < begins:
        raise ValidationError({"valid_to": _("The end lies before the beginning.")})


def houses_of(person: Party) -> dict[UUID, str]:
    """The organisations and households of a person, past ones too: id → kind."""
    return dict(Role.objects.filter(person_id=person.pk).values_list("party_id", "party__kind"))


def find_by_people(houses: Mapping[UUID, str]) -> None:
    """Organisations and households (id → kind) are found by the names of their people: bring that in step."""
    for key, kind in houses.items():
        description = registry.for_model(MODELS[kind])
        if description is not None:
            search.refresh(description, [key])


def name_house_of(organisation: Party) -> None:
    """Search names the organisation beside its people: bring that in step."""
    description = registry.for_model(Person)
    if description is not None:
        ids = description.everything().filter(organisation_id=organisation.pk).values_list("pk", flat=True)
        search.refresh(description, ids)


def touched(parties: Iterable[Party], what: str, *, by: User, via: Via) -> None:
    """Refresh the summaries of parties whose parts changed, and tell search, browsers and handlers."""
    each = {party.pk: party for party in parties}
    refresh_summaries(each)
    for party in each.values():
        description = registry.for_model(MODELS[party.kind])
        if description is not None:
            announce(description, [party.pk], by=by, via=via)
    outbox.publish(*(PartyChanged(party_id=key, by_id=by.pk, fields=(what,)) for key in each))


def confirm_summary(party_id: UUID, values: Mapping[str, Any], *, on: dt.date) -> None:
    """What is checked on a part is checked on the party, too, where its row shows the same (column → value)."""
    party = Party.objects.get(pk=party_id)
    same = [name for name, value in values.items() if value and getattr(party, name) == value]
    if not same:
        return
    for name in same:
        party.origins = confirmed(party.origins, name, on=on)
    party.save(update_fields=("origins",))


def companies_above(organisation_id: UUID | None) -> list[UUID]:
    """The organisation itself and those above it, upwards."""
    found: list[UUID] = []
    while organisation_id is not None and organisation_id not in found and len(found) < FURTHEST:
        found.append(organisation_id)
        organisation_id = Party.objects.filter(pk=organisation_id).values_list("parent_id", flat=True).first()
    return found
