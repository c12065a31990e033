"""Doing, putting off and noting what is planned, by a click: each answer is a message with its undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import visible_party
from kundig.platform import ui
from kundig.platform.formats import current_formats, parse_date
from kundig.platform.htmx import changed, part, with_toast
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.calendars.spans import long_date
from kundig.records.description import Description
from kundig.records.kinds.base import Reading
from kundig.records.ledger import change_set
from kundig.records.ledger.sets import Opened
from kundig.timeline import actions
from kundig.timeline.models import Appointment, Task
from kundig.timeline.panels import steps
from kundig.timeline.panels.composing import appointment_form, task_form
from kundig.timeline.panels.participants import deputy_hint


class PlannedView(LoginRequiredMixin, View):
    """What the views of one task or appointment begin with: the record, if the user may change it."""

    model: type[Task] | type[Appointment] = Task
    user: User
    of: Description
    record: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        found = registry.for_model(self.model)
        assert found is not None, "descriptions are registered when the program starts"
        self.of = found
        self.record = self.of.visible_to(self.user).filter(pk=kwargs.pop("record_id")).first()
        if self.record is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        if not self.of.may(self.user, Action.CHANGE, self.record):
            return HttpResponse(ui.toast(_("You may look at this, but not change it."), tone="bad"), status=403)
        return super().dispatch(request, *args, **kwargs)

    def told(self, words: str, changes: Opened | None) -> HttpResponse:
        """The message, and that the record has changed; without htmx the page of the record."""
        if not getattr(self.request, "htmx", None):
            return redirect(self.of.url(self.record.pk))
        undo = f"/undo/{changes.id}/" if changes else ""
        return changed(with_toast(HttpResponse(), words, undo=undo), f"{self.of.name}:{self.record.pk}")

    def refused(self, error: ValidationError) -> HttpResponse:
        return HttpResponse(ui.toast(" ".join(error.messages), tone="bad"), status=422)


class DoneView(PlannedView):
    """POST notes that a task is done, DELETE that it is not."""

    def post(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic(), change_set(by=self.user) as changes:
            following = actions.finish_task(self.record, by=self.user)
        if following is None or following.due_on is None:
            return self.told(_("Done."), changes)
        day = long_date(following.due_on, current_formats().language)
        return self.told(_("Done. The next one is due on %(day)s.") % {"day": day}, changes)

    def delete(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic(), change_set(by=self.user) as changes:
            actions.reopen_task(self.record, by=self.user)
        return self.told(_("Open again."), changes)


class DueView(PlannedView):
    """POST `to=<day>` puts a task off to a day."""

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("to", "")
        try:
            try:
                day = parse_date(text)
            except ValueError as error:
                raise ValidationError(
                    _("“%(text)s” is not a date. Write it like 31.12.2027.") % {"text": text[:40]}
                ) from error
            with transaction.atomic(), change_set(by=self.user) as changes:
                actions.postpone_task(self.record, day, by=self.user)
        except ValidationError as error:
            return self.refused(error)
        words = _("Put off to %(day)s.") % {"day": long_date(day, current_formats().language)}
        return self.told(words, changes)


class HeldView(PlannedView):
    """POST notes that an appointment took place, DELETE that it did not."""

    model = Appointment

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            with transaction.atomic(), change_set(by=self.user) as changes:
                following = actions.hold_appointment(self.record, by=self.user)
        except ValidationError as error:
            return self.refused(error)
        if following is None:
            return self.told(_("Noted in the history."), changes)
        when = current_formats().moment(following.starts_at)
        return self.told(_("Noted in the history. The next one begins %(when)s.") % {"when": when}, changes)

    def delete(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic(), change_set(by=self.user) as changes:
            actions.not_held(self.record, by=self.user)
        return self.told(_("Not held after all."), changes)


class StepsView(LoginRequiredMixin, View):
    """POST notes a task for a party, in the panel of its page: `title`, and `due_on` by the day that was clicked."""

    def post(self, request: HttpRequest, party_id: UUID) -> HttpResponse:
        user: Any = request.user
        found = visible_party(user, party_id)
        if found is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        of = next(d for d in registry.covering(Party) if d.where.get("kind") == found.kind)
        title, due = request.POST.get("title", ""), request.POST.get("due_on", "")
        try:
            with transaction.atomic(), change_set(by=user) as changes:
                task = actions.give_task(title=title, party=found, due_on=_day(due), by=user)
        except ValidationError as error:
            html = steps(request, of, found, error=" ".join(error.messages), typed=title)
            return HttpResponse(html, status=422) if part(request) else redirect(of.url(found.pk))
        if not part(request):
            return redirect(of.url(found.pk))
        day = long_date(task.due_on, current_formats().language) if task.due_on else ""
        words = _("Noted for %(day)s.") % {"day": day} if day else _("Noted.")
        response = with_toast(HttpResponse(steps(request, of, found)), words, undo=f"/undo/{changes.id}/")
        return changed(response, f"tasks:{task.pk}")


class NoteTaskView(LoginRequiredMixin, View):
    """POST notes a task, from the composer: `title`, `assignee`, and `due_on` by the day that was clicked."""

    def post(self, request: HttpRequest, party_id: UUID) -> HttpResponse:
        user: Any = request.user
        party, typed = _party(user, party_id), request.POST.dict()
        try:
            assignee = UUID(typed["assignee"]) if typed.get("assignee") else None
            with transaction.atomic(), change_set(by=user) as changes:
                task = actions.give_task(
                    title=typed.get("title", ""), party=party, assignee=assignee, due_on=_day(typed.get("due_on", "")),
                    by=user,
                )  # fmt: skip
        except ValidationError as error:
            html = task_form(request, party, typed=typed, error=" ".join(error.messages))
            return HttpResponse(html, status=422)
        except ValueError as error:
            raise Http404(_("There is no such record, or it is not visible to you.")) from error
        day = long_date(task.due_on, current_formats().language) if task.due_on else ""
        words = _("Noted for %(day)s.") % {"day": day} if day else _("Noted.")
        description = registry.for_model(Task)
        assert description is not None, "descriptions are registered when the program starts"
        html = deputy_hint(request, description, task) + task_form(request, party)
        response = with_toast(HttpResponse(html), words, undo=f"/undo/{changes.id}/")
        return changed(response, f"tasks:{task.pk}")


class NoteAppointmentView(LoginRequiredMixin, View):
    """POST makes an appointment with a party, from the composer, with the fields of its form."""

    def post(self, request: HttpRequest, party_id: UUID) -> HttpResponse:
        user: Any = request.user
        party, typed = _party(user, party_id), request.POST.dict()
        description = registry.for_model(Appointment)
        assert description is not None, "descriptions are registered when the program starts"
        reading = Reading(user, current_formats(), {})
        try:
            values: dict[str, Any] = {"party": party.pk}
            for name in ("title", "kind", "starts_at", "ends_at", "place"):
                field = description.fields[name]
                if typed.get(name) or name in ("title", "starts_at"):
                    values[name] = field.kind.parse(typed.get(name, ""), field=field, reading=reading)
            with transaction.atomic(), change_set(by=user) as changes:
                made = create_record(description, values, by=user)
        except ValidationError as error:
            html = appointment_form(request, party, typed=typed, error=" ".join(error.messages))
            return HttpResponse(html, status=422)
        words = _("Noted for %(day)s.") % {"day": current_formats().moment(values["starts_at"])}
        response = with_toast(HttpResponse(appointment_form(request, party)), words, undo=f"/undo/{changes.id}/")
        return changed(response, f"appointments:{made.pk}")


def _party(user: Any, party_id: UUID) -> Party:
    found = visible_party(user, party_id)
    if found is None:
        raise Http404(_("There is no such record, or it is not visible to you."))
    return found


def _day(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return parse_date(text)
    except ValueError as error:
        raise ValidationError(
            {"due_on": _("“%(text)s” is not a date. Write it like 31.12.2027.") % {"text": text[:40]}}
        ) from error
