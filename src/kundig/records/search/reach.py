"""How far a user's search reaches: which kinds of objects, and of which the own ones or the team's alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet

from kundig.accounts.enums import Action, Scope
from kundig.accounts.queries import Access, access_of
from kundig.records import registry

if TYPE_CHECKING:
    from kundig.accounts.models import User

Sql = tuple[str, list[Any]]


@dataclass(frozen=True)
class Reach:
    """The same scopes that `Description.visible_to` compiles, for the entries of all objects at once."""

    user_id: UUID
    team_ids: tuple[UUID, ...]
    everywhere: list[str] = field(default_factory=list)
    in_team: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    looked_up: dict[str, Sql] = field(default_factory=dict)
    """Objects whose scope an entry cannot tell (conditions, deputies) → the query of the records within reach."""
    is_total: bool = False
    """Every entry there is: no condition needed."""

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.in_team or self.own or self.looked_up)

    @property
    def objects(self) -> list[str]:
        return [*self.everywhere, *self.in_team, *self.own, *self.looked_up]

    def condition(self) -> Sql:
        """SQL that holds for the entries within reach."""
        if self.is_total:
            return "TRUE", []
        parts: list[str] = []
        params: list[Any] = []
        if self.everywhere:
            parts.append("object = ANY(%s)")
            params.append(self.everywhere)
        if self.in_team:
            parts.append("(object = ANY(%s) AND (owner_id = %s OR team_id = ANY(%s)))")
            params += [self.in_team, self.user_id, list(self.team_ids)]
        if self.own:
            parts.append("(object = ANY(%s) AND owner_id = %s)")
            params += [self.own, self.user_id]
        for name in self.looked_up:
            sql, given = self.is_within(name)
            parts.append(sql)
            params += given
        return f"({' OR '.join(parts)})", params

    def is_within(self, name: str) -> Sql:
        """SQL that holds for the entries of an object that is looked up: one question by its key for each entry."""
        sql, params = self.looked_up[name]
        within = f"EXISTS (SELECT 1 FROM ({sql}) AS within (pk) WHERE within.pk = record_id)"  # noqa: S608
        return f"(object = %s AND {within})", [name, *params]

    def holders(self) -> list[str]:
        """Whose entries these can be at most (terms of the index); empty if anybody's."""
        if self.everywhere or self.looked_up:
            return []
        return [str(self.user_id), *(str(team) for team in (self.team_ids if self.in_team else ()))]


def reach_of(user: User, objects: Iterable[str] | None = None) -> Reach:
    """What `user` may find, within `objects` (names of descriptions) if given."""
    access = access_of(user)
    found = [d.name for d in registry.descriptions() if d.search and not d.parent]
    names = [name for name in found if objects is None or name in objects]
    by_scope: dict[Scope, list[str]] = {scope: [] for scope in Scope}
    looked_up: dict[str, Sql] = {}
    for name in names:
        scope = access.scope(name, Action.READ)
        if scope != Scope.ALL and _is_looked_up(name, scope, access):
            looked_up |= _query_of(name, user)
        else:
            by_scope[scope].append(name)
    return Reach(
        user_id=user.pk,
        team_ids=tuple(access.team_ids),
        everywhere=by_scope[Scope.ALL],
        in_team=by_scope[Scope.TEAM],
        own=by_scope[Scope.OWN],
        looked_up=looked_up,
        is_total=bool(found) and len(by_scope[Scope.ALL]) == len(found),
    )


def _is_looked_up(name: str, scope: Scope, access: Access) -> bool:
    """Whether owner and team of an entry do not say if it is within reach."""
    if access.absent and scope != Scope.NONE:
        return True
    return any(holder.conditions(name, Action.READ) for holder in access.holders)


def _query_of(name: str, user: User) -> dict[str, Sql]:
    description = registry.get(name)
    assert description is not None, "its name came from the registry"
    rows = description.visible_to(user).order_by().values("pk")
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return {}
    return {name: (sql, list(params))}
