"""Creating, changing and deleting organisations, persons and households.

Called through `records.actions`, which check the right and bring search in step. Values are those of the columns;
`address` may stand for its five. The columns from `street` to `website`, `organisation` and `function` are summaries:
setting them sets the main address, contact point or role behind them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions import addresses, contact_points, roles
from kundig.parties.actions.contacts import CONTACT_COLUMNS, NewParty, contacts_of_new
from kundig.parties.actions.derive import complete, flat, own_name, tidy
from kundig.parties.actions.numbers import reserve_numbers
from kundig.parties.actions.origins import EVERYTHING, all_confirmed, confirmed, origin, with_origin
from kundig.parties.actions.parts import (
    assign,
    companies_above,
    find_by_people,
    houses_of,
    name_house_of,
    touched,
    validated,
)
from kundig.parties.actions.summaries import refresh_summaries
from kundig.parties.events import PartyChanged, PartyCreated, PartyDeleted
from kundig.parties.models import ExternalKey, Household, Organisation, Party, Person, Role
from kundig.parties.rules.companies import is_vat_id
from kundig.parties.rules.merging import FORMER_NUMBER
from kundig.platform import outbox
from kundig.records.events import Via

Kind = TypeVar("Kind", bound=Party)
ROLE_PARTS = frozenset({"organisation", "function"})
AS_THEY_ARE = frozenset({Via.IMPORT, Via.MERGE})
"""What somebody has not typed just now is taken as it is."""


def create_organisation(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND, note: str = "") -> Organisation:
    """A new organisation. Without a name it is an anonymous customer, known by its number.

    Raises:
        ValidationError: with a dict column → messages.
    """
    return _created(Organisation(), values, by=by, via=via, note=note)


def create_person(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND, note: str = "") -> Person:
    """A new person; its name is made from its parts. Raises like `create_organisation`."""
    return _created(Person(), values, by=by, via=via, note=note)


def create_party(party: Kind, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND, note: str = "") -> Kind:
    """A party of any kind out of one that has nothing yet. Raises like `create_organisation`."""
    return _created(party, values, by=by, via=via, note=note)


def create_household(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND, note: str = "") -> Household:
    """A new household. Raises like `create_organisation`."""
    return _created(Household(), values, by=by, via=via, note=note)


def change_party(party: Kind, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND, note: str = "") -> Kind:
    """Set columns of a party; values that are the same already change nothing. Raises like `create_organisation`."""
    apply_change(party, values, by=by, via=via, note=note)
    return party


def apply_change(party: Party, values: Mapping[str, Any], *, by: User, via: Via, note: str) -> list[str]:
    """`change_party`, answering the names of the columns that are different now."""
    changed = assign(party, tidy(party, flat(values)))
    if not changed:
        return []
    changed += complete(party, changed)
    _check(party, changed, via=via)
    party.origins = with_origin(party.origins, changed, via=via, note=note)
    with _writing(changed):
        _write_parts(party, changed, by=by, note=note)
        party.save(update_fields={*changed, "origins", "changed_at"})
        if "name" in changed and isinstance(party, Person):
            find_by_people(houses_of(party))
        if "name" in changed and isinstance(party, Organisation):
            name_house_of(party)
        outbox.publish(PartyChanged(party_id=party.pk, by_id=by.pk, fields=tuple(changed)))
    return changed


def delete_party(party: Party, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a party with its addresses, contact points and roles; persons and subsidiaries stay."""
    with transaction.atomic():
        key = party.pk
        persons = list(Role.objects.filter(party=party).values_list("person_id", flat=True))
        party.delete()
        refresh_summaries(persons)
        outbox.publish(PartyDeleted(party_id=key, by_id=by.pk))


def set_parent(
    organisation: Organisation, parent: Organisation | None, *, by: User, via: Via = Via.HAND
) -> Organisation:
    """Put an organisation under another one of its group, or on its own.

    Raises:
        ValidationError: if it would stand above itself.
    """
    return change_party(organisation, {"parent": parent}, by=by, via=via)


def confirm_value(party: Kind, field: str, *, by: User, on: dt.date | None = None) -> Kind:
    """Note that somebody checked that a value is right, and when (today)."""
    return _with_origins(party, confirmed(party.origins, field, on=on or timezone.localdate()), by=by)


def confirm_party(party: Kind, *, by: User, on: dt.date | None = None) -> Kind:
    """Note that somebody went through all values with the customer, and when (today)."""
    return _with_origins(party, all_confirmed(party.origins, on=on or timezone.localdate()), by=by)


def _with_origins(party: Kind, origins: dict[str, Any], *, by: User) -> Kind:
    party.origins = origins
    with transaction.atomic():
        party.save(update_fields=("origins", "changed_at"))
        touched([party], "origins", by=by, via=Via.HAND)
    return party


# -- inside ----------------------------------------------------------------------------------------------------------


