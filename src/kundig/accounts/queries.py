"""Questions about people and their rights."""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kundig.accounts.addresses import client_address
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import ApiToken, Company, IdentityProvider, Letterhead, SetupLink, SignInRules, User
from kundig.accounts.reach import Reach, Verb, scope_name, verb_for
from kundig.accounts.rules import ADMINISTRATOR, EVERY_OBJECT, NO_ACCESS, Access, RoleRights, forget_access, turn

__all__ = [
    "EVERY_OBJECT",
    "NO_ACCESS",
    "Access",
    "Factors",
    "Reach",
    "RoleRights",
    "Rules",
    "Verb",
    "access_of",
    "administrators",
    "client_address",
    "company",
    "factors_of",
    "forget_access",
    "forget_company",
    "forget_rules",
    "has_passkeys",
    "house",
    "is_setup_token",
    "letterhead",
    "needs_setup",
    "owes_second_factor",
    "providers",
    "scope_name",
    "sign_in_rules",
    "turn",
    "user_for_token",
    "verb_for",
    "why_token_is_refused",
]

COMPANY_TTL_SECONDS = 10.0
_company: tuple[float, Company] | None = None
_rules: tuple[float, Rules] | None = None


def access_of(user: User | AnonymousUser | Any) -> Access:
    """What the user may do; nothing for anyone who is not signed in."""
    return user.access if isinstance(user, User) or hasattr(user, "access") else NO_ACCESS


def house() -> User:
    """Nobody in particular, with all rights, for the command line: who may start commands may do everything."""
    user = User(pk=None, name="Kundig")
    everything = {(EVERY_OBJECT, str(action)): Scope.ALL for action in Action}
    user.access = Access(user_id=None, roles=(RoleRights("", everything),))
    return user


def administrators() -> list[User]:
    """Those who administer the house today, with their rights."""
    holders = User.objects.active().filter(roles__key=ADMINISTRATOR).order_by("id").distinct()
    found = [User.objects.with_access(pk) for pk in holders.values_list("pk", flat=True)]
    return [user for user in found if user is not None and user.is_administrator]


def company() -> Company:
    """The company's settings, kept per process for a few seconds; unsaved defaults before the first run."""
    global _company
    now = time.monotonic()
    if _company is None or now - _company[0] > COMPANY_TTL_SECONDS:
        found = Company.objects.filter(pk=Company.THE_ONE).first()
        _company = (now, found or Company(name=""))
    return _company[1]


def forget_company() -> None:
    """Read the settings anew at the next question: after a change, and between tests."""
    global _company
    _company = None


def letterhead() -> Letterhead:
    """What stands on the house's paper; unsaved, with the company's name alone, until somebody fills it in."""
    found = Letterhead.objects.select_related("logo").filter(pk=Company.THE_ONE).first() or Letterhead()
    found.name = found.name or company().name
    return found


def user_for_token(text: str) -> User | None:
    """The active user a token belongs to, with access, in one statement; `user.token` = (id, day of last use)."""
    return User.objects.with_access_by_token(sha256(text.encode()).hexdigest())


def why_token_is_refused(text: str) -> str:
    """What is wrong with a token that `user_for_token` does not know; asked only when one is refused."""
    token = ApiToken.objects.select_related("user").filter(digest=sha256(text.encode()).hexdigest()).first()
    if token is None:
        return _("This token is not known.")
    day = date_format(token.expires_on, "SHORT_DATE_FORMAT")
    if token.revoked_at is not None:
        return _("This token was taken back.")
    if token.is_over:
        return _("This token worked until %(day)s. Make a new one in the settings.") % {"day": day}
    return _("The user of this token is not active.")


@dataclass(frozen=True)
class Factors:
    """What somebody signs in with besides a password."""

    totp: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        return self.totp is not None or bool(self.passkeys)


def factors_of(user: User) -> Factors:
    """In one statement."""
    found = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    kinds = Authenticator.Type
    codes = next((factor for factor in found if factor.type == kinds.RECOVERY_CODES), None)
    return Factors(
        totp=next((factor for factor in found if factor.type == kinds.TOTP), None),
        passkeys=tuple(factor for factor in found if factor.type == kinds.WEBAUTHN),
        codes_left=app_settings.RECOVERY_CODE_COUNT - codes.data["used_mask"].bit_count() if codes else 0,
    )


@dataclass(frozen=True)
class Rules:
    """Which ways of signing in there are, and whose role asks for a second factor."""

    passwords: bool = True
    passkeys: bool = True
    second_factor_roles: frozenset[UUID] = frozenset()


def sign_in_rules() -> Rules:
    """The rules of the house, kept per process for a few seconds."""
    global _rules
    now = time.monotonic()
    if _rules is None or now - _rules[0] > COMPANY_TTL_SECONDS:
        row = SignInRules.objects.filter(pk=SignInRules.THE_ONE).first()
        roles = frozenset(row.second_factor_roles.values_list("pk", flat=True)) if row else frozenset()
        _rules = (now, Rules(row.passwords, row.passkeys, roles) if row else Rules())
    return _rules[1]


def forget_rules() -> None:
    global _rules
    _rules = None


def owes_second_factor(user: User) -> bool:
    """Whether the house asks a second factor of somebody who has none yet."""
    asked = sign_in_rules().second_factor_roles
    return bool(asked) and user.roles.filter(pk__in=asked).exists() and not factors_of(user).any


def providers() -> list[IdentityProvider]:
    """Those by which one can sign in."""
    return list(IdentityProvider.objects.filter(is_active=True))


def has_passkeys() -> bool:
    """Whether the house allows passkeys and anybody has one, so that it is worth offering."""
    return sign_in_rules().passkeys and Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def is_setup_token(text: str) -> bool:
    """Whether `/setup/<text>/` opens the first run: the link exists and the house has no user yet."""
    return SetupLink.objects.filter(digest=sha256(text.encode()).hexdigest()).exists() and needs_setup()


def needs_setup() -> bool:
    """True until the first user exists."""
    return not User.objects.exists()
