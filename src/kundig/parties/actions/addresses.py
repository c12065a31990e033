"""Postal addresses of a party."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions.parts import assign, confirm_summary, touched, validated
from kundig.parties.enums import AddressKind, PartyKind
from kundig.parties.models import Address, Party
from kundig.parties.rules.places import CHECKED, is_postal_code_of
from kundig.platform.composed import composed_once
from kundig.records.events import Via

PARTS = ("street", "postal_code", "city", "region", "country")


def add_address(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Address:
    """A new address out of its fields, `party` among them.

    Raises:
        ValidationError: if it is empty or its postal code is none of its country.
    """
    address = Address()
    assign(address, values)
    return _saved(address, by=by, via=via)


def change_address(address: Address, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Address:
    """Set fields of an address; raises like `add_address`."""
    assign(address, values)
    with transaction.atomic():
        saved = _saved(address, by=by, via=via)
        if values.get("confirmed_on"):
            shown = {part: getattr(address, part) for part in PARTS}
            confirm_summary(address.party_id, shown, on=values["confirmed_on"])
    return saved


def delete_address(address: Address, *, by: User, via: Via = Via.HAND) -> None:
    with transaction.atomic():
        party = address.party
        address.delete()
        touched([party], "addresses", by=by, via=via)


def confirm_address(address: Address, *, by: User) -> Address:
    """Note that somebody checked today that the address is right."""
    return change_address(address, {"confirmed_on": timezone.localdate()}, by=by)


def set_main_address(party: Party, parts: Mapping[str, str], *, note: str = "") -> bool:
    """Set parts of the party's main address; if nothing is left of it, it goes. Answers whether it went.

    Part of a change of the party: neither refreshes the summary nor tells anybody.
    """
    main = next(iter(_main(party=party.pk, on=timezone.localdate())), None)
    address = main or _first(party, note=note)
    if assign(address, parts):
        address.confirmed_on = None  # what was confirmed is not what stands there now
    if any(getattr(address, part) for part in PARTS):
        address.save()
        return False
    if main is not None:
        main.delete()
    return main is not None


def add_main_address(party: Party, *, note: str = "") -> None:
    """The address of a new party, which has none yet."""
    address = _first(party, note=note)
    if assign(address, {part: getattr(party, part) for part in PARTS}):
        address.save(force_insert=True)


def _first(party: Party, *, note: str) -> Address:
    kind = AddressKind.PRIVATE if party.kind == PartyKind.HOUSEHOLD else AddressKind.VISIT
    return Address(party=party, kind=kind, is_main=True, source=note)


def check_postal_code(*, country: str, postal_code: str, via: Via) -> None:
    """Raises ValidationError if somebody types a postal code that the country's post does not know.

    Imported lists are taken as they are: what is wrong in them is at least kept.
    """
    if via not in (Via.IMPORT, Via.MERGE) and country in CHECKED and not is_postal_code_of(country, postal_code):
        digits = 5 if country == "DE" else 4
        message = _("“%(code)s” is not a postal code of this country; it has %(digits)d digits.")
        raise ValidationError({"postal_code": message % {"code": postal_code[:20], "digits": digits}})


@composed_once
def _main(*, party: UUID, on: dt.date) -> QuerySet[Address]:
    return Address.objects.filter(party=party).in_use(on=on).order_by("-is_main", "created_at", "id")[:1]


def _saved(address: Address, *, by: User, via: Via) -> Address:
    if not any(getattr(address, part) for part in (*PARTS, "extra")):
        raise ValidationError({"city": _("An address needs at least a town.")})
    check_postal_code(country=address.country, postal_code=address.postal_code, via=via)
    with transaction.atomic():
        validated(address)
        if address.is_main:
            others = Address.objects.filter(party_id=address.party_id, is_main=True).exclude(pk=address.pk)
            others.update(is_main=False)
        address.save()
        touched([address.party], "addresses", by=by, via=via)
    return address
