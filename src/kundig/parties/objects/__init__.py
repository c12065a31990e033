"""Descriptions of parties and their parts."""

from kundig.parties.objects.parties import HouseholdDescription, OrganisationDescription, PersonDescription
from kundig.parties.objects.parts import AddressDescription, ContactPointDescription, RoleDescription

DESCRIPTIONS = (
    OrganisationDescription,
    PersonDescription,
    HouseholdDescription,
    AddressDescription,
    ContactPointDescription,
    RoleDescription,
)

__all__ = [
    "DESCRIPTIONS",
    "AddressDescription",
    "ContactPointDescription",
    "HouseholdDescription",
    "OrganisationDescription",
    "PersonDescription",
    "RoleDescription",
]
