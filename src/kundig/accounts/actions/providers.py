"""Identity providers, and the people who come from there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import keeping_a_way_in, require_administrator
from kundig.accounts.actions.roles import assign_role, find_role
from kundig.accounts.actions.users import add_user
from kundig.accounts.enums import ProviderKind
from kundig.accounts.models import Identity, IdentityProvider, User
from kundig.accounts.protocol import NotProven, Visitor


def new_provider(kind: str, *, provider_id: UUID | None = None) -> IdentityProvider:
    """One that is not kept yet; it has its number already, since our addresses are entered there before anything here.
    A SAML provider is one's own: its addresses count as checked unless the house says otherwise."""
    provider = IdentityProvider(kind=kind, vouches_for_mail=kind == ProviderKind.SAML)
    if provider_id is not None and not IdentityProvider.objects.filter(pk=provider_id).exists():
        provider.pk = provider_id
    return provider


def save_provider(
    provider: IdentityProvider, *, values: dict[str, Any], facts: dict[str, Any], secret: str | None, by: User | None
) -> None:
    """Keep what administrators have entered; `secret=None` leaves the one that is there.

    Raises:
        ValidationError: by field, or if no administrator could sign in any more.
    """
    require_administrator(by)
    for name, value in values.items():
        setattr(provider, name, value)
    provider.facts = facts
    if secret is not None:
        provider.secret = secret
    errors: dict[str, list[str]] = {}
    if provider.adds_users and provider.default_role is None:
        errors["default_role"] = [_("Choose the role that new people get.")]
    for role in dict.fromkeys(role for _group, role in provider.role_by_group):
        try:
            find_role(role)
        except ValidationError as error:
            errors["role_by_group"] = error.messages
    try:
        provider.full_clean(exclude=set(errors))
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)
    with keeping_a_way_in():
        provider.save()


def renew_facts(provider: IdentityProvider, *, facts: dict[str, Any], metadata: str) -> bool:
    """Keep what the provider says about itself today; False if it calls itself otherwise than it did: then somebody
    must look at it."""
    if facts["entity_id"] != provider.facts.get("entity_id"):
        return False
    provider.facts, provider.metadata = facts, metadata
    provider.save(update_fields=["facts", "metadata"])
    return True


def remove_provider(provider: IdentityProvider, *, by: User | None) -> None:
    """Raises ValidationError if no administrator could sign in any more."""
    require_administrator(by)
    with keeping_a_way_in():
        provider.delete()


@transaction.atomic
def welcome(provider: IdentityProvider, visitor: Visitor) -> User:
    """Who the visitor is here: known from before, or by the mail address the provider vouches for, or new.

    Raises:
        NotProven: if it is nobody who may come in, saying whom to ask.
    """
    if not visitor.subject:
        raise NotProven(_("%(provider)s does not say who you are.") % {"provider": provider.name})
    known = Identity.objects.select_related("user").filter(provider=provider, subject=visitor.subject).first()
    user = known.user if known else _by_mail(provider, visitor)
    if not user.is_active:
        raise NotProven(_("This account is deactivated. Ask an administrator."))
    if known is None:
        Identity.objects.get_or_create(provider=provider, subject=visitor.subject, defaults={"user": user})
    _give_role(provider, visitor, user)
    return user


def _by_mail(provider: IdentityProvider, visitor: Visitor) -> User:
    if not visitor.email:
        raise NotProven(
            _("%(provider)s does not vouch for your mail address, so we do not know who you are here.")
            % {"provider": provider.name}
        )
    user = User.objects.filter(email=visitor.email).first()
    if user is not None:
        return user
    if not provider.adds_users or provider.default_role is None:
        raise NotProven(
            _("Nobody here has the address %(email)s. Ask an administrator to add you.") % {"email": visitor.email}
        )
    role = _role_of(provider, visitor) or provider.default_role.key
    try:
        return add_user(
            email=visitor.email, name=visitor.name or visitor.email.partition("@")[0], password=None, role=role, by=None
        )
    except ValidationError as error:
        raise NotProven(" ".join(error.messages)) from error


def _role_of(provider: IdentityProvider, visitor: Visitor) -> str:
    """The role of the first entry whose group the visitor is in; entries stand in the order of their weight."""
    return next((role for group, role in provider.role_by_group if group in visitor.groups), "")


def _give_role(provider: IdentityProvider, visitor: Visitor, user: User) -> None:
    role = _role_of(provider, visitor)
    if not role or [held.role.key for held in user.holdings.select_related("role")] == [role]:
        return
    try:
        assign_role(user, role=role, by=None)
    except ValidationError:
        return  # The last administrator stays one, whatever their groups say.
