"""The calendar as a page, and the move of an event to another day."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.platform import ui
from kundig.platform.formats import parse_date
from kundig.platform.htmx import changed, with_toast
from kundig.records.actions import change_record
from kundig.records.calendars.drawing import MOST_OF_A_DAY, Drawing, Layer
from kundig.records.calendars.events import Day, Events
from kundig.records.calendars.marks import marks_for
from kundig.records.calendars.offered import Calendar, calendar_of, datings
from kundig.records.calendars.spans import AGENDA, DAY, MONTH, WEEK, Span, long_date, span_of
from kundig.records.fields import Field
from kundig.records.ledger import change_set
from kundig.records.patience import TooSlow
from kundig.records.views.fields import FieldView
from kundig.records.views.shapes import ShapeView


class CalendarView(ShapeView):
    shape = "calendar"
    template = "records/calendars/calendar.html"
    own = ("by", "on", "span")
    calendar: Calendar
    start: Field
    span: Span

    def answer(self, request: HttpRequest, wanted: str) -> HttpResponse:
        calendar = calendar_of(self.description, self.user, by=self.one("by"))
        if calendar is None:
            raise Http404(
                _("A calendar needs a date, and %(what)s have none.") % {"what": self.description.label_plural}
            )
        known = self.description.fields_for(self.user)
        self.calendar, self.start, end = calendar, known[calendar.start], known.get(calendar.end)
        self.span = span_of(self.one("span"), self.asked_day())
        may_change = self.description.may(self.user, Action.CHANGE) and not calendar.yearly
        self.movable = may_change and self.description.may_write(self.user, self.start)
        beside = self.description.shown(self.description.subtitle, self.user)
        events = Events(self.description, self.start, end, beside, self.formats, user=self.user)
        days: dict[dt.date, Day] = {}
        try:
            most = MOST_OF_A_DAY[self.span.kind]
            days = events.of(self.asked.rows(), self.span, yearly=calendar.yearly, most=most)
        except TooSlow:
            self.notice = _("Among so many %(what)s this would take too long. A filter or a search helps.") % {
                "what": self.description.label_plural
            }
        return self.page(request, wanted, self.shown(days))

    def asked_day(self) -> dt.date:
        try:
            return parse_date(self.one("on"))
        except ValueError:
            return timezone.localdate()

    def shown(self, days: dict[dt.date, Day]) -> dict[str, Any]:
        span, hours = self.span, self.calendar.hours
        layer = Layer(self.description.name, self.start.name, days, movable=self.movable, ends=hours)
        drawing = Drawing(
            span, self.formats, [layer], marks_for(self.user, span.first, span.last), has_hours=hours, new=self.new()
        )
        offered = [(MONTH, _("Month")), (WEEK, _("Week")), (AGENDA, _("Agenda"))]
        if hours:
            offered.insert(2, (DAY, _("Day")))
        return {
            **drawing.context(self.all_of),
            "start": self.start,
            "movable": self.movable,
            "earlier": self.go(on=span.before.isoformat()),
            "later": self.go(on=span.after.isoformat()),
            "today": self.go(on=None),
            "spans": [
                (label, self.go(span=kind if kind != MONTH else None), kind == span.kind) for kind, label in offered
            ],
            "datings": [(field, self.go(by=field.name)) for field in datings(self.description, self.user)],
        }

    def go(self, **changes: str | None) -> str:
        return self.address(self.params, **changes)

    def new(self) -> str:
        """Where an event of this calendar is made; `{at}` stands for its beginning."""
        if not self.calendar.hours or not self.description.may(self.user, Action.CREATE):
            return ""
        return f"{self.description.url()}new/?{self.start.name}={{at}}"

    def all_of(self, day: dt.date) -> str:
        """Where all events of a day stand."""
        if self.span.kind == MONTH:
            return self.go(span=DAY if self.calendar.hours else WEEK, on=day.isoformat())
        query = self.question()
        return f"{self.description.url()}?{query}" if query else self.description.url()


class RescheduleView(FieldView):
    """POST `to=<day>` puts a record on another day, at the same time of day and lasting as long as before.

    `to=<day>T<time>` also gives it another time, and `until=<day>T<time>` another end.
    """

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        field = self.field()
        try:
            day, time = self.asked_moment(request.POST.get("to", ""))
            until = request.POST.get("until")
            with transaction.atomic(), change_set(by=self.user) as changes:
                record = self.record(record_id, action=Action.CHANGE, lock=True)
                before = getattr(record, field.path)
                if before is None:
                    raise ValidationError(_("“%(field)s” is empty.") % {"field": field.label})
                self.check_seen(field, before, request.POST.get("seen"))
                values = self.moved(record, field, day, time, until)
                change_record(self.description, record, values, by=self.user)
        except ValidationError as error:
            return HttpResponse(ui.toast(" ".join(error.messages), tone="bad"), status=422)
        when = long_date(day, self.formats.language)
        if time is not None:
            when = _("%(day)s at %(time)s") % {"day": when, "time": self.formats.time(time)}
        words = _("Moved to %(day)s.") % {"day": when}
        response = with_toast(HttpResponse(), words, undo=f"/undo/{changes.id}/")
        return changed(response, f"{self.description.name}:{record_id}")

    def asked_moment(self, text: str) -> tuple[dt.date, dt.time | None]:
        """The day that was asked for, and the time if one was."""
        day, has_time, time = text.partition("T")
        try:
            return parse_date(day), dt.time.fromisoformat(time).replace(tzinfo=None) if has_time else None
        except ValueError as error:
            raise ValidationError(
                _("“%(text)s” is not a date. Write it like %(example)s or 2026-04-03.")
                % {"text": text[:40], "example": self.formats.date(dt.date(2026, 4, 3))}
            ) from error

    def check_seen(self, field: Field, before: Any, seen: str | None) -> None:
        """Refuse to move what stands on another day by now.

        Raises:
            ValidationError: saying on which.
        """
        if seen not in (None, _day(before).isoformat()):
            text = field.text(self.formats, before)
            raise ValidationError(_("Not moved: somebody has changed it to “%(text)s” meanwhile.") % {"text": text})

    def moved(
        self, record: Any, field: Field, day: dt.date, time: dt.time | None = None, until: str | None = None
    ) -> dict[str, Any]:
        """The new start, and the end as much later as the start is unless one is given."""
        before = getattr(record, field.path)
        values = {field.name: self.on(day, before, time)}
        calendar = self.description.calendar
        end = self.description.fields_for(self.user).get(calendar.end) if calendar else None
        if calendar and calendar.start == field.name and end is not None:
            ended = getattr(record, end.path)
            if ended is not None and self.description.may_write(self.user, end):
                values[end.name] = self.until(ended, until) if until else self.along(before, ended, values[field.name])
        return values

    def until(self, ended: Any, text: str) -> Any:
        day, time = self.asked_moment(text)
        return self.on(day, ended, time)

    def along(self, before: Any, ended: Any, now: Any) -> Any:
        """The end as much later as the start is: days where the start has days, else to the minute."""
        moved = _day(now) - _day(before)
        if isinstance(now, dt.datetime) and timezone.localtime(now).time() != timezone.localtime(before).time():
            return ended + (now - before)
        return self.on(_day(ended) + moved, ended)

    def on(self, day: dt.date, before: Any, time: dt.time | None = None) -> Any:
        if not isinstance(before, dt.datetime):
            return day
        try:
            return timezone.make_aware(dt.datetime.combine(day, time or timezone.localtime(before).time()))
        except OverflowError as error:
            raise ValidationError(_("“%(text)s” is not a date.") % {"text": day}) from error


def _day(value: Any) -> dt.date:
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value
