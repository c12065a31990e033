"""Roles and what they may do."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import keeping_an_administrator, require_administrator
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.events import RoleChanged
from kundig.accounts.models import AccessRole, FieldGrant, Grant, RoleHolding, User
from kundig.accounts.rules import ADMINISTRATOR, BUILTIN_ROLES, EVERY_OBJECT
from kundig.platform import outbox


def ensure_roles() -> None:
    """Create the built-in roles that are missing; a role that exists keeps the grants it has."""
    if not _has_builtin_roles(AccessRole.objects.values_list("key", flat=True)):
        _create_missing_roles()


def _has_builtin_roles(keys: Iterable[str]) -> bool:
    return BUILTIN_ROLES.keys() <= set(keys)


@transaction.atomic
def _create_missing_roles() -> None:
    for key, (name, scopes) in BUILTIN_ROLES.items():
        role, created = AccessRole.objects.get_or_create(key=key, defaults={"name": name, "is_builtin": True})
        if created:
            Grant.objects.bulk_create(
                Grant(role=role, object=EVERY_OBJECT, action=action, scope=scope)
                for action, scope in zip(Action, scopes, strict=True)
            )


def find_role(key: str) -> AccessRole:
    """The role with this key.

    Raises:
        ValidationError: naming the roles there are.
    """
    if not key:
        raise ValidationError({"role": _("Please choose a role.")})
    roles = {role.key: role for role in AccessRole.objects.all()}
    if not _has_builtin_roles(roles):
        _create_missing_roles()
        roles = {role.key: role for role in AccessRole.objects.all()}
    if key not in roles:
        known = ", ".join(roles)
        raise ValidationError(
            {"role": _("There is no role “%(key)s”. There are: %(known)s.") % {"key": key, "known": known}}
        )
    return roles[key]


def assign_role(user: User, *, role: str, by: User | None) -> None:
    """Give `user` exactly this role (by key) instead of those they had."""
    require_administrator(by)
    with keeping_an_administrator():
        found = find_role(role)
        user.holdings.all().delete()
        RoleHolding.objects.create(user=user, role=found)


@transaction.atomic
def add_role(*, name: str, like: AccessRole, by: User | None) -> AccessRole:
    """A new role with the grants of another, which are then changed. It never administers."""
    require_administrator(by)
    role = AccessRole(key=_free_key(name), name=name.strip())
    role.full_clean()
    role.save()
    Grant.objects.bulk_create(
        Grant(role=role, object=grant.object, action=grant.action, scope=grant.scope, condition=grant.condition)
        for grant in like.grants.exclude(action=Action.ADMINISTER)
    )
    FieldGrant.objects.bulk_create(
        FieldGrant(role=role, object=grant.object, field=grant.field, right=grant.right)
        for grant in like.field_grants.all()
    )
    return role


def rename_role(role: AccessRole, *, name: str, by: User | None) -> None:
    require_administrator(by)
    role.name = name.strip()
    role.full_clean()
    role.save(update_fields=["name", "changed_at"])


def let_assistants_write(role: AccessRole, allowed: bool, *, by: User | None) -> None:
    """Whether assistants of people with this role change records at once, instead of proposing it."""
    require_administrator(by)
    role.assistants_write = allowed
    role.save(update_fields=["assistants_write", "changed_at"])


@transaction.atomic
def delete_role(role: AccessRole, *, by: User | None) -> None:
    """Only a role of one's own that nobody has.

    Raises:
        ValidationError: if it is built in or somebody has it.
    """
    require_administrator(by)
    if role.is_builtin:
        raise ValidationError(_("A built-in role stays. Its rights can be changed."))
    if role.users.exists():
        raise ValidationError(_("Some people still have this role. Give them another one first."))
    role.delete()


@transaction.atomic
def set_grants(
    role: AccessRole,
    *,
    scopes: Mapping[tuple[str, Action], Scope | None],
    conditions: Mapping[tuple[str, Action], str] | None = None,
    by: User | None,
) -> None:
    """Set how far the role may do what, by (object, action); None lets the row of every object (`*`) decide.

    Beside its scope a grant may reach the records of a condition, whose text whoever calls has checked; those that
    `conditions` does not name stay as they are.

    Raises:
        ValidationError: for the administrator, whose rights are fixed, and for the right to administer.
    """
    require_administrator(by)
    if role.key == ADMINISTRATOR:
        raise ValidationError(_("Administrators may do everything. That cannot be changed."))
    there = {(grant.object, grant.action): grant for grant in role.grants.all()}
    texts = {key: grant.condition for key, grant in there.items()} | dict(conditions or {})
    for (object_name, action), scope in scopes.items():
        if action == Action.ADMINISTER:
            raise ValidationError(_("Only the administrator's role administers the house."))
        condition = texts.get((object_name, action), "")
        if scope is None and not condition:
            role.grants.filter(object=object_name, action=action).delete()
            continue
        if scope is None:  # a grant with a condition says how far it reaches itself
            every = there.get((EVERY_OBJECT, action))
            scope = scopes.get((EVERY_OBJECT, action)) or Scope(every.scope if every else Scope.NONE)
        role.grants.update_or_create(
            object=object_name, action=action, defaults={"scope": scope, "condition": condition}
        )
    _published(role, by)


@transaction.atomic
def set_field_rights(role: AccessRole, *, rights: Mapping[tuple[str, str], FieldRight], by: User | None) -> None:
    """Set what the role may do with fields, by (object, field).

    Raises:
        ValidationError: for the administrator, whose rights are fixed.
    """
    require_administrator(by)
    if role.key == ADMINISTRATOR:
        raise ValidationError(_("Administrators may do everything. That cannot be changed."))
    for (object_name, name), right in rights.items():
        if right == FieldRight.WRITE:
            role.field_grants.filter(object=object_name, field=name).delete()
        else:
            role.field_grants.update_or_create(object=object_name, field=name, defaults={"right": right})
    _published(role, by)


@transaction.atomic
def drop_grants(object_name: str, *, by: User | None) -> None:
    """Forget what roles may do with an object that is there no more."""
    require_administrator(by)
    Grant.objects.filter(object=object_name).delete()
    FieldGrant.objects.filter(object=object_name).delete()


def _published(role: AccessRole, by: User | None) -> None:
    outbox.publish(RoleChanged(role_id=str(role.pk), user_id="", by_id=str(by.pk) if by is not None and by.pk else ""))


def _free_key(name: str) -> str:
    stem = slugify(name)[:36] or "role"
    taken = set(AccessRole.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if key not in taken)
