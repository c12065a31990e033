"""The importers that the descriptions of organisations and persons name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions.importing.guesses import adjusted
from kundig.parties.actions.importing.people import Staff
from kundig.parties.actions.importing.session import PartySession
from kundig.parties.actions.importing.targets import (
    KEY,
    MAIL,
    NAME,
    NUMBER,
    organisation_targets,
    person_targets,
    withheld_targets,
)
from kundig.parties.enums import Lifecycle
from kundig.records.fields import Field
from kundig.records.imports.guessing.headers import words_of
from kundig.records.imports.plan import Plan
from kundig.records.imports.targets import Importer, Target

_CALLED = {
    Lifecycle.LEAD: ("lead", "interessent", "prospect"),
    Lifecycle.CUSTOMER: ("kunde", "customer", "kd", "client", "debitor"),
}
"""How lists of people in a state of life are called, folded."""
_KEYS = (KEY, NUMBER, NAME, MAIL)


class PartyImporter(Importer):
    """What the two have in common."""

    def begin(
        self, plan: Plan, *, columns: Sequence[str], by: User, source: str, run: UUID, since: dt.datetime
    ) -> PartySession:
        return PartySession(self.description, plan, columns=columns, by=by, source=source, run=run, since=since)

    def recognised(self, target: str, values: Sequence[str], *, by: User) -> int | None:
        if target not in ("owner", "team"):
            return None
        staff = Staff()
        find = staff.owner if target == "owner" else staff.team
        return sum(_is_found(find, value) for value in values)

    def choices_for_new(self, *, by: User) -> list[Field]:
        lifecycle = self.description.fields["lifecycle"]
        return [lifecycle] if self.description.may_write(by, lifecycle) else []

    def values_for_new(self, *, file_name: str, columns: Sequence[str]) -> dict[str, str]:
        """A list that calls itself customers holds customers."""
        words = {word for text in (file_name, *columns[:3]) for word in words_of(text.partition(".")[0])}
        for lifecycle, called in _CALLED.items():
            if any(word.startswith(called) for word in words):
                return {"lifecycle": lifecycle.value}
        return {}

    def withheld(self, *, by: User) -> list[Target]:
        return withheld_targets(self.description, by=by)

    def adjust(self, guesses: dict[str, str], *, samples: Mapping[str, Sequence[str]]) -> dict[str, str]:
        return adjusted(guesses, samples=samples, is_person=isinstance(self, PersonImporter))

    def default_key(self, targets: Sequence[str]) -> str:
        return next((key for key in _KEYS if key in targets), "")


def _is_found(find: Callable[[str], UUID], text: str) -> bool:
    try:
        find(text)
    except ValidationError:
        return False
    return True


class OrganisationImporter(PartyImporter):
    def targets(self, *, by: User) -> list[Target]:
        return organisation_targets(self.description, by=by)

    def requirement(self, targets: Sequence[str]) -> str:
        if {NAME, NUMBER, KEY} & set(targets):
            return ""
        return _("One column must be the name or a number of the organisation.")


class PersonImporter(PartyImporter):
    def keys(self, mapped: Sequence[str], *, targets: Sequence[Target]) -> list[tuple[str, Any]]:
        names = [*mapped, NAME] if {"first_name", "family_name"} & set(mapped) else mapped
        return super().keys(names, targets=targets)

    def default_key(self, targets: Sequence[str]) -> str:
        names = [*targets, NAME] if {"first_name", "family_name"} & set(targets) else targets
        return super().default_key(names)

    def targets(self, *, by: User) -> list[Target]:
        return person_targets(self.description, by=by)

    def requirement(self, targets: Sequence[str]) -> str:
        if {NAME, "first_name", "family_name", NUMBER, KEY} & set(targets):
            return ""
        return _("One column must be the name or a number of the person.")
