"""Making, moving and holding appointments.

`add_appointment` and `change_appointment` are called through `records.actions`, which check the right and tell
listeners; the others check and tell themselves.

A series with an end is written out: each appointment is a record of its own, so that one can be moved or dropped and
every calendar, list and program sees them. Of one without an end there is always the next only; it is made when the one
before has been held.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform import live, outbox
from kundig.platform.formats import current_formats
from kundig.records.actions import announce, change_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions.filing import file_appointment, take_back
from kundig.timeline.actions.writing import (
    assign,
    check_days,
    described,
    rule_from,
    steps_changed,
    team_of,
    tell,
    validate,
)
from kundig.timeline.events import AppointmentHeld, AppointmentMoved
from kundig.timeline.models import Appointment, AppointmentParty, Attendee
from kundig.timeline.rules.dates import USUAL_LENGTH, check_times, midnight, moment_on, on_day
from kundig.timeline.rules.repeating import Repeat, all_days, next_of, read_rule

TIMES = frozenset({"starts_at", "ends_at", "all_day"})
DAY = dt.timedelta(days=1)


def add_appointment(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Appointment:
    """A new appointment, an hour long unless it says otherwise; of a series with an end, all of it.

    Raises:
        ValidationError: with a dict of columns, if it ends before it begins, a series has no sense or too many days.
    """
    appointment = Appointment()
    changed = assign(appointment, values)
    if "owner" not in values:
        appointment.owner_id = by.pk
    if appointment.team_id is None:
        appointment.team_id = team_of(appointment.owner_id, by)
    _complete(appointment, changed)
    with transaction.atomic():
        appointment.save(force_insert=True)
        steps_changed(appointment)
        _write_out(appointment, by=by, via=via)
    return appointment


def change_appointment(
    appointment: Appointment, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> Appointment:
    """Set columns of an appointment; its end moves along with its begin unless it is given. Raises like
    `add_appointment`."""
    before = appointment.party_id
    began, ended = appointment.starts_at, appointment.ends_at
    changed = assign(appointment, values)
    if not changed:
        return appointment
    if "starts_at" in changed and "ends_at" not in values and appointment.starts_at:
        appointment.ends_at = _moved_end(appointment, began, ended)
        changed.append("ends_at")
    _complete(appointment, changed, was=(began, ended))
    with transaction.atomic():
        appointment.save()
        steps_changed(appointment, also=before)
        if "repeat" in changed:
            _write_out(appointment, by=by, via=via)
        if TIMES & set(changed):
            outbox.publish(AppointmentMoved(appointment.pk, by.pk))
    return appointment


def delete_appointment(appointment: Appointment, *, by: User, via: Via = Via.HAND) -> None:
    with transaction.atomic():
        steps_changed(appointment)
        appointment.delete()


def appointments_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Pages of customers show what was taken back."""
    live.announce(*(f"steps:{key}" for each in records.values() for key in each.get("party_id", ())))


def move_appointment(
    appointment: Appointment, starts_at: dt.datetime, ends_at: dt.datetime | None = None, *, by: User,
    via: Via = Via.HAND,
) -> Appointment:  # fmt: skip
    """Put an appointment at another time, as long as before unless an end is given.

    Raises:
        PermissionDenied: if `by` may not change it.
        ValidationError: like `add_appointment`.
    """
    values: dict[str, Any] = {"starts_at": starts_at} | ({"ends_at": ends_at} if ends_at else {})
    moved = change_record(described(Appointment), appointment, values, by=by, via=via)
    assert isinstance(moved, Appointment)
    return moved


def hold_appointment(appointment: Appointment, *, by: User, via: Via = Via.HAND) -> Appointment | None:
    """Note that an appointment took place. It goes into the history of its customers; of a series without an end the
    next one is made, which is the answer.

    Raises:
        PermissionDenied: if `by` may not change it.
        ValidationError: if it has not begun yet.
    """
    _require(appointment, by)
    with transaction.atomic(), change_set(by=by, via=via):
        following = complete_appointment(appointment, by=by, via=via)
        tell(appointment, by=by, via=via)
    return following if isinstance(following, Appointment) else None


def complete_appointment(appointment: Appointment, *, by: User, via: Via = Via.HAND) -> Appointment | bool:
    """`hold_appointment` for those who have checked the right and tell of it themselves; False if it was held already.

    Raises:
        ValidationError: if it has not begun yet.
    """
    locked = Appointment.objects.select_for_update().filter(pk=appointment.pk).values_list("held_at", flat=True).first()
    if locked is not None:
        return False
    now = timezone.now()
    if appointment.starts_at > now:
        raise ValidationError(
            _("This appointment begins only %(start)s. Move it first, if it was earlier.")
            % {"start": current_formats().moment(appointment.starts_at)}
        )
    appointment.held_at, appointment.held_by_id = now, by.pk
    appointment.save(update_fields=("held_at", "held_by", "changed_at"))
    following = _following(appointment)
    if following is not None:
        following.save(force_insert=True)
        _with_participants(appointment, [following])
        tell(following, by=by, via=via)
    steps_changed(appointment)
    file_appointment(appointment, by=by)
    outbox.publish(AppointmentHeld(appointment.pk, by.pk, following.pk if following else None))
    return following or True


