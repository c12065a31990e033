"""People who work here, their teams and roles; and the company whose house this is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import ProhibitNullCharactersValidator
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.accounts.enums import Action, Country, Density, FieldRight, Language, Scope, Theme
from kundig.accounts.reach import Reach
from kundig.accounts.rules import NO_ACCESS, Access, access_from
from kundig.platform.ids import uuid7
from kundig.platform.prepared import prepared_cursor

NO_NUL = ProhibitNullCharactersValidator()  # PostgreSQL cannot store it and would fail


class Row(models.Model):
    """What every row of this domain has."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class Team(Row):
    name = models.CharField(_("name"), max_length=80, validators=[NO_NUL])

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("name",)
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_unique")]

    def __str__(self) -> str:
        return self.name


ROLE_NAMES = {
    "Administration": _("Administration"),
    "Sales": _("Sales"),
    "Service": _("Service"),
    "Marketing": _("Marketing"),
    "Read only": _("Read only"),
}


class AccessRole(Row):
    """A named bundle of grants. The built-in administrator's grants are fixed; all others can be changed."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80, validators=[NO_NUL])
    is_builtin = models.BooleanField(default=False, editable=False)
    assistants_write = models.BooleanField(_("assistants write directly"), default=False)
    """Whether what assistants of its people change holds at once, or is a proposal that is decided first."""

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name for people; a built-in role that nobody renamed is called in the reader's language."""
        return str(ROLE_NAMES.get(self.name, self.name)) if self.is_builtin else self.name


class Grant(models.Model):
    """How far one role may do one thing with one kind of object; `object` is a description's name or `*`.

    Beyond its scope it reaches the records for which `condition` holds, if one is given (`kundig.records.conditions`).
    """

    role = models.ForeignKey(AccessRole, on_delete=models.CASCADE, related_name="grants")
    object = models.CharField(max_length=60)
    action = models.CharField(max_length=12, choices=Action.choices)
    scope = models.SmallIntegerField(choices=Scope.choices)
    condition = models.TextField(blank=True, default="", validators=[NO_NUL])

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("role", "object", "action"), name="grant_once"),
            models.CheckConstraint(condition=~Q(object__contains="|"), name="grant_object_is_a_name"),
            models.CheckConstraint(condition=Q(action__in=Action.values), name="grant_action_known"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="grant_scope_known"),
            models.CheckConstraint(
                condition=Q(condition="") | ~Q(object="*"), name="grant_condition_is_about_one_object"
            ),
        ]


class FieldGrant(models.Model):
    """That one role sees a field of an object not at all, or only reads it; any other goes with its object."""

    role = models.ForeignKey(AccessRole, on_delete=models.CASCADE, related_name="field_grants")
    object = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    right = models.SmallIntegerField(choices=FieldRight.choices)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("role", "object", "field"), name="field_grant_once"),
            models.CheckConstraint(
                condition=~Q(object__contains="|") & ~Q(field__contains="|"), name="field_grant_names_are_names"
            ),
            models.CheckConstraint(condition=Q(right__in=FieldRight.values), name="field_grant_right_known"),
        ]


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(email=(username or "").strip().lower())
        return user

    def with_access(self, user_id: UUID) -> User | None:
        """The active user with teams, grants and those they stand in for today, in one statement; None when gone or
        deactivated."""
        return self._load(user_id, **_BY_ID)

    def with_access_by_token(self, digest: str) -> User | None:
        """The same by the hash of an API token that opens something; `user.token` is that token's (id, last used)."""
        return self._load(digest, **_BY_TOKEN)

    def _load(self, key: UUID | str, *, token: str, by: str) -> User | None:
        # Written out, because composing this through the ORM costs ten times the CPU of running it, on every request.
        with prepared_cursor() as cursor:
            statement = _STATEMENT.format(token=token, by=by, columns=_user_columns())
            cursor.execute(statement, {"key": key, "today": timezone.localdate()})
            row = cursor.fetchone()
        if row is None:
            return None
        return self._made(row)

    def beside(
        self, table: str, columns: Sequence[str], *, where: str, params: Mapping[str, Any]
    ) -> tuple[Sequence[Any], User | None] | None:
        """These columns of a row of `table`, and the active user whom it names with access, in one statement; `where`
        calls the table `beside`."""
        told = ", ".join(f'beside."{column}"' for column in columns)
        by = f'RIGHT JOIN "{table}" AS beside ON person.id = beside.user_id AND person.is_active WHERE {where}'
        statement = _STATEMENT.format(**_NO_TOKEN, columns=f"{told}, {_user_columns()}", by=by)
        with prepared_cursor() as cursor:
            cursor.execute(statement, {**params, "today": timezone.localdate()})
            row = cursor.fetchone()
        if row is None:
            return None
        own = row[_BEFORE : _BEFORE + len(columns)]
        person = row[_BEFORE + len(columns) :]
        is_there = person[_user_names().index("id")] is not None
        return own, self._made((*row[:_BEFORE], *person)) if is_there else None

    def everybody_with_access(self) -> list[User]:
        """All active users by name, each with access, in one statement."""
        statement = _STATEMENT.format(**_EVERYBODY, columns=_user_columns())
        with connection.cursor() as cursor:
            cursor.execute(statement, {"today": timezone.localdate()})
            return [self._made(row) for row in cursor.fetchall()]

    def some_with_access(self, user_ids: Iterable[UUID]) -> list[User]:
        """Those of these users who are active, each with access, in one statement."""
        statement = _STATEMENT.format(**_SOME, columns=_user_columns())
        with connection.cursor() as cursor:
            cursor.execute(statement, {"keys": list(user_ids), "today": timezone.localdate()})
            return [self._made(row) for row in cursor.fetchall()]

    def _made(self, row: Sequence[Any]) -> User:
        user: User = User.from_db(self.db, _user_names(), row[_BEFORE:])
        reach = None if row[6] is None else Reach(frozenset(row[6]))
        user.access = access_from(
            user_id=user.pk, lines=row[0], fields=row[1], team_ids=row[2], reach=reach, absent=row[3]
        )
        user.token = None if row[4] is None else (row[4], row[5])
        return user


