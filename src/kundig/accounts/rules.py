"""Who may do what how far: pure arithmetic over grants, no database."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.reach import Reach

EVERY_OBJECT = "*"
ADMINISTRATOR = "administrator"
_READ = str(Action.READ)
_SHOWN_BY = frozenset(map(str, (Action.READ, Action.CREATE, Action.CHANGE)))

# What a small house expects on the first day, in the order of `Action`; all but the administrator can be changed.
_NO, _OWN, _TEAM, _ALL = Scope.NONE, Scope.OWN, Scope.TEAM, Scope.ALL
BUILTIN_ROLES: Mapping[str, tuple[str, tuple[Scope, ...]]] = {
    #                              read  create change delete export bulk  administer
    ADMINISTRATOR: ("Administration", (_ALL, _ALL, _ALL, _ALL, _ALL, _ALL, _ALL)),
    "sales": ("Sales", (_ALL, _ALL, _ALL, _OWN, _TEAM, _TEAM, _NO)),
    "service": ("Service", (_ALL, _ALL, _ALL, _NO, _NO, _NO, _NO)),
    "marketing": ("Marketing", (_ALL, _ALL, _ALL, _NO, _ALL, _ALL, _NO)),
    "reader": ("Read only", (_ALL, _NO, _NO, _NO, _NO, _NO, _NO)),
}


@dataclass(frozen=True)
class CountryHabits:
    currency: str
    timezone: str


COUNTRIES: Mapping[str, CountryHabits] = {
    "DE": CountryHabits("EUR", "Europe/Berlin"),
    "AT": CountryHabits("EUR", "Europe/Vienna"),
    "CH": CountryHabits("CHF", "Europe/Zurich"),
}


@dataclass(frozen=True)
class RoleRights:
    """What one role grants: `(object, action)` → scope and, beside it, the condition of further records; and object →
    field → right for fields that are not written by everybody who may write the record."""

    key: str
    """The role's id, as text."""
    grants: Mapping[tuple[str, str], Scope]
    conditions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, FieldRight]] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """All of it as one text; equal where the rights are."""
        fields = sorted((name, sorted(rights.items())) for name, rights in self.fields.items())
        return repr((self.key, sorted(self.grants.items()), sorted(self.conditions.items()), fields))

    @property
    def asks_who(self) -> bool:
        """Whether what somebody may read, make and change by it depends on who they are: what is theirs, their team's,
        or fulfils a condition."""
        return any(
            scope in (_OWN, _TEAM) for (_name, action), scope in self.grants.items() if action in _SHOWN_BY
        ) or any(action in _SHOWN_BY for _name, action in self.conditions)

    def scope(self, object_name: str, action: str) -> Scope:
        """A grant for the object overrides the one for every object (`*`); what is not named is not allowed."""
        found = self.grants.get((object_name, action))
        return self.grants.get((EVERY_OBJECT, action), Scope.NONE) if found is None else found


WHOLLY: Mapping[str, FieldRight] = {}
"""No field is kept back."""


@lru_cache(maxsize=512)
def roles_of_lines(lines: tuple[str, ...], fields: tuple[str, ...] = ()) -> tuple[RoleRights, ...]:
    """The rights of each role, from lines `role|object|action|scope|condition` and `role|object|field|right`.

    The lines come out of the query that loads the user; users share roles, so the result is kept.
    """
    grants: dict[str, dict[tuple[str, str], Scope]] = {}
    conditions: dict[str, dict[tuple[str, str], str]] = {}
    for line in lines:
        role, object_name, action, scope, *condition = line.split("|", 4)
        grants.setdefault(role, {})[object_name, action] = Scope(int(scope))
        if condition and condition[0]:
            conditions.setdefault(role, {})[object_name, action] = condition[0]
    rights: dict[str, dict[str, dict[str, FieldRight]]] = {}
    for line in fields:
        role, object_name, name, right = line.split("|")
        rights.setdefault(role, {}).setdefault(object_name, {})[name] = FieldRight(int(right))
    return tuple(
        RoleRights(role, granted, conditions.get(role, {}), rights.get(role, {})) for role, granted in grants.items()
    )


