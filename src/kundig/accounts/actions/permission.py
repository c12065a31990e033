"""Who may change people and rights, and the rule that somebody always can."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import AccessRole, RoleHolding, SignInRules, User
from kundig.accounts.rules import ADMINISTRATOR


def require_administrator(by: User | None) -> None:
    """Raises PermissionDenied unless `by` administers the house; the house itself (None) may."""
    if by is not None and not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may change users, teams, roles and settings."))


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """One transaction after which an active administrator is left, and stays one: not for a time only.

    Raises:
        ValidationError: if none would be; nothing is changed then.
    """
    with transaction.atomic():
        # Two administrators who remove each other at the same moment: the second waits here and then sees the first.
        list(AccessRole.objects.select_for_update().filter(key=ADMINISTRATOR))
        yield
        if not RoleHolding.objects.filter(
            user__is_active=True, role__key=ADMINISTRATOR, valid_from=None, valid_until=None
        ).exists():
            raise ValidationError(
                _("This is the last administrator. Make somebody else administrator first."), code="last_administrator"
            )
        _check_way_in()


@contextmanager
def keeping_a_way_in() -> Iterator[None]:
    """One transaction after which an administrator can still sign in.

    Raises:
        ValidationError: if none could; nothing is changed then.
    """
    with transaction.atomic():
        list(AccessRole.objects.select_for_update().filter(key=ADMINISTRATOR))
        yield
        _check_way_in()


def _check_way_in() -> None:
    if not _a_way_in_is_left():
        raise ValidationError(
            _("Then no administrator could sign in any more: one of them must first have signed in another way."),
            code="no_way_in",
        )


def _a_way_in_is_left() -> bool:
    """Whether some administrator has what the house lets people in with."""
    rules = SignInRules.objects.filter(pk=SignInRules.THE_ONE).first()
    if rules is None or rules.passwords:
        return True
    administrators = User.objects.active().filter(roles__key=ADMINISTRATOR)
    by_passkey = rules.passkeys and administrators.filter(authenticator__type=Authenticator.Type.WEBAUTHN).exists()
    return by_passkey or administrators.filter(identities__provider__is_active=True).exists()
