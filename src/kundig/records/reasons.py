"""Why somebody may read, change or delete a record, in words: for "Who may see this, and why?"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.models import AccessRole, Team, User
from kundig.accounts.queries import Access, RoleRights, access_of
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.rights import asker_for, condition_in, fields_kept_back

ASKED = (Action.READ, Action.CHANGE, Action.DELETE)
_ABOUT_ME = re.compile(r"\bme\b")


@dataclass(frozen=True)
class Answer:
    """What one person may do with a record: for each action the reasons in words, none where they may not."""

    user: User
    reasons: Mapping[Action, tuple[str, ...]]
    hidden: tuple[Field, ...] = ()
    """Fields that they do not see of it."""
    read_only: tuple[Field, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return self.reasons[Action.READ]

    @property
    def changes(self) -> tuple[str, ...]:
        return self.reasons[Action.CHANGE]

    @property
    def deletes(self) -> tuple[str, ...]:
        return self.reasons[Action.DELETE]

    @property
    def lines(self) -> list[tuple[str, list[str]]]:
        """Each reason once, with what it allows: most roles give everything for the same one."""
        together: dict[str, list[str]] = {}
        for action, reasons in self.reasons.items():
            for reason in reasons:
                together.setdefault(reason, []).append(str(action.label))
        return list(together.items())


@dataclass
class Asking:
    """The questions about one record. Conditions that ask nothing about the person are answered once for all."""

    description: Description
    record: models.Model
    roles: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[UUID, str] = field(default_factory=dict)
    _answered: dict[Any, bool] = field(default_factory=dict)

    @classmethod
    def about(cls, description: Description, record: models.Model) -> Asking:
        roles = {str(role.pk): role.label for role in AccessRole.objects.all()}
        return cls(description, record, roles, dict(Team.objects.values_list("pk", "name")))

    def answer(self, user: User) -> Answer:
        reasons = {action: self._enough(user, action) for action in ASKED}
        kept_back = fields_kept_back(self.description, user)
        named = [
            (self.description.fields[name], right)
            for name, right in kept_back.items()
            if self.description.is_on(self.description.fields[name])
        ]
        return Answer(
            user,
            reasons,
            hidden=tuple(each for each, right in named if right == FieldRight.HIDDEN),
            read_only=tuple(each for each, right in named if right == FieldRight.READ),
        )

    def _enough(self, user: User, action: Action) -> tuple[str, ...]:
        """The reasons that tell it: whoever may all by one role needs no second, nor whom they stand in for."""
        access = access_of(user)
        everything = [role for role in access.roles if role.scope(self.description.name, action) == Scope.ALL]
        own = [each for role in everything[:1] or access.roles for each in self._of_role(user, access, role, action)]
        return tuple(dict.fromkeys(own or self._through_others(user, action)))

    def _through_others(self, user: User, action: Action) -> Iterator[str]:
        for holder in access_of(user).absent:
            words = {"name": holder.name, "day": holder.until and date_format(holder.until, "SHORT_DATE_FORMAT")}
            for role in holder.roles:
                for reason in self._of_role(user, holder, role, action):
                    yield _("stands in for %(name)s until %(day)s – %(reason)s") % {**words, "reason": reason}

    def _of_role(self, user: User, holder: Access, role: RoleRights, action: Action) -> Iterator[str]:
        description, record = self.description, self.record
        words = {"role": self.roles.get(role.key, role.key), "objects": description.label_plural}
        scope = role.scope(description.name, action)
        if scope == Scope.ALL:
            yield _("role %(role)s: all %(objects)s") % words
            return
        if scope and description.owner and getattr(record, f"{description.owner}_id") == holder.user_id:
            yield _("role %(role)s: their own %(objects)s") % words
        team_id = getattr(record, f"{description.team}_id") if description.team else None
        if scope == Scope.TEAM and team_id in holder.team_ids:
            yield _("role %(role)s: %(objects)s of the team %(team)s") % {**words, "team": self.teams.get(team_id, "")}
        text = role.conditions.get((description.name, str(action)), "")
        condition = condition_in(text, description) if text else None
        if condition is not None and self._holds(text, user, holder):
            yield _("role %(role)s: %(objects)s for which holds: %(condition)s") % {
                **words, "condition": condition.sentence(),
            }  # fmt: skip

    def _holds(self, text: str, user: User, holder: Access) -> bool:
        key = (text, holder.user_id if _ABOUT_ME.search(text) else None)
        if key not in self._answered:
            condition = condition_in(text, self.description)
            self._answered[key] = condition is not None and condition.holds(self.record, asker=asker_for(user, holder))
        return self._answered[key]


def of_whom(description: Description, record: models.Model) -> tuple[Description, models.Model]:
    """The record whose rights decide: of a part (an address, a role) that of its record."""
    while description.parent:
        record = getattr(record, description.parent)
        description = next(
            each
            for each in registry.covering(type(record))
            if all(getattr(record, name) == value for name, value in each.where.items())
        )
    return description, record


def who_may(description: Description, record: models.Model, people: Iterable[User]) -> list[Answer]:
    """The answer for each person; they come with their access, and nothing is asked of the database for each."""
    asking = Asking.about(description, record)
    return [asking.answer(person) for person in people]


def scopes_in_words(description: Description, user: User, action: Action, roles: Mapping[str, str]) -> Iterator[str]:
    """How far each role of a person reaches, and those of whom they stand in for; nothing where they may not at all."""
    access = access_of(user)
    for holder in access.holders:
        for role in holder.roles:
            for reason in _scope_in_words(description, role, action, roles.get(role.key, role.key)):
                yield reason if holder is access else _("for %(name)s: %(reason)s") % {
                    "name": holder.name, "reason": reason,
                }  # fmt: skip


def _scope_in_words(description: Description, role: RoleRights, action: Action, name: str) -> Iterator[str]:
    scope = role.scope(description.name, action)
    if scope:
        yield _("role %(role)s: %(scope)s") % {"role": name, "scope": scope.label}
    text = role.conditions.get((description.name, str(action)), "")
    if text and scope != Scope.ALL:
        condition = condition_in(text, description)
        sentence = condition.sentence() if condition else _("the condition does not fit any more and grants nothing")
        yield _("role %(role)s: %(scope)s") % {"role": name, "scope": sentence}
