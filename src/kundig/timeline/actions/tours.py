"""A planned tour goes into the calendar, and what is reported from the road into the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.records.actions import create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions.appointments import hold_appointment, move_appointment
from kundig.timeline.actions.filing import filed
from kundig.timeline.actions.parts import ReactionTo
from kundig.timeline.actions.touchpoints import record_touchpoint, remove_touchpoint
from kundig.timeline.actions.writing import described
from kundig.timeline.enums import AppointmentKind
from kundig.timeline.models import Appointment, FiledOnce, Touchpoint

PlannedVisit = tuple[Party, Appointment | None, dt.datetime, dt.datetime]
"""Whom, the appointment if there is one already, and from when to when."""


def keep_tour(visits: Sequence[PlannedVisit], *, by: User) -> UUID | None:
    """Write the visits into the calendar of `by`: new ones are made, others moved. Answers the change set; None where
    there was nothing to write.

    Raises:
        PermissionDenied: if `by` may not make, or move, one of them.
        ValidationError: with a dict of columns, if one is no appointment that can be.
    """
    with transaction.atomic(), change_set(by=by, via=Via.HAND, title=_("Tour")) as opened:
        User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # Sent twice, it is written once.
        for party, appointment, begins, ends in visits:
            if appointment is not None:
                move_appointment(appointment, begins, ends, by=by)
                continue
            if _is_planned(party, timezone.localtime(begins).date(), by):
                continue
            values = {
                "title": _("Visit"), "kind": AppointmentKind.VISIT.value, "party": party.pk, "starts_at": begins,
                "ends_at": ends, "place": ", ".join(filter(None, (party.street, party.city))),
            }  # fmt: skip
            create_record(described(Appointment), values, by=by)
    return opened.id if visits else None


def report_visit(
    appointment: Appointment,
    *,
    body: str,
    mood: int | None,
    reactions: Sequence[ReactionTo],
    key: str,
    at: dt.datetime | None = None,
    by: User,
) -> Touchpoint:
    """File the report of a visit, and that it took place. The same `key` twice is filed once.

    Raises:
        PermissionDenied: if `by` may not change the appointment, or the customer.
        ValidationError: with a dict of columns: a time in the future, a text that is too large …
    """
    party = appointment.party
    assert party is not None, "visits have a customer"
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        reports = FiledOnce.objects.values("touchpoint")
        for bare in filed(appointment).filter(mood=None, body=appointment.details).exclude(pk__in=reports):
            remove_touchpoint(bare, by=by)  # Somebody has ticked it off before; now there is more to say.
        reported = record_touchpoint(
            kind=AppointmentKind.VISIT.value, party=party, by=by, at=min(at or timezone.now(), timezone.now()),
            direction="both", body=body, mood=mood, reactions=reactions, key=key,
            people=_seen_people(appointment, by), source="appointments",
            source_id=appointment.pk,
            duration=max(int((appointment.ends_at - appointment.starts_at).total_seconds() // 60), 0) or None,
        )  # fmt: skip
        may_hold = described(Appointment).may(by, Action.CHANGE, appointment)
        if may_hold and appointment.held_at is None and appointment.starts_at <= timezone.now():
            hold_appointment(appointment, by=by)
    return reported


def _is_planned(party: Party, day: dt.date, by: User) -> bool:
    begins = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    same_day = Appointment.objects.of(by).filter(starts_at__gte=begins, starts_at__lt=begins + dt.timedelta(days=1))
    return same_day.filter(party=party.pk).exists()


def _seen_people(appointment: Appointment, by: User) -> list[UUID]:
    """Whom `by` may see of the further customers: nobody names those whom they do not know."""
    taking_part = appointment.parties.values("party_id")
    return list(visible_parties(by).filter(pk__in=taking_part).values_list("pk", flat=True))
