"""The same descriptions with fewer fields: what is asked in a panel of a party's page, where the party is known."""

from kundig.parties.objects.parties import PersonDescription
from kundig.parties.objects.parts import AddressDescription, ContactPointDescription, RoleDescription

_PERIOD = "is_main valid_from valid_to"


class ContactPointForm(ContactPointDescription):
    form = f"kind value usage label {_PERIOD} source"


class AddressForm(AddressDescription):
    form = f"kind street extra postal_code city region country {_PERIOD} source"


class RoleForm(RoleDescription):
    """Of a role that exists: who and where stay as they are."""

    form = f"function department kind {_PERIOD}"


class RoleOfSomebody(RoleDescription):
    """Somebody we know becomes something here."""

    form = f"person {RoleForm.form}"


class RoleSomewhere(RoleDescription):
    """This person becomes something somewhere."""

    form = f"party {RoleForm.form}"


class ContactPersonForm(PersonDescription):
    form = "salutation academic_title first_name family_name function phone mobile mail"


class MemberForm(PersonDescription):
    form = "salutation academic_title first_name family_name phone mobile mail"
