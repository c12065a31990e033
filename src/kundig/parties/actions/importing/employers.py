"""The organisations of new roles: what they are called, and whether anybody is there already.

They are asked together with the rows, before the portion ahead of these is written; so what that one brings is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from kundig.parties.actions.importing.drafts import Draft
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party, Role


class Employer(NamedTuple):
    name: str
    has_people: bool


def employers(ids: Collection[UUID]) -> dict[UUID, Employer]:
    """Those of these organisations that the database knows."""
    if not ids:
        return {}
    has_people = Exists(Role.objects.filter(party=OuterRef("pk")))
    rows = Party.objects.filter(pk__among=ids).annotate(has_people=has_people)
    return {key: Employer(*each) for key, *each in rows.values_list("pk", "name", "has_people")}


class Employers:
    """Those of a portion that is about to be written."""

    def __init__(self) -> None:
        self._written: dict[UUID, Employer] = {}
        """By the portion before."""

    def of(self, drafts: Collection[Draft], asked: Mapping[UUID, Employer]) -> dict[UUID, Employer]:
        """The organisations of new roles as they are before these drafts are written; those that are new with them are
        not there."""
        called, found = _called(drafts), {}
        for key in _places(drafts):
            known = [each for each in (self._written.get(key), asked.get(key)) if each]
            if known:
                name = called.get(key) or next((each.name for each in known if each.name), "")
                found[key] = Employer(name, any(each.has_people for each in known))
        return found

    def remember(self, drafts: Collection[Draft]) -> None:
        """These were written."""
        called, places = _called(drafts), _places(drafts)
        self._written = {key: Employer(called.get(key, ""), key in places) for key in {*called, *places}}


def _called(drafts: Iterable[Draft]) -> dict[UUID, str]:
    organisations = (draft for draft in drafts if draft.kind == PartyKind.ORGANISATION)
    return {draft.id: draft.values["name"] for draft in organisations if draft.values.get("name")}


def _places(drafts: Iterable[Draft]) -> set[UUID]:
    return {draft.post.organisation for draft in drafts if draft.post and draft.post.id is None}
