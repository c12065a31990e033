"""The tables of people, of what they may do, and of how they come in."""

from kundig.accounts.models.holding import Deputyship, RoleHolding
from kundig.accounts.models.keys import ApiToken, SetupLink
from kundig.accounts.models.letterhead import Letterhead
from kundig.accounts.models.people import (
    NO_NUL,
    AccessRole,
    Company,
    FieldGrant,
    Grant,
    Membership,
    Row,
    Team,
    User,
    UserManager,
    UserQuerySet,
)
from kundig.accounts.models.providers import (
    KEY_SEALED_FOR,
    HouseKey,
    Identity,
    IdentityProvider,
    PendingAnswer,
    SignInRules,
    SpentAssertion,
)
from kundig.accounts.models.signing import KnownDevice, OpenSession, SecurityEntry

__all__ = [
    "KEY_SEALED_FOR",
    "NO_NUL",
    "AccessRole",
    "ApiToken",
    "Company",
    "Deputyship",
    "FieldGrant",
    "Grant",
    "HouseKey",
    "Identity",
    "IdentityProvider",
    "KnownDevice",
    "Letterhead",
    "Membership",
    "OpenSession",
    "PendingAnswer",
    "RoleHolding",
    "Row",
    "SecurityEntry",
    "SetupLink",
    "SignInRules",
    "SpentAssertion",
    "Team",
    "User",
    "UserManager",
    "UserQuerySet",
]
