"""Two parties that are one and the same become one, with everything that points at them, in one change set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties import queries
from kundig.parties.actions import joining
from kundig.parties.actions.origins import EVERYTHING
from kundig.parties.actions.parties import change_party
from kundig.parties.actions.parts import MODELS, companies_above, find_by_people, houses_of, name_house_of, touched
from kundig.parties.enums import PartyKind
from kundig.parties.events import PartiesMerged, PartyDeleted
from kundig.parties.models import ExternalKey, Household, Organisation, Party, Person
from kundig.parties.rules.merging import FORMER_NUMBER
from kundig.platform import outbox
from kundig.records import merging
from kundig.records.actions import announce
from kundig.records.custom import values as custom
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.records.merging.weighing import Side, Why

Mergeable = Organisation | Person | Household


def merge_parties(
    into: Party,
    gone: Party,
    *,
    by: User,
    choices: Mapping[str, UUID] | None = None,
    with_people: bool = True,
) -> Party:
    """Merge `gone` into `into` and answer it as it is now.

    Everything of all domains that pointed at `gone` points at `into`; addresses and contact points are there once; the
    id and the number of `gone` lead to `into`. Taking the change set back restores both.

    Args:
        choices: name of a field → id of the party whose value stays; of the others the values themselves decide.
        with_people: whether persons of one name who are at both become one, too.

    Raises:
        ValidationError: if the two are one already, are of different kinds, or have something that cannot be one.
        PermissionDenied: if `by` may not change both.
    """
    with transaction.atomic():
        locked = _locked(into, gone)
        description = _require(*locked, by=by)
        title = _("%(gone)s into %(into)s") % {"gone": locked[1].number, "into": locked[0].number}
        with change_set(by=by, via=Via.MERGE, title=title) as opened:
            return _merged(
                *locked, description, by=by, choices=choices or {}, with_people=with_people, change_set_id=opened.id
            )


def _locked(into: Party, gone: Party) -> tuple[Party, Party]:
    """Both as they are now; nobody else changes them until this transaction ends."""
    if into.pk == gone.pk:
        raise ValidationError(_("These are one and the same already."))
    rows = {party.pk: party for party in Party.objects.select_for_update().filter(pk__in=(into.pk, gone.pk))}
    if len(rows) < 2:
        raise ValidationError(_("One of the two is not there any more. Somebody may have merged or deleted it."))
    one, other = rows[into.pk], rows[gone.pk]
    if one.kind != other.kind:
        raise ValidationError(
            _("%(one)s and %(other)s cannot be merged: the one is of the kind “%(kind)s”, the other “%(other_kind)s”.")
            % {
                "one": one.name, "other": other.name, "kind": PartyKind(one.kind).label,
                "other_kind": PartyKind(other.kind).label,
            }
        )  # fmt: skip
    model = MODELS[one.kind]
    return model._default_manager.get(pk=one.pk), model._default_manager.get(pk=other.pk)


def _require(into: Party, gone: Party, *, by: User) -> Any:
    description = queries.described(into)
    for party in (into, gone):
        if not description.may(by, Action.READ, party) or not description.may(by, Action.CHANGE, party):
            raise PermissionDenied(_("You may merge only what you may change; “%(what)s” is not.") % {"what": party})
    return description


def _merged(
    into: Any,
    gone: Any,
    description: Any,
    *,
    by: User,
    choices: Mapping[str, UUID],
    with_people: bool,
    change_set_id: UUID,
) -> Party:
    preview = queries.merge_preview(into, gone, user=by, choices=choices)
    twice = preview.people if with_people else []
    for step in joining.FIRST_STEPS:
        step(into, gone, by=by)
    sides = {line.field.name: line.verdict.side for line in preview.lines}
    joining.join_parts(into, gone, sides=sides)
    joining.join_group(into, gone)
    moved = merging.merge_references(description, gone.pk, into.pk)
    houses = houses_of(into) if into.kind == PartyKind.PERSON else {}
    for step in joining.STEPS:
        step(into, gone, by=by)
    number, origins, key = gone.number, gone.origins, gone.pk
    Party.objects.filter(pk=gone.pk).delete()
    ExternalKey.objects.get_or_create(system=FORMER_NUMBER, key=number, defaults={"party_id": into.pk})
    _take_over(into, preview, key, origins, by=by)
    merging.remember(description, key, into.pk, moved, by=by, change_set=change_set_id)
    _bring_in_step(into, key, description, moved, houses, by=by)
    for person, other in twice:
        _merge_person(person, other, by=by)
    into.refresh_from_db()
    return into


def _merge_person(person: Party, other: Party, *, by: User) -> None:
    """A contact person who was at both; who may not change them leaves them as they are."""
    try:
        with transaction.atomic():
            merge_parties(person, other, by=by, with_people=False)
    except PermissionDenied:
        return


def _take_over(into: Any, preview: queries.MergePreview, gone: UUID, origins: Mapping[str, Any], *, by: User) -> None:
    """The values that come from the party that went, with what is known of their origin."""
    own: dict[str, Any] = {}
    added: dict[str, Any] = {}
    taken = []
    for line in preview.lines:
        name = line.field.name
        if line.verdict.side is Side.SECOND:
            taken.append(name)
        elif line.verdict.why is not Why.JOINED:
            continue
        if name in queries.PARTS:
            continue
        value = line.joined if line.verdict.why is Why.JOINED else line.second.values[0]
        if name == "parent" and value in (gone, *_below(into, value)):
            continue
        if name in preview.description.composed:
            own[name] = dict(zip(line.field.sources, line.second.values, strict=True))
        elif custom.apart(preview.description, {name: value})[1]:
            added[name] = value
        else:
            own[name] = value
    if own:
        change_party(into, own, by=by, via=Via.MERGE)
    custom.keep(into, added)
    entries = {name: origins.get(name) or origins.get(EVERYTHING) for name in taken}
    kept = {**into.origins, **{name: entry for name, entry in entries.items() if entry}}
    if kept != into.origins:
        into.origins = kept
        into.save(update_fields=("origins", "changed_at"))


def _below(into: Any, parent: UUID) -> list[UUID]:
    """The company above, where the one that stays would then stand above itself."""
    return [parent] if into.pk in companies_above(parent) else []


def _bring_in_step(
    into: Any, gone: UUID, description: Any, moved: merging.Moved, houses: Mapping[UUID, str], *, by: User
) -> None:
    """Summaries, search, browsers and listeners."""
    touched([into], "merge", by=by, via=Via.MERGE)
    announce(description, [gone], by=by, via=Via.MERGE)
    for pointing, ids in moved.records.items():
        there = list(pointing.everything().filter(pk__in=ids).values_list("pk", flat=True))
        if there:
            announce(pointing, there, by=by, via=Via.MERGE)
    if into.kind == PartyKind.PERSON:
        find_by_people({**houses, **houses_of(into)})
    else:
        joining.refresh_people(into)
        name_house_of(into)
    outbox.publish(PartiesMerged(party_id=into.pk, gone_id=gone, by_id=by.pk), PartyDeleted(party_id=gone, by_id=by.pk))