@dataclass(frozen=True)
class Access:
    """What one user may do. Of several roles the widest scope wins, and the widest right to a field.

    A deputy has the access of those they stand in for beside their own, each with their own records and teams; not the
    right to administer. Through a token nobody may more than its `reach` names.
    """

    user_id: UUID | None
    roles: tuple[RoleRights, ...] = ()
    team_ids: tuple[UUID, ...] = ()
    reach: Reach | None = None
    absent: tuple[Access, ...] = ()
    """The access of each person whom the user stands in for today."""
    name: str = ""
    until: date | None = None
    """Of such a person: what they are called, and the last day."""
    _scopes: dict[tuple[str, str], Scope] = field(default_factory=dict, compare=False, repr=False)
    _fields: dict[str, Mapping[str, FieldRight]] = field(default_factory=dict, compare=False, repr=False)
    worked_out: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What those who ask have made of it, for their next question: the access of one user is the same object in all
    requests, until it is another one or `forget_access`."""

    @property
    def fingerprint(self) -> str:
        """A short text that is another one once any of this is different; the same in every process."""
        told = (
            str(self.user_id),
            sorted(map(str, self.team_ids)),
            None if self.reach is None else sorted(self.reach.scopes),
            sorted(role.told for role in self.roles),
            [person.fingerprint for person in sorted(self.absent, key=lambda person: str(person.user_id))],
        )
        return sha256(repr(told).encode()).hexdigest()

    @property
    def alike(self) -> Hashable:
        """Equal for people who may read, make and change the very same, whoever they are; else nobody else's."""
        if self.absent or self.reach is not None or any(role.asks_who for role in self.roles):
            return self.user_id
        return tuple(sorted(role.told for role in self.roles))

    @property
    def holders(self) -> tuple[Access, ...]:
        """The user and everybody whom they stand in for."""
        return (self, *self.absent)

    def scope(self, object_name: str, action: Action) -> Scope:
        """How far `action` reaches for the object at the widest; what no role names is not allowed."""
        if not self.absent:
            return self.own_scope(object_name, action)
        if self.reach is not None and not self.reach.covers(object_name, action):
            return Scope.NONE
        return max(holder.own_scope(object_name, action) for holder in self.holders)

    def own_scope(self, object_name: str, action: Action) -> Scope:
        """The same of one's own roles alone."""
        key = (object_name, str(action))
        if (known := self._scopes.get(key)) is not None:
            return known
        widest = max((role.scope(*key) for role in self.roles), default=Scope.NONE)
        if self.reach is not None and not self.reach.covers(object_name, action):
            widest = Scope.NONE
        self._scopes[key] = widest
        return widest

    def conditions(self, object_name: str, action: Action) -> list[str]:
        """Conditions of the records that one's own roles reach beyond their scope."""
        if self.reach is not None and not self.reach.covers(object_name, action):
            return []
        key = (object_name, str(action))
        return [role.conditions[key] for role in self.roles if key in role.conditions]

    def fields_kept_back(self, object_name: str) -> Mapping[str, FieldRight]:
        """The fields of the object that are hidden, or only read: those that every role which reads it restricts."""
        if (known := self._fields.get(object_name)) is not None:
            return known
        reading = [
            role.fields.get(object_name)
            for holder in self.holders
            for role in holder.roles
            if role.scope(object_name, _READ) or (object_name, _READ) in role.conditions
        ]
        kept_back = WHOLLY
        if reading and all(reading):
            first, *others = (rights for rights in reading if rights)
            names = set(first).intersection(*others)
            widest = {name: max(rights[name] for rights in (first, *others)) for name in names}
            kept_back = {name: right for name, right in widest.items() if right is not FieldRight.WRITE}
        self._fields[object_name] = kept_back
        return kept_back

    def may_common(self, object_name: str, action: Action, *, is_shared: bool = False) -> bool:
        """Of a structure of the house: whoever has a role reads it; administrators shape it, and those whose role names
        it. What is shared changes whoever may change such records at all. Through a token only as far as that
        reaches."""
        if self.reach is not None and not self.reach.covers(object_name, action):
            return False
        if action == Action.READ:
            return bool(self.roles)
        if is_shared:
            return self.own_scope(object_name, action) is not Scope.NONE
        return any(
            role.grants.get((object_name, str(action))) is Scope.ALL
            or role.scope(EVERY_OBJECT, str(Action.ADMINISTER)) is Scope.ALL
            for role in self.roles
        )

    @property
    def is_administrator(self) -> bool:
        """True when the user may administer the whole house: settings, users, rights. Nobody stands in for that."""
        return self.own_scope(EVERY_OBJECT, Action.ADMINISTER) is Scope.ALL


NO_ACCESS = Access(user_id=None)


def access_from(
    *,
    user_id: UUID,
    lines: Iterable[str],
    team_ids: Iterable[UUID],
    fields: Iterable[str] = (),
    reach: Reach | None = None,
    absent: Iterable[Sequence[Any]] | None = None,
) -> Access:
    """The access that these lines describe, see `roles_of_lines`; through a token only as far as its `reach`.

    `absent` are those the user stands in for: id, name, last day, lines, fields, ids of teams.
    """
    own = (user_id, tuple(lines), tuple(fields), tuple(team_ids), reach)
    if not absent:
        return _access(*own)
    away = tuple(_absent(each, reach) for each in absent)
    return replace(_access(*own), absent=away, _scopes={}, _fields={}, worked_out={})


@lru_cache(maxsize=512)
def _access(
    user_id: UUID, lines: tuple[str, ...], fields: tuple[str, ...], team_ids: tuple[UUID, ...], reach: Reach | None
) -> Access:
    return Access(user_id=user_id, roles=roles_of_lines(lines, fields), team_ids=team_ids, reach=reach)


def forget_access() -> None:
    """What was worked out of anybody's access is worked out anew: the fields it is about are others now. Also where
    somebody holds an access for longer than a request, as an open stream does."""
    global _turn
    _turn += 1
    _access.cache_clear()


def turn() -> int:
    """How often everything was forgotten: what was worked out in an earlier turn counts no longer."""
    return _turn


_turn = 0


def _absent(told: Sequence[Any], reach: Reach | None) -> Access:
    user_id, name, until, lines, fields, team_ids = told
    roles = roles_of_lines(tuple(lines), tuple(fields))
    return Access(
        user_id=UUID(user_id),
        roles=roles,
        team_ids=tuple(UUID(team) for team in team_ids),
        reach=reach,
        name=name,
        until=date.fromisoformat(until),
    )
