"""Which ways of signing in the house allows, and the link that lets one in when nothing else does."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import keeping_a_way_in, require_administrator
from kundig.accounts.models import AccessRole, SignInRules, User
from kundig.accounts.queries import forget_rules


class _EntryLinks(PasswordResetTokenGenerator):
    """Works once: signing in changes `last_login`, which is part of it. Lasts as long as a link for a password."""

    key_salt = "kundig.accounts.entry_link"


entry_links = _EntryLinks()


def change_rules(
    *, passwords: bool, passkeys: bool, second_factor_roles: Iterable[AccessRole], by: User | None
) -> None:
    """Raises ValidationError if no way is left, or none by which an administrator can come in."""
    require_administrator(by)
    try:
        with keeping_a_way_in():
            rules, _created = SignInRules.objects.get_or_create(pk=SignInRules.THE_ONE)
            rules.passwords, rules.passkeys = passwords, passkeys
            rules.save()
            rules.second_factor_roles.set(second_factor_roles)
    finally:
        forget_rules()


def make_entry_link(user: User, *, by: User | None) -> str:
    """Path of a page that lets `user` in once, without a password.

    Raises:
        ValidationError: for somebody who is deactivated.
    """
    require_administrator(by)
    if not user.is_active:
        raise ValidationError(_("This account is deactivated."))
    key = entry_links.make_token(user)
    return reverse("entry_link", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