def not_held(appointment: Appointment, *, by: User, via: Via = Via.HAND) -> None:
    """Take back that an appointment took place; the next of its series goes again, if it is still ahead.

    Raises:
        PermissionDenied: if `by` may not change it.
    """
    _require(appointment, by)
    if appointment.held_at is None:
        return
    with transaction.atomic(), change_set(by=by, via=via):
        appointment.held_at = appointment.held_by = None
        appointment.save(update_fields=("held_at", "held_by", "changed_at"))
        for following in appointment.following.filter(held_at=None):
            if _is_endless(following):
                keys = [following.pk]
                following.delete()
                announce(described(Appointment), keys, by=by, via=via)
        steps_changed(appointment)
        take_back(appointment, by=by)
        tell(appointment, by=by, via=via)


# -- inside ----------------------------------------------------------------------------------------------------------


def _complete(
    appointment: Appointment, changed: list[str], *, was: tuple[dt.datetime, dt.datetime] | None = None
) -> None:
    """Bring columns in step with those that were set, and check them all together."""
    if not appointment.title:
        raise ValidationError({"title": _("Say what the appointment is about.")})
    if appointment.starts_at is None:
        raise ValidationError({"starts_at": _("Say when it begins.")})
    check_days({name: getattr(appointment, name) for name in ("starts_at", "ends_at", "remind_at") if name in changed})
    if appointment.all_day:
        _to_whole_days(appointment)
    elif appointment.ends_at is None:
        appointment.ends_at = appointment.starts_at + USUAL_LENGTH
    try:
        check_times(appointment.starts_at, appointment.ends_at, current_formats())
    except ValidationError as error:
        raise ValidationError({"ends_at": error}) from error
    validate(appointment, [*changed, "title"])
    if "starts_at" in changed and was and appointment.remind_at and "remind_at" not in changed:
        appointment.remind_at += appointment.starts_at - was[0]
    if {"starts_at", "remind_at"} & {*changed}:
        appointment.reminded_at = None
    if appointment.repeat and (appointment._state.adding or "repeat" in changed):
        appointment.repeat = rule_from(appointment.repeat, timezone.localtime(appointment.starts_at).date()).text


def _moved_end(appointment: Appointment, began: dt.datetime, ended: dt.datetime) -> dt.datetime:
    """Whole days stay as many days: the one on which the clocks go back has 25 hours."""
    if not appointment.all_day:
        return appointment.starts_at + (ended - began)
    first, was, end = (timezone.localtime(each).date() for each in (appointment.starts_at, began, ended))
    return moment_on(first + (end - was), timezone.localtime(ended).time())


def _to_whole_days(appointment: Appointment) -> None:
    first = timezone.localtime(appointment.starts_at).date()
    ends_at = appointment.ends_at or appointment.starts_at
    end = timezone.localtime(ends_at)
    last = end.date() - DAY if end.time() == dt.time() and end.date() > first else end.date()
    appointment.starts_at = midnight(first)
    if last >= first:
        appointment.ends_at = midnight(last + DAY)


def _write_out(appointment: Appointment, *, by: User, via: Via) -> None:
    """Make the further appointments of a series that has an end; it is then no rule any more, but these."""
    if not appointment.repeat:
        return
    rule = read_rule(appointment.repeat)
    if rule.is_endless:
        return
    first = timezone.localtime(appointment.starts_at).date()
    try:
        days = all_days(rule, first)
    except ValidationError as error:
        raise ValidationError({"repeat": error}) from error
    appointment.repeat = ""
    appointment.save(update_fields=("repeat",))
    further = [_copy(appointment, day, None) for day in days[1:]]
    Appointment.objects.bulk_create(further)
    _with_participants(appointment, further)
    if further:
        announce(described(Appointment), [each.pk for each in further], by=by, via=via)


def _copy(appointment: Appointment, day: dt.date, rule: Repeat | None) -> Appointment:
    """The same appointment on another day, at the same time of the clock."""
    starts_at = on_day(appointment.starts_at, day)
    begun, ended = timezone.localtime(appointment.starts_at), timezone.localtime(appointment.ends_at)
    copied = Appointment(
        title=appointment.title, kind=appointment.kind, all_day=appointment.all_day, place=appointment.place,
        details=appointment.details, party_id=appointment.party_id, owner_id=appointment.owner_id,
        team_id=appointment.team_id, starts_at=starts_at, repeat=rule.text if rule else "", previous=appointment,
        ends_at=moment_on(day + (ended.date() - begun.date()), ended.time()), source=appointment.source,
        source_id=appointment.source_id,
    )  # fmt: skip
    copied.ends_at = max(copied.ends_at, copied.starts_at)
    if appointment.remind_at:
        copied.remind_at = starts_at - (appointment.starts_at - appointment.remind_at)
    return copied


def _with_participants(appointment: Appointment, further: list[Appointment]) -> None:
    parties = list(appointment.parties.values_list("party_id", flat=True))
    users = list(appointment.attendees.values_list("user_id", flat=True))
    AppointmentParty.objects.bulk_create(
        AppointmentParty(appointment=each, party_id=key) for each in further for key in parties
    )
    Attendee.objects.bulk_create(Attendee(appointment=each, user_id=key) for each in further for key in users)


def _following(appointment: Appointment) -> Appointment | None:
    """The next of a series without an end, not saved; None if there is none, or one already."""
    if not _is_endless(appointment) or appointment.following.exists():
        return None
    day = timezone.localtime(appointment.starts_at).date()
    found = next_of(read_rule(appointment.repeat), day, not_before=timezone.localdate())
    return _copy(appointment, *found) if found else None


def _is_endless(appointment: Appointment) -> bool:
    return bool(appointment.repeat) and read_rule(appointment.repeat).is_endless


def _require(appointment: Appointment, by: User) -> None:
    if not described(Appointment).may(by, Action.CHANGE, appointment):
        raise PermissionDenied(_("You may not do this with “%(what)s”.") % {"what": appointment.title})