def _created(party: Kind, values: Mapping[str, Any], *, by: User, via: Via, note: str) -> Kind:
    given = flat(values)
    changed = assign(party, tidy(party, given))
    _give_to(party, given, by=by)
    if not party.number and not own_name(party, changed):
        raise ValidationError({"name": _("Give a name, or at least the number of an anonymous customer.")})
    if not party.number:
        party.number = reserve_numbers(1)[0]
    changed += complete(party, [*changed, "number"])
    _check(party, changed, via=via)
    party.origins = {EVERYTHING: origin(via=via, note=note)}
    with _writing(changed):
        _bear(party)
        # The row first, its parts refer to it; the summaries stand on it already.
        party.save(force_insert=True)
        addresses.add_main_address(party, note=note)
        contact_points.add_main_values(party, changed, note=note)
        _write_role(party, changed, by=by)
        outbox.publish(PartyCreated(party_id=party.pk, by_id=by.pk))
    return party


def _writing(changed: Iterable[str]) -> transaction.Atomic:
    """A transaction, within that of `records.actions` as a rule: a savepoint of its own would cost as much as a write.
    Only a role may yet refuse what has been checked, after something was written."""
    return transaction.atomic(savepoint=not ROLE_PARTS.isdisjoint(changed))


def _bear(party: Party) -> None:
    """Give a new party what domains above know of it from the start."""
    new = NewParty(
        party.pk, party.kind, party.customer_class, party.lifecycle, party.organisation_id, party.country,
        party.owner_id,
    )  # fmt: skip
    for name, value in zip(CONTACT_COLUMNS, contacts_of_new([new])[party.pk], strict=True):
        setattr(party, name, value)


def _give_to(party: Party, values: Mapping[str, Any], *, by: User) -> None:
    """Who makes a party looks after it, unless somebody else is named: else its maker might not see it."""
    if "owner" not in values:
        party.owner = by
    if "team" not in values:
        party.team_id = next(iter(by.access.team_ids), None)


def _check(party: Party, changed: Iterable[str], *, via: Via) -> None:
    """Raises ValidationError with a dict column → messages for what is wrong in the changed columns."""
    names = set(changed)
    errors: dict[str, Any] = {}
    for check in (_check_fields, _check_number, _check_company, _check_place):
        try:
            check(party, names, via)
        except ValidationError as error:
            errors.update(error.message_dict)
    if errors:
        raise ValidationError(errors)


def _check_fields(party: Party, names: set[str], via: Via) -> None:
    validated(party, only=names)


def _check_number(party: Party, names: set[str], via: Via) -> None:
    if not party.number:
        raise ValidationError({"number": _("A customer always has a number; another one can be given.")})
    if "number" in names and Party.objects.filter(number=party.number).exclude(pk=party.pk).exists():
        message = _("The number %(number)s belongs to another customer.")
        raise ValidationError({"number": message % {"number": party.number}})
    if "number" in names:
        former = ExternalKey.objects.filter(system=FORMER_NUMBER, key=party.number).exclude(party_id=party.pk)
        if former.exists():
            message = _(
                "The number %(number)s belonged to a customer that was merged; it leads to the one that stayed."
            )
            raise ValidationError({"number": message % {"number": party.number}})


def _check_company(party: Party, names: set[str], via: Via) -> None:
    if "vat_id" in names and party.vat_id and via not in AS_THEY_ARE and not is_vat_id(party.vat_id):
        message = _("“%(vat_id)s” is not a VAT number. Write it like DE123456789.")
        raise ValidationError({"vat_id": message % {"vat_id": party.vat_id}})
    if "parent" in names and party.parent_id and party.pk in companies_above(party.parent_id):
        raise ValidationError({"parent": _("A company cannot stand above itself.")})


def _check_place(party: Party, names: set[str], via: Via) -> None:
    if names & {"postal_code", "country"}:
        addresses.check_postal_code(country=party.country, postal_code=party.postal_code, via=via)


def _write_parts(party: Party, changed: list[str], *, by: User, note: str) -> None:
    """Bring address, contact points and role in step with the changed summaries of a party that has been checked."""
    names = set(changed)
    place = {part: getattr(party, part) for part in addresses.PARTS if part in names}
    cleared = bool(place) and addresses.set_main_address(party, place, note=note)
    for name in contact_points.SUMMARISED:
        if name in names:
            contact_points.set_main_value(party, name, getattr(party, name), note=note)
            cleared = cleared or not getattr(party, name)
    _write_role(party, changed, by=by)
    if cleared or (isinstance(party, Person) and ROLE_PARTS & names and party.organisation_id is None):
        # The next one in line, if there is any, now stands for the one that went.
        refresh_summaries([party.pk])
        party.refresh_from_db(fields=[*addresses.PARTS, *contact_points.SUMMARISED, "organisation", "function"])


def _write_role(party: Party, changed: list[str], *, by: User) -> None:
    """Bring the main role of a person in step with the columns that show it."""
    if not isinstance(party, Person) or not ROLE_PARTS & set(changed):
        return
    at, function, before = party.organisation_id, party.function, houses_of(party)
    party.function = roles.set_main_role(party, organisation_id=at, function=function, by=by)
    if party.function != function:
        changed.append("function")
    find_by_people(before | houses_of(party))
