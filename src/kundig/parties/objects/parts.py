"""How the parts of a party are described; their rights are the party's."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Q

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties import actions
from kundig.parties.enums import ContactKind
from kundig.parties.models import Address, ContactPoint, Party, Role
from kundig.parties.objects.kinds import ContactValue
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.kinds import contacts
from kundig.records.rights import NOTHING


class PartDescription(Description):
    nav = False
    owner = team = None
    parent = "party"
    personal = True
    impersonal = "party"
    purpose = "customer_care"
    brought_back: ClassVar[Callable[..., None] | None] = actions.parts_brought_back
    same_as: ClassVar[Mapping[str, str | None]] = {}
    """Field of the party → kind of the parts that it is taken from, None if all of them."""

    def told_by(self, parent: Description, user: User, action: Action, *, prefix: str) -> Q:
        """What a field of the party keeps back is kept back here: the address, and the contact points of each kind."""
        withheld = self.withheld(parent, user, action)
        if not withheld:
            return Q()
        return NOTHING if None in withheld else ~Q(**{f"{prefix}kind__in": sorted(kind for kind in withheld if kind)})

    def tells(self, name: str, row: Mapping[str, Any]) -> bool:
        for told, kind in self.same_as.items():
            whole = registry.covering(Party)[0].composed.get(told)
            if (name == told or (whole and name in whole.sources(None))) and kind in (None, row.get("kind")):  # type: ignore[arg-type]
                return True
        return False

    def withheld(self, parent: Description, user: User, action: Action) -> set[str | None]:
        """The kinds of parts that `user` may not read, or not change; None among them stands for all."""
        allowed = parent.may_read if action in (Action.READ, Action.EXPORT) else parent.may_write
        return {kind for name, kind in self.same_as.items() if not allowed(user, parent.fields[name])}


class AddressDescription(PartDescription):
    model = Address
    name = "addresses"
    icon = "pin"
    title, subtitle = "city", "street"
    columns = "city party kind street postal_code country valid_to"
    filters = "kind country"
    form = (
        "party kind street extra postal_code city region country is_main do_not_use valid_from valid_to source "
        "confirmed_on"
    )
    kinds: ClassVar = {"country": contacts.Country()}
    same_as: ClassVar = {"address": None}
    create, change, delete = actions.add_address, actions.change_address, actions.delete_address


class ContactPointDescription(PartDescription):
    model = ContactPoint
    name = "contact-points"
    icon = "phone"
    title = "value"
    columns = "value party kind usage label valid_to"
    filters = "kind usage"
    form = "party kind value usage label is_main do_not_use valid_from valid_to source confirmed_on"
    read_only = "normalised"
    kinds: ClassVar = {"value": ContactValue()}
    same_as: ClassVar = {
        "phone": ContactKind.PHONE, "mobile": ContactKind.MOBILE, "mail": ContactKind.MAIL, "website": ContactKind.WEB,
    }  # fmt: skip
    create, change, delete = actions.add_contact_point, actions.change_contact_point, actions.delete_contact_point


class RoleDescription(PartDescription):
    model = Role
    name = "roles"
    icon = "users"
    title = "function"
    columns = "function person party kind department valid_from valid_to"
    filters = "kind"
    form = "person party kind function department is_main valid_from valid_to"
    impersonal = "party person"
    purpose = "business_contacts"
    create, change, delete = actions.add_role, actions.change_role, actions.delete_role
