"""The calendar of people: appointments and dated tasks of oneself, of one's team, of a colleague, of all."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import access_of
from kundig.platform.formats import current_formats, parse_date
from kundig.platform.htmx import part
from kundig.records import registry
from kundig.records.calendars.drawing import MOST_OF_A_DAY, Drawing, Layer
from kundig.records.calendars.events import Day, Events
from kundig.records.calendars.marks import marks_for
from kundig.records.calendars.spans import AGENDA, DAY, MONTH, WEEK, span_of
from kundig.records.description import Description
from kundig.records.patience import TooSlow
from kundig.timeline.models import Appointment, Attendee, Task
from kundig.timeline.queries import people_of

ME, TEAM, ALL = "me", "team", "all"
SPANS = (DAY, WEEK, MONTH, AGENDA)


class CalendarView(LoginRequiredMixin, View):
    """GET with `span`, `on` (a day) and `who` (me, team, all, or the id of a colleague)."""

    user: User

    def get(self, request: HttpRequest) -> HttpResponse:
        self.user = request.user  # type: ignore[assignment]
        appointments, tasks = registry.for_model(Appointment), registry.for_model(Task)
        assert appointments is not None and tasks is not None, "descriptions are registered when the program starts"
        if not may_see(self.user):
            raise PermissionDenied(
                _("Your role does not let you see %(what)s. An administrator can change that.")
                % {"what": appointments.label_plural}
            )
        self.formats = current_formats()
        self.asked = {name: request.GET.get(name, "").replace("\x00", "") for name in ("span", "on", "who")}
        kind = self.asked["span"] if self.asked["span"] in SPANS else WEEK
        self.span = span_of(kind, self._day())
        self.people = self._people()
        notice = ""
        layers: list[Layer] = []
        try:
            layers = [self._appointments(appointments), self._tasks(tasks)]
        except TooSlow:
            notice = _("That would take too long. Choose fewer people, or a shorter time.")
        marks = marks_for(self.user, self.span.first, self.span.last)
        may_create = appointments.may(self.user, Action.CREATE)
        new = "/appointments/new/?starts_at={at}" if may_create else ""
        drawing = Drawing(self.span, self.formats, layers, marks, has_hours=True, new=new)
        context = {
            **drawing.context(lambda day: self._go(span=DAY, on=day.isoformat())),
            "notice": notice,
            "may_create": may_create,
            "may_note": tasks.may(self.user, Action.CREATE),
            "earlier": self._go(on=self.span.before.isoformat()),
            "later": self._go(on=self.span.after.isoformat()),
            "today": self._go(on=""),
            "spans": [
                (label, self._go(span=value), value == self.span.kind)
                for value, label in ((DAY, _("Day")), (WEEK, _("Week")), (MONTH, _("Month")), (AGENDA, _("Agenda")))
            ],
            "whose": self._whose(),
            "who": self._who(),
        }
        name = "_calendar" if part(request) == "content" else "calendar"
        return render(request, f"timeline/calendar/{name}.html", context)

    # -- what was asked -----------------------------------------------------------------------------------------------

    def _day(self) -> dt.date:
        try:
            return parse_date(self.asked["on"])
        except ValueError:
            return timezone.localdate()

    def _people(self) -> list[UUID] | None:
        """Whose calendar is shown; None for everybody's, as far as the user may see it."""
        who = self.asked["who"]
        if who == ALL:
            return None
        if who == TEAM:
            teams = access_of(self.user).team_ids
            return list(User.objects.active().filter(teams__in=teams).values_list("pk", flat=True).distinct())
        try:
            return [UUID(who)]
        except ValueError:
            return people_of(self.user)

    def _who(self) -> str:
        """Whose calendar that is, in words."""
        chosen = self.asked["who"]
        return next((str(label) for value, label in self._choices() if value == chosen), _("My calendar"))

    def _choices(self) -> list[tuple[str, Any]]:
        choices: list[tuple[str, Any]] = [("", _("My calendar"))]
        if access_of(self.user).team_ids:
            choices.append((TEAM, _("My team")))
        choices.append((ALL, _("Everybody")))
        people = User.objects.active().exclude(pk=self.user.pk).order_by("name").values_list("pk", "name")[:200]
        return [*choices, *((str(pk), name) for pk, name in people)]

    def _whose(self) -> list[tuple[str, str, bool]]:
        return [(str(label), self._go(who=value), value == self.asked["who"]) for value, label in self._choices()]

    def _go(self, **changes: str) -> str:
        asked = {name: value for name, value in {**self.asked, **changes}.items() if value}
        return f"?{urlencode(asked)}" if asked else "/calendar/"

    # -- what stands there --------------------------------------------------------------------------------------------

    def _appointments(self, description: Description) -> Layer:
        rows = description.visible_to(self.user)
        if self.people is not None:
            taking_part = Attendee.objects.filter(user_id__in=self.people).values("appointment_id")
            rows = rows.filter(Q(owner_id__in=self.people) | Q(pk__in=taking_part))
        return self._layer(description, rows, "starts_at", "ends_at", beside="party place")

    def _tasks(self, description: Description) -> Layer:
        rows = description.visible_to(self.user).filter(done_at=None)
        if self.people is not None:
            rows = rows.filter(assignee_id__in=self.people)
        return self._layer(description, rows, "due_on", "", beside="party", tone="task")

    def _layer(
        self, description: Description, rows: QuerySet, start: str, end: str, *, beside: str, tone: str = ""
    ) -> Layer:
        known = description.fields_for(self.user)
        if start not in known:
            return Layer(description.name, start, {})
        others = description.shown(beside, self.user)
        if self.people is None or len(self.people) > 1:
            holder = "owner" if end else "assignee"
            others = [*description.shown(holder, self.user), *others]
        events = Events(description, known[start], known.get(end), others, self.formats, user=self.user)
        days: dict[dt.date, Day] = events.of(rows, self.span, yearly=False, most=MOST_OF_A_DAY[self.span.kind])
        movable = description.may(self.user, Action.CHANGE) and description.may_write(self.user, known[start])
        return Layer(description.name, start, days, movable=movable, tone=tone, ends=bool(end))


def may_note_tasks(user: Any) -> bool:
    return _may_create(Task, user)


def may_make_appointments(user: Any) -> bool:
    return _may_create(Appointment, user)


def _may_create(model: type[Task] | type[Appointment], user: Any) -> bool:
    description = registry.for_model(model)
    return description is not None and description.may(user, Action.CREATE)


def may_see(user: Any) -> bool:
    """Whether the calendar is offered: to whoever may see appointments or tasks."""
    described = (registry.for_model(Appointment), registry.for_model(Task))
    return any(each is not None and each.may(user, Action.READ) for each in described)
