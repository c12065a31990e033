"""Recording, changing and removing what happened with a customer.

`record_touchpoint`, `change_touchpoint` and `remove_touchpoint` ask the right and tell everybody; `create_touchpoint`,
`rewrite_touchpoint` and `delete_touchpoint` are called by `records.actions`, which does both itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform import live, outbox
from kundig.platform.ids import uuid7
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions.parts import ReactionTo, move_parts, people_of, set_people, set_reactions
from kundig.timeline.events import TouchpointChanged, TouchpointRecorded, TouchpointRemoved
from kundig.timeline.models import FiledOnce, Touchpoint
from kundig.timeline.protocol import TouchpointKind, follow, kind_of, kinds
from kundig.timeline.rules.touchpoints import checked_body, moment_of, summary_of

__all__ = [
    "ReactionTo",
    "change_touchpoint",
    "create_touchpoint",
    "delete_touchpoint",
    "organisation_of",
    "record_touchpoint",
    "remove_touchpoint",
    "rewrite_touchpoint",
    "touchpoints_brought_back",
]
PARTS = frozenset({"people", "reactions"})


def record_touchpoint(
    *,
    kind: str,
    party: Party,
    by: User | None,
    at: dt.datetime | None = None,
    direction: str = "",
    people: Iterable[Party | UUID] = (),
    summary: str = "",
    body: str = "",
    mood: int | None = None,
    duration: int | None = None,
    two_way: bool | None = None,
    reactions: Sequence[ReactionTo] = (),
    source: str | None = None,
    source_id: UUID | None = None,
    key: str | None = None,
    via: Via = Via.HAND,
) -> Touchpoint:
    """Note a contact with a party and answer it.

    Args:
        by: who notes it; None is the house itself, whose rights nobody asks.
        at: when it was; now if nothing is said.
        people: further parties who took part.
        two_way: whether it was a real contact; by its kind and direction if nothing is said.
        source, source_id: name of the object and id of the record that caused it.
        key: made by the sender; what was filed under it already is answered, and not filed again.

    Raises:
        ValidationError: with a dict of field names: an unknown kind, a time in the future, a text that is too large …
        PermissionDenied: if `by` may not change the party.
    """
    _require(party, by=by)
    with transaction.atomic(), change_set(by=by, via=via):
        known = _filed(key, by=by)
        if known is not None:
            return known
        values: dict[str, Any] = {
            "kind": kind, "at": at, "direction": direction, "summary": summary, "body": body, "mood": mood,
            "duration": duration, "two_way": two_way, "source": source or "", "source_id": source_id,
        }  # fmt: skip
        touchpoint = _made(party, values, people=people, reactions=reactions, by=by)
        if key:
            FiledOnce.objects.filter(key=_own_key(key, by)).update(touchpoint=touchpoint.pk)
        _announce([touchpoint.pk], by=by, via=via)
    return touchpoint


def change_touchpoint(
    touchpoint: Touchpoint,
    values: Mapping[str, Any],
    *,
    by: User | None,
    via: Via = Via.HAND,
    seen: Mapping[str, Any] | None = None,
) -> Touchpoint:
    """Set fields of a contact, also "people" (ids) and "reactions"; answers it as it is now.

    With `seen` (field → what stood there when the editing began) only what the editor really changed is set; what
    somebody else has changed meanwhile stays, and where both have changed one field nothing at all is set.

    Raises:
        ValidationError: with a dict of field names; of the code "conflict" where both have changed one.
        PermissionDenied: if `by` may not change the party.
    """
    with transaction.atomic(), change_set(by=by, via=via):
        locked = Touchpoint.objects.select_for_update(of=("self",)).select_related("party").filter(pk=touchpoint.pk)
        found = locked.first()
        if found is None:
            raise ValidationError(_("This contact is not there any more. Somebody has deleted it."))
        _require(found.party, by=by)
        wanted = dict(values) if seen is None else _really_changed(found, values, seen)
        if _apply(found, wanted, by=by):
            _announce([found.pk], by=by, via=via)
    return found


def remove_touchpoint(touchpoint: Touchpoint, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a contact with its reactions and comments; the change set takes it back.

    Raises:
        PermissionDenied: if `by` may not change the party.
    """
    _require(touchpoint.party, by=by)
    with transaction.atomic(), change_set(by=by, via=via):
        key = touchpoint.pk
        delete_touchpoint(touchpoint, by=by, via=via)
        _announce([key], by=by, via=via)


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_touchpoint(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Touchpoint:
    """A contact out of the values of its fields. Raises like `record_touchpoint`."""
    party = Party.objects.filter(pk=_id(values.get("party"))).first()
    if party is None:
        raise ValidationError({"party": _("Say with whom: name the customer.")})
    return _made(party, values, by=by)


def rewrite_touchpoint(
    touchpoint: Touchpoint, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> Touchpoint:
    """Set fields. Raises ValidationError like `change_touchpoint`."""
    with transaction.atomic():
        _apply(touchpoint, dict(values), by=by)
    return touchpoint


def delete_touchpoint(touchpoint: Touchpoint, *, by: User, via: Via = Via.HAND) -> None:
    """Delete it with all that belongs to it."""
    with transaction.atomic():
        event = _event(TouchpointRemoved, touchpoint)
        Touchpoint.objects.filter(pk=touchpoint.pk).delete()
        _tell(event)


def touchpoints_brought_back(records: Mapping[UUID, Mapping[str, Collection[UUID]]], *, by: User) -> None:
    """Contacts are as they were before: their histories have changed."""
    for touchpoint in Touchpoint.objects.filter(pk__in=list(records)):
        _tell(_event(TouchpointChanged, touchpoint))
    # Also of those that are not there any more, or were led to another party.
    columns = ("party_id", "organisation_id")
    parties = {key for pointed in records.values() for column in columns for key in pointed.get(column, ())}
    follow(parties)
    live.announce(*(f"timeline:{party}" for party in parties))


# -- inside -----------------------------------------------------------------------------------------------------------


def _made(
    party: Party,
    values: Mapping[str, Any],
    *,
    by: User | None,
    people: Iterable[Party | UUID] = (),
    reactions: Sequence[ReactionTo] = (),
) -> Touchpoint:
    kind = _kind(values.get("kind", ""))
    body, direction = checked_body(values.get("body") or ""), values.get("direction") or ""
    two_way = values.get("two_way")
    touchpoint = Touchpoint(
        party_id=party.pk,
        organisation_id=organisation_of(party),
        kind=kind.name,
        at=moment_of(values.get("at"), now=timezone.now()),
        direction=direction,
        two_way=kind.is_real(direction) if two_way is None else two_way,
        summary=summary_of(values.get("summary") or "", body, otherwise=str(kind.label)),
        body=body,
        author=by,
        source=values.get("source") or "",
        source_id=values.get("source_id"),
        duration=values.get("duration"),
        mood=values.get("mood"),
    )
    _clean(touchpoint)
    with transaction.atomic():
        touchpoint.save(force_insert=True)
        set_people(touchpoint, people, by=by)
        set_reactions(touchpoint, reactions)
        _tell(_event(TouchpointRecorded, touchpoint))
    return touchpoint


def _apply(touchpoint: Touchpoint, values: dict[str, Any], *, by: User | None) -> bool:
    """Set what is different; False if nothing is."""
    before = _event(TouchpointChanged, touchpoint)
    people, reactions = values.pop("people", None), values.pop("reactions", None)
    changed = _assigned(touchpoint, values)
    if changed:
        _clean(touchpoint)
    moved = {"at": touchpoint.at} if "at" in changed else {}
    if "party" in changed:
        party = Party.objects.get(pk=touchpoint.party_id)
        _require(party, by=by)
        touchpoint.organisation_id = organisation_of(party)
        moved["party_id"] = party.pk
    is_other = False
    if people is not None:
        is_other |= set_people(touchpoint, people, by=by)
    if reactions is not None:
        is_other |= set_reactions(touchpoint, reactions)
    if not changed and not is_other:
        return False
    touchpoint.version += 1
    touchpoint.save(
        update_fields=[*changed, *(["organisation"] if "party" in changed else []), "version", "changed_at"]
    )
    if moved:
        move_parts(touchpoint, moved)
    _tell(before)
    _tell(_event(TouchpointChanged, touchpoint))
    return True


def _assigned(touchpoint: Touchpoint, values: Mapping[str, Any]) -> list[str]:
    """Set the values on the record; answers the names of the columns that are different now."""
    kind = _kind(values.get("kind", touchpoint.kind))
    plain = dict(values)
    if "body" in plain:
        plain["body"] = checked_body(plain["body"] or "")
    if "summary" in plain or (
        "body" in plain and touchpoint.summary == summary_of("", touchpoint.body, otherwise=str(kind.label))
    ):
        plain["summary"] = summary_of(
            plain.get("summary") or "", plain.get("body", touchpoint.body), otherwise=str(kind.label)
        )
    if "at" in plain:
        plain["at"] = moment_of(plain["at"], now=timezone.now())
    if "direction" in plain and "two_way" not in plain:
        plain["two_way"] = kind.is_real(plain["direction"])
    changed = []
    for name, value in plain.items():
        column = "party_id" if name == "party" else name
        if name == "party":
            value = _id(value)
        if getattr(touchpoint, column) != value:
            setattr(touchpoint, column, value)
            changed.append(name)
    return changed


def _really_changed(touchpoint: Touchpoint, values: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """What the editor has changed since they saw it.

    Raises:
        ValidationError: where somebody else has changed the same field to something else.
    """
    wanted, errors = {}, {}
    for name, value in values.items():
        if name in PARTS or name not in seen:
            wanted[name] = value
            continue
        now = getattr(touchpoint, name)
        if value == seen[name] or value == now:
            continue
        if now != seen[name]:
            errors[name] = ValidationError(
                _("Somebody else has changed this meanwhile. Both versions are below; keep one or join them."),
                code="conflict",
            )
        wanted[name] = value
    if errors:
        raise ValidationError(errors)
    return wanted


def organisation_of(party: Party) -> UUID | None:
    """The organisation to which a contact with this party rolls up."""
    return party.pk if party.kind == PartyKind.ORGANISATION else party.organisation_id


def _kind(name: str) -> TouchpointKind:
    kind = kind_of(name)
    if kind is None:
        known = ", ".join(each.name for each in kinds())
        raise ValidationError(
            {"kind": _("There is no kind of contact called “%(name)s”; there are: %(known)s.")
             % {"name": str(name)[:40], "known": known}}
        )  # fmt: skip
    return kind


def _clean(touchpoint: Touchpoint) -> None:
    # The keys were chosen from what exists, the texts were looked at.
    touchpoint.clean_fields(exclude=("party", "organisation", "author", "body"))


def _id(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _require(party: Party, *, by: User | None) -> None:
    if by is not None and not described(party).may(by, Action.CHANGE, party):
        raise PermissionDenied(_("You may look at this customer, but not change it."))


def _own_key(key: str, by: User | None) -> str:
    """Nobody gets at what somebody else has filed by guessing their key."""
    if len(key) > 80 or "\x00" in key:
        raise ValidationError({"key": _("A key has at most 80 characters.")})
    return f"{by.pk if by else ''}:{key}"


def _filed(key: str | None, *, by: User | None) -> Touchpoint | None:
    """What was filed under the key already; None if it is free, and then it is taken by this transaction."""
    if not key:
        return None
    own = _own_key(key, by)
    try:
        with transaction.atomic():
            FiledOnce.objects.create(key=own, touchpoint=uuid7())
        return None
    except IntegrityError:
        found = Touchpoint.objects.filter(pk=FiledOnce.objects.get(key=own).touchpoint).first()
    if found is None:
        raise ValidationError(_("This was filed already, and has been deleted since."))
    found.was_filed = True
    return found


def _event(event: type, touchpoint: Touchpoint) -> Any:
    people = tuple(people_of(touchpoint)) if touchpoint.pk else ()
    return event(touchpoint.pk, touchpoint.at, touchpoint.party_id, touchpoint.organisation_id, people)


def _tell(event: Any) -> None:
    outbox.publish(event)
    parties = {event.party_id, event.organisation_id, *event.people}
    follow({party for party in parties if party is not None})


def _announce(ids: list[Any], *, by: User | None, via: Via) -> None:
    description = registry.for_model(Touchpoint)
    assert description is not None, "touchpoints are described"
    announce(description, ids, by=by, via=via)