_RIGHTS = """
    ARRAY(SELECT concat_ws('|', grant_.role_id, grant_.object, grant_.action, grant_.scope, grant_.condition)
          FROM accounts_grant AS grant_ JOIN accounts_roleholding AS held USING (role_id)
          WHERE held.user_id = {person}.id AND {held_today} ORDER BY grant_.id),
    ARRAY(SELECT concat_ws('|', grant_.role_id, grant_.object, grant_.field, grant_.right)
          FROM accounts_fieldgrant AS grant_ JOIN accounts_roleholding AS held USING (role_id)
          WHERE held.user_id = {person}.id AND {held_today} ORDER BY grant_.id),
    ARRAY(SELECT team_id FROM accounts_membership WHERE user_id = {person}.id ORDER BY id)"""
_HELD_TODAY = """(held.valid_from IS NULL OR held.valid_from <= %(today)s)
              AND (held.valid_until IS NULL OR held.valid_until >= %(today)s)"""
_STATEMENT = f"""
    SELECT {_RIGHTS.format(person="person", held_today=_HELD_TODAY)},
           (SELECT json_agg(json_build_array(absent.id, absent.name, since.ends_on,
                   {_RIGHTS.format(person="absent", held_today=_HELD_TODAY)}) ORDER BY since.id)
            FROM accounts_deputyship AS since JOIN accounts_user AS absent ON absent.id = since.user_id
            WHERE since.deputy_id = person.id AND absent.is_active
                  AND since.starts_on <= %(today)s AND since.ends_on >= %(today)s),
           {{token}}, {{columns}}
    FROM accounts_user AS person {{by}}"""  # noqa: S608 - put together of our own words
_BEFORE = 7
"""Columns of the statement before those of the user."""
_NO_TOKEN = {"token": "NULL, NULL, NULL"}
_BY_ID = {**_NO_TOKEN, "by": "WHERE person.id = %(key)s AND person.is_active"}
_SOME = {**_NO_TOKEN, "by": "WHERE person.is_active AND person.id = ANY(%(keys)s)"}
_EVERYBODY = {**_NO_TOKEN, "by": "WHERE person.is_active ORDER BY person.name, person.id"}
_BY_TOKEN = {
    "token": "token.id, token.last_used_on, token.scopes",
    "by": """JOIN accounts_apitoken AS token ON token.user_id = person.id
             WHERE token.digest = %(key)s AND token.revoked_at IS NULL AND token.expires_on >= %(today)s
                   AND person.is_active""",
}


@cache
def _user_names() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


@cache
def _user_columns() -> str:
    return ", ".join(f'person."{field.column}"' for field in User._meta.concrete_fields)


class User(AbstractBaseUser):
    """Someone who signs in. Never deleted once they acted: deactivated instead, so that history keeps its names."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)
    email = models.EmailField(_("email address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, validators=[NO_NUL])
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.DE)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme.choices, blank=True, default=Theme.DEVICE)
    density = models.CharField(
        _("density"), max_length=10, choices=Density.choices, blank=True, default=Density.COMFORTABLE
    )
    is_shown = models.BooleanField(_("others see where I am"), default=True)
    """Whether others are told which record somebody looks at and what they edit; whoever is not shown is not told."""
    is_active = models.BooleanField(_("active"), default=True)
    roles = models.ManyToManyField(
        AccessRole, verbose_name=_("roles"), related_name="users", through="RoleHolding", blank=True
    )
    teams = models.ManyToManyField(
        Team, verbose_name=_("teams"), related_name="members", through="Membership", blank=True
    )

    token: tuple[UUID, date | None] | None = None

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("name", "id")
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def access(self) -> Access:
        """Teams and grants: there already for whoever is signed in, otherwise one query."""
        loaded = User.objects.with_access(self.pk)
        return loaded.access if loaded else NO_ACCESS

    @property
    def is_administrator(self) -> bool:
        return self.access.is_administrator


class Membership(Row):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(_("leads the team"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "team"), name="membership_once")]


class Company(models.Model):
    """Whose house this is: exactly one row."""

    THE_ONE = 1

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    name = models.CharField(_("company name"), max_length=160, validators=[NO_NUL])
    country = models.CharField(_("country"), max_length=2, choices=Country.choices, default=Country.DE)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.DE)
    timezone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        verbose_name = _("company")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="company_only_one")]

    def __str__(self) -> str:
        return self.name
