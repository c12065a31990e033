"""Titles of related records that the reader may not see: they stand as "(not visible to you)", without a link.

Whether somebody sees a related record is decided from its owner and team, read along with its title by the same join;
only where conditions decide is there one more query for a page. Who sees every record of the kind pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action, Scope
from kundig.accounts.queries import access_of
from kundig.records import registry
from kundig.records.kinds.references import File, Reference, UserReference, Veiled
from kundig.records.rights import condition_of

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description
    from kundig.records.fields import Field

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Veil:
    """What hides the title of one reference from one reader."""

    path: str
    model: type[models.Model]
    title: str
    descriptions: tuple[Description, ...]
    user: User

    @property
    def sources(self) -> tuple[str, ...]:
        """Paths to what decides: which kind of record it is, whose, of which team."""
        columns = [self.title]
        for description in self.descriptions:
            columns += [f"{self.path}__{name}" for name in description.where]
            columns += [f"{self.path}__{name}_id" for name in (description.owner, description.team) if name]
        return tuple(dict.fromkeys((f"{self.path}_id", *columns)))

    @property
    def is_asked(self) -> bool:
        """Whether only the database knows, because of a condition."""
        access = access_of(self.user)
        return any(
            description.parent or any(holder.conditions(description.name, Action.READ) for holder in access.holders)
            for description in self.descriptions
        )

    def hidden_among(self, ids: Iterable[Any]) -> set[Any]:
        """Those of these related records that the reader may not see."""
        wanted = {each for each in ids if each is not None}
        for description in self.descriptions if wanted else ():
            wanted -= set(description.visible_to(self.user).filter(pk__in=wanted).values_list("pk", flat=True))
        return wanted

    def over(self, positions: Mapping[str, int]) -> Callable[[Sequence[Row]], list[Row]]:
        """A function that veils the rows of a plan with these positions."""
        place, title = positions[f"{self.path}_id"], positions[self.title]
        seen = self._asked(place) if self.is_asked else self._told(positions)
        hidden = Veiled(_("(not visible to you)"))

        def veiled(rows: Sequence[Row]) -> list[Row]:
            sees = seen(rows)
            return [
                row if row[place] is None or sees(row) else (*row[:title], hidden, *row[title + 1 :]) for row in rows
            ]

        return veiled

    def _asked(self, place: int) -> Callable[[Sequence[Row]], Callable[[Row], bool]]:
        def seen(rows: Sequence[Row]) -> Callable[[Row], bool]:
            wanted = {row[place] for row in rows if row[place] is not None}
            found: set[UUID] = set()
            for description in self.descriptions if wanted else ():
                visible = description.visible_to(self.user).filter(pk__in=wanted)
                found.update(visible.values_list("pk", flat=True))
            return lambda row: row[place] in found

        return seen

    def _told(self, positions: Mapping[str, int]) -> Callable[[Sequence[Row]], Callable[[Row], bool]]:
        rules = [self._rule(description, positions) for description in self.descriptions]

        def sees(row: Row) -> bool:
            return any(rule(row) for rule in rules)

        return lambda rows: sees

    def _rule(self, description: Description, positions: Mapping[str, int]) -> Callable[[Row], bool]:
        """Whether a row's related record is one of this description that the reader may see."""
        access = access_of(self.user)
        is_one = [(positions[f"{self.path}__{name}"], value) for name, value in description.where.items()]
        if access.scope(description.name, Action.READ) == Scope.ALL:
            return lambda row: all(row[place] == value for place, value in is_one)
        scopes = [(holder, holder.own_scope(description.name, Action.READ)) for holder in access.holders]
        owners = {holder.user_id for holder, scope in scopes if scope in (Scope.OWN, Scope.TEAM)}
        teams = {team for holder, scope in scopes if scope == Scope.TEAM for team in holder.team_ids}
        holders = [
            (positions[f"{self.path}__{name}_id"], among)
            for name, among in ((description.owner, owners), (description.team, teams))
            if name
        ]
        return lambda row: (
            all(row[place] == value for place, value in is_one) and any(row[place] in among for place, among in holders)
        )


def veil_of(field: Field, user: User) -> Veil | None:
    """What hides the titles of this field from the user; None if it points at nothing that they may not see."""
    kind = field.kind
    if not isinstance(kind, Reference) or isinstance(kind, UserReference | File):
        return None
    descriptions = registry.covering(kind.model)
    if not descriptions or not is_restricted(kind.model, user):
        return None
    return Veil(field.path, kind.model, field.sources[1], tuple(descriptions), user)


def is_restricted(model: type[models.Model], user: User) -> bool:
    """Whether there may be records of this model that the user does not see."""
    worked_out, key = access_of(user).worked_out, ("restricted", model)
    if key not in worked_out:
        worked_out[key] = any(condition_of(each, user, Action.READ) for each in registry.covering(model))
    found: bool = worked_out[key]
    return found
