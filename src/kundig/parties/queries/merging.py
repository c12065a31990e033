"""What would become of two parties if they were merged: field by field which value stays and why, and what moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from uuid import UUID

from kundig.accounts.models import User
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party, Role
from kundig.parties.rules.companies import legal_form_of
from kundig.parties.rules.merging import known_better
from kundig.platform.sorting import fold
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.merging.preview import MergeLine, in_order_of_the_form, judged, lines_of, shown_to
from kundig.records.merging.weighing import Side, Told, Verdict, Why

KEPT_APART = frozenset({"number", "organisation", "function"})
"""The number is that of the party that stays; where somebody works is told by the roles, which all stay."""
PARTS = ("address", "phone", "mobile", "mail", "website")
"""Of these both stay among the parts; the one that is chosen becomes the preferred one."""


@dataclass(frozen=True)
class MergePreview:
    """Two parties that may become one; the first is the one that stays."""

    description: Description
    first: Party
    second: Party
    lines: list[MergeLine]
    """All fields; those that the reader may not see among them (`shown_to` leaves them out)."""

    def shown_to(self, user: User) -> list[MergeLine]:
        """The lines that are not empty on both sides, of fields that `user` may read."""
        return shown_to(user, self.description, self.lines)

    @cached_property
    def people(self) -> list[tuple[Party, Party]]:
        """Persons of the same name who are at both: the one that stays, and the one that goes into it."""
        return people_twice(self.first, self.second)


def merge_preview(
    first: Party, second: Party, *, user: User, choices: Mapping[str, UUID] | None = None
) -> MergePreview:
    """What merging `second` into `first` would come to.

    Args:
        choices: name of a field → id of the party whose value stays, where it was chosen by hand.
    """
    description = described(first)
    lines = lines_of(
        description, merged_fields(description), first, second, user=user, choices=choices,
        judge=partial(_verdict, description),
    )  # fmt: skip
    return MergePreview(description, first, second, lines)


def described(party: Party) -> Description:
    return next(each for each in registry.covering(Party) if each.where.get("kind") == party.kind)


def in_order(one: Party, other: Party) -> tuple[Party, Party]:
    """Which of two stays if nobody says: the one that was there before; links and letters out there name it."""
    first, second = sorted((one, other), key=lambda party: (party.is_anonymous, party.created_at, party.pk))
    return first, second


def merged_fields(description: Description) -> list[Field]:
    """The fields between whose values a merge decides, in the order of the form."""
    parts = {part for name in description.composed for part in description.field(name).sources}
    left_out = {*KEPT_APART, *parts, *description.read_only.split(), *description.computed}
    return in_order_of_the_form(description, [name for name in description.fields if name not in left_out])


def people_twice(first: Party, second: Party) -> list[tuple[Party, Party]]:
    """Persons of one full name, of whom one is at the first organisation or household and one at the second."""
    if first.kind == PartyKind.PERSON:
        return []
    roles = Role.objects.current().filter(party_id__in=(first.pk, second.pk)).select_related("person")
    at: dict[UUID, dict[str, Party]] = {first.pk: {}, second.pk: {}}
    for role in roles.order_by("person__created_at", "person_id"):
        person = role.person
        if person.first_name and person.family_name:
            at[role.party_id].setdefault(fold(f"{person.first_name} {person.family_name}"), person)
    pairs = [(person, at[second.pk][name]) for name, person in at[first.pk].items() if name in at[second.pk]]
    return [
        (Party.objects.get(pk=a.pk), Party.objects.get(pk=b.pk)) for a, b in pairs if a.pk != b.pk and _may_be_one(a, b)
    ]


def _may_be_one(one: Party, other: Party) -> bool:
    """Whether nothing that both have says that they are two."""
    return all(
        not getattr(one, name) or not getattr(other, name) or getattr(one, name) == getattr(other, name)
        for name in ("salutation", "birthday", "name_suffix")
    )


def _verdict(description: Description, field: Field, first: Told, second: Told) -> Verdict:
    forms = ("", "")
    if field.name == "name" and description.where.get("kind") == PartyKind.ORGANISATION:
        forms = (legal_form_of(first.text), legal_form_of(second.text))
    verdict = judged(field, first, second, known_better=partial(known_better, field.name, legal_forms=forms))
    if verdict.side is not Side.BOTH and field.name in ("phone", "mobile") and first.text == second.text:
        return Verdict(Side.BOTH, Why.WRITTEN)
    return verdict
