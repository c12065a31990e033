"""What happens to parties; ids only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PartyCreated:
    party_id: UUID
    by_id: UUID


@dataclass(frozen=True)
class PartyChanged:
    """`fields` are names of columns of the party; "contact_points", "addresses" and "roles" stand for its parts."""

    party_id: UUID
    by_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PartyDeleted:
    party_id: UUID
    by_id: UUID


@dataclass(frozen=True)
class PartiesMerged:
    """`gone_id` became `party_id`; everything that pointed there points here. `PartyDeleted` is told of it as well."""

    party_id: UUID
    gone_id: UUID
    by_id: UUID


@dataclass(frozen=True)
class RoleBegun:
    """A person became something at an organisation or in a household (`party_id`)."""

    role_id: UUID
    person_id: UUID
    party_id: UUID
    by_id: UUID


@dataclass(frozen=True)
class RoleEnded:
    role_id: UUID
    person_id: UUID
    party_id: UUID
    by_id: UUID


@dataclass(frozen=True)
class ValueDoubted:
    """Something speaks against a value of a party: a mail that came back, a signature that says otherwise."""

    party_id: UUID
    field: str
    why: str
