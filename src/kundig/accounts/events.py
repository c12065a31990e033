"""What happens to people's rights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RoleChanged:
    """What a role grants was changed, or who has it; `user_id` is that person, empty where it is about the role."""

    role_id: str
    user_id: str
    by_id: str


@dataclass(frozen=True)
class DeputyNamed:
    """Somebody stands in for somebody else, for a time."""

    deputyship_id: str
    user_id: str
    deputy_id: str
    by_id: str


@dataclass(frozen=True)
class DeputyshipEnded:
    """It was taken back or cut short; that its last day passed is no event."""

    deputyship_id: str
    user_id: str
    deputy_id: str
    by_id: str
