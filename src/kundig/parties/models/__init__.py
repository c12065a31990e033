"""Who we have or want a relation with, what belongs to them, and which of them may be one and the same."""

from kundig.parties.models.duplicates import Decision, DuplicatePair
from kundig.parties.models.parties import Household, Organisation, Party, Person, sort_index
from kundig.parties.models.parts import (
    Address,
    ContactPoint,
    ExternalKey,
    PartQuerySet,
    Role,
    RoleQuerySet,
    valid_on,
)
from kundig.parties.models.quality import QualityRule

__all__ = [
    "Address",
    "ContactPoint",
    "Decision",
    "DuplicatePair",
    "ExternalKey",
    "Household",
    "Organisation",
    "PartQuerySet",
    "Party",
    "Person",
    "QualityRule",
    "Role",
    "RoleQuerySet",
    "sort_index",
    "valid_on",
]
