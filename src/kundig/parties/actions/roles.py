"""What persons are at organisations and in households, since when and until when."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions.parts import assign, touched, validated
from kundig.parties.enums import PartyKind, RoleKind
from kundig.parties.events import RoleBegun, RoleEnded
from kundig.parties.models import Person, Role
from kundig.platform import outbox
from kundig.records.events import Via


def add_role(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Role:
    """A person becomes something at an organisation or in a household; `person` and `party` are among the fields.

    Raises:
        ValidationError: if one of the two is not of the right kind, or the period ends before it begins.
    """
    role = Role()
    assign(role, values)
    with transaction.atomic():
        _save(role)
        touched([role.person, role.party], "roles", by=by, via=via)
        outbox.publish(_event(RoleBegun, role, by=by))
    return role


def change_role(role: Role, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Role:
    """Set fields of a role; raises like `add_role`. Person and organisation stay: another one is another role."""
    moved = {"person", "party"} & set(assign(role, values))
    if moved:
        raise ValidationError(dict.fromkeys(moved, _("End this role and add a new one instead.")))
    with transaction.atomic():
        _save(role)
        touched([role.person, role.party], "roles", by=by, via=via)
    return role


def end_role(role: Role, *, on: dt.date | None = None, by: User, via: Via = Via.HAND) -> Role:
    """The role ends with that day (today); it stays as history."""
    with transaction.atomic():
        _end(role, on=on or timezone.localdate())
        touched([role.person, role.party], "roles", by=by, via=via)
        outbox.publish(_event(RoleEnded, role, by=by))
    return role


def delete_role(role: Role, *, by: User, via: Via = Via.HAND) -> None:
    """Remove a role that never was; one that is over should be ended."""
    with transaction.atomic():
        person, party = role.person, role.party
        role.delete()
        touched([person, party], "roles", by=by, via=via)


def set_main_role(person: Person, *, organisation_id: UUID | None, function: str, by: User) -> str:
    """Bring the person's main role in step with the columns `organisation` and `function` of the person.

    Another organisation ends the role at the one before: what was, stays as history. Answers the function the person
    has now: that of a role that goes on. Part of a change of the person: neither refreshes nor tells anybody.

    Raises:
        ValidationError: for a function without an organisation.
    """
    at_organisations = Role.objects.filter(person=person, party__kind=PartyKind.ORGANISATION)
    main = at_organisations.current().order_by("-is_main", "created_at", "id").first()
    if main is not None and main.party_id == organisation_id:
        main.function = function
        main.save(update_fields=("function", "changed_at"))
        return function
    if function and organisation_id is None:
        raise ValidationError({"function": _("Choose the organisation at which the person has this function.")})
    if main is not None:
        _leave(main, by=by)
    if organisation_id is not None:
        return _take_up(person, organisation_id, function=function, is_change=main is not None, by=by).function
    return ""


def _leave(role: Role, *, by: User) -> None:
    """End a role yesterday; one that began today was a slip and goes."""
    today = timezone.localdate()
    if role.valid_from == today:
        role.delete()
        return
    _end(role, on=today - dt.timedelta(days=1))
    outbox.publish(_event(RoleEnded, role, by=by))


def _take_up(person: Person, organisation_id: UUID, *, function: str, is_change: bool, by: User) -> Role:
    """Begin a role today, or go on with the one that was left a moment ago (somebody took a change back)."""
    today = timezone.localdate()
    yesterday = today - dt.timedelta(days=1)
    role = Role.objects.filter(person=person, party_id=organisation_id, valid_to=yesterday).first()
    if role is None:
        role = Role(person=person, party_id=organisation_id, valid_from=today if is_change else None)
        role.is_main = not Role.objects.filter(party_id=organisation_id).exists()
    role.valid_to = None
    role.function = function or role.function
    role.save()
    outbox.publish(_event(RoleBegun, role, by=by))
    return role


def _end(role: Role, *, on: dt.date) -> None:
    role.valid_to = max(on, role.valid_from) if role.valid_from else on
    role.is_main = False
    role.save(update_fields=("valid_to", "is_main", "changed_at"))


def _save(role: Role) -> None:
    if role.person.kind != PartyKind.PERSON:
        raise ValidationError({"person": _("Only a person can have a role.")})
    if role.party.kind == PartyKind.PERSON:
        raise ValidationError({"party": _("A role is held at an organisation or in a household.")})
    if role.party.kind == PartyKind.HOUSEHOLD:
        role.kind = RoleKind.MEMBER
    validated(role)
    if role.is_main:
        Role.objects.filter(party_id=role.party_id, is_main=True).exclude(pk=role.pk).update(is_main=False)
    role.save()


def _event(event: type[RoleBegun] | type[RoleEnded], role: Role, *, by: User) -> RoleBegun | RoleEnded:
    return event(role_id=role.pk, person_id=role.person_id, party_id=role.party_id, by_id=by.pk)
