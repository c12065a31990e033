"""Bringing further customers and colleagues into an appointment, a task or a contact, and letting them go; handing a
task to whoever stands in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.htmx import with_toast
from kundig.records import registry
from kundig.records.actions import change_record
from kundig.records.ledger import change_set
from kundig.timeline import actions
from kundig.timeline.models import Appointment, Touchpoint
from kundig.timeline.panels.participants import participants, participants_of
from kundig.timeline.queries.absences import stand_in_for
from kundig.timeline.views.histories import EntryView
from kundig.timeline.views.steps import PlannedView


class TaskParticipantsView(PlannedView):
    """POST brings in a customer (`party`) or a colleague (`user`), or lets one go (`without`); answers the panel."""

    def post(self, request: HttpRequest) -> HttpResponse:
        return _answer(request, self.of, self.record, by=self.user)


class AppointmentParticipantsView(TaskParticipantsView):
    model = Appointment


class PeopleView(EntryView):
    """The same for a contact."""

    def post(self, request: HttpRequest) -> HttpResponse:
        description = registry.for_model(Touchpoint)
        assert description is not None, "touchpoints are described"
        return _answer(request, description, self.changeable(), by=self.user)


class DeputyView(PlannedView):
    """POST hands a task to whoever stands in for the one who was to do it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        task = self.record
        absence = stand_in_for(task.assignee_id, on=task.due_on or timezone.localdate())
        if absence is None:
            return self.refused(ValidationError(_("Nobody has to stand in any more.")))
        with transaction.atomic(), change_set(by=self.user) as changes:
            change_record(self.of, task, {"assignee": absence.deputy_id}, by=self.user)
        return self.told(_("Given to %(name)s.") % {"name": absence.deputy.name}, changes)


def _answer(request: HttpRequest, description: Any, record: Any, *, by: User) -> HttpResponse:
    try:
        with transaction.atomic(), change_set(by=by) as changes:
            # Two may do so at once, and what is there is written back whole.
            get_object_or_404(type(record)._default_manager.select_for_update(of=("self",)), pk=record.pk)
            words, is_done = _changed(record, request.POST, by=by)
    except ValidationError as error:
        html = participants(request, description, record, error=" ".join(error.messages))
        return HttpResponse(html, status=422)
    response = HttpResponse(participants(request, description, record))
    return with_toast(response, words, undo=f"/undo/{changes.id}/" if is_done else "")


def _changed(record: Any, posted: QueryDict, *, by: User) -> tuple[str, bool]:
    """What was done, in words, and whether it was not so before.

    Raises:
        ValidationError: if nobody is named, or one who is not there.
    """
    party, user, without = (_key(posted.get(name, "")) for name in ("party", "user", "without"))
    there = participants_of(record)
    if without in there:
        return _("Taken out."), _set_customers(record, [key for key in there if key != without], by=by)
    colleagues = list(record.attendees.values_list("user_id", flat=True)) if isinstance(record, Appointment) else []
    if without in colleagues:
        return _("Taken out."), actions.set_attendees(record, [key for key in colleagues if key != without], by=by)
    if without is not None:
        return _("Not there any more."), False
    if party is None and (user is None or not isinstance(record, Appointment)):
        raise ValidationError(_("Choose whom to bring in."))
    is_done = party is not None and _set_customers(record, [*there, party], by=by)
    if user is not None and isinstance(record, Appointment):
        is_done = actions.set_attendees(record, [*colleagues, user], by=by) or is_done
    return (_("Brought in.") if is_done else _("Already there.")), is_done


def _set_customers(record: Any, keys: list[UUID], *, by: User) -> bool:
    """False if they are just these already."""
    if not isinstance(record, Touchpoint):
        return actions.set_parties(record, keys, by=by)
    before = participants_of(record)
    actions.change_touchpoint(record, {"people": keys}, by=by)
    return {*before} != {*participants_of(record)}


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
