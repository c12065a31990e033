"""The events of a calendar: a few of each day and how many there are, in one query with a limit of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, DateField, F, Q, QuerySet, Value, Window
from django.db.models.functions import Greatest, RowNumber, TruncDate
from django.utils import timezone

from kundig.records.kinds.times import Moment
from kundig.records.patience import at_most
from kundig.records.rows import RowPlan

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.platform.formats import Formats
    from kundig.records.calendars.spans import Span
    from kundig.records.description import Description
    from kundig.records.fields import Field

EVENTS_MS = 1000


@dataclass(frozen=True)
class Event:
    """A record on one day. `goes_on` if it began on a day before; `since` is the year of a yearly one. Of what has
    hours, `begins` and `ends` are its moments on the clock here."""

    record_id: UUID
    title: str
    beside: str
    time: str
    goes_on: bool = False
    since: int | None = None
    begins: dt.datetime | None = None
    ends: dt.datetime | None = None


@dataclass
class Day:
    """`count` says how many events the day has, of which `events` shows the first."""

    events: list[Event]
    count: int = 0


class Events:
    """Reads what stands in a calendar of one description for one reader."""

    def __init__(
        self,
        description: Description,
        start: Field,
        end: Field | None,
        beside: Sequence[Field],
        formats: Formats,
        *,
        user: User,
    ) -> None:
        self.description, self.start, self.end, self.formats = description, start, end, formats
        self.title = description.field(description.title)
        self.beside = [field for field in beside if field.name != start.name]
        self.plan = RowPlan([self.title, start, *([end] if end else []), *self.beside], user)

    def of(self, rows: QuerySet, span: Span, *, yearly: bool, most: int) -> dict[dt.date, Day]:
        """Day → what stands there, `most` of each.

        Raises:
            TooSlow: if that is not found in a second.
        """
        with at_most(EVENTS_MS):
            if yearly:
                found = self._yearly(rows, span, most)
            else:
                found = self._dated(rows, span, most)
        texts = {row[0]: row for row in self.plan.in_order(self.description, {pk for pk, _day, _count in found})}
        days: dict[dt.date, Day] = {}
        for record_id, day, count in found:
            if record_id not in texts:
                continue
            for number, each in enumerate(self._lasting(texts[record_id], day, span)):
                there = days.setdefault(each, Day([]))
                if number == 0:
                    there.count = max(there.count, count)
                if len(there.events) < most:
                    goes_on = number > 0 or (not yearly and day < span.first)
                    there.events.append(self._event(texts[record_id], goes_on=goes_on, yearly=yearly))
        for there in days.values():
            there.count = max(there.count, len(there.events))
        return days

    def _dated(self, rows: QuerySet, span: Span, most: int) -> list[tuple[UUID, dt.date, int]]:
        path = self.start.path
        first, after = self._bounds(span)
        within = Q(**{f"{path}__gte": first, f"{path}__lt": after})
        if self.end is not None:
            end = self.end.path
            last = first.date() if isinstance(first, dt.datetime) and not isinstance(self.end.kind, Moment) else first
            # What ends at midnight does not reach into the day that begins then.
            reaches = "gt" if isinstance(self.end.kind, Moment) else "gte"
            within |= Q(**{f"{path}__lt": first, f"{end}__{reaches}": last})
        day: Any = TruncDate(path) if isinstance(self.start.kind, Moment) else F(path)
        shown_on = Greatest(day, Value(span.first, output_field=DateField()))
        numbered = rows.filter(within).annotate(
            stands_on=day,
            stands_as=Window(RowNumber(), partition_by=[shown_on], order_by=[F(path).asc(), F("pk").asc()]),
            stand_there=Window(Count("pk"), partition_by=[shown_on]),
        )
        return list(
            numbered.filter(stands_as__lte=most)
            .order_by("stands_on", "stands_as")
            .values_list("pk", "stands_on", "stand_there")
        )

    def _bounds(self, span: Span) -> tuple[Any, Any]:
        """First moment and the one after the last, in the type of the column."""
        after = span.last + dt.timedelta(days=1)
        if not isinstance(self.start.kind, Moment):
            return span.first, after
        return tuple(timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (span.first, after))  # type: ignore[return-value]

    def _yearly(self, rows: QuerySet, span: Span, most: int) -> list[tuple[UUID, dt.date, int]]:
        """Of each month that is shown the days in question; the 29th of February stands on the 28th in other years."""
        path = self.start.path
        wanted: dict[tuple[int, int], dt.date] = {(day.month, day.day): day for day in span.days}
        for (month, number), day in list(wanted.items()):
            if (month, number) == (2, 28) and not _is_leap(day.year):
                wanted[(2, 29)] = day
        within = Q()
        for month in {month for month, _day in wanted}:
            days = [day for m, day in wanted if m == month]
            within |= Q(**{f"{path}__month": month, f"{path}__day__gte": min(days), f"{path}__day__lte": max(days)})
        dated = rows.filter(within, **{f"{path}__isnull": False})
        days_of = [F(f"{path}__month"), F(f"{path}__day")]
        numbered = dated.annotate(
            stands_as=Window(RowNumber(), partition_by=days_of, order_by=F("pk").asc()),
            stand_there=Window(Count("pk"), partition_by=days_of),
        )
        found = numbered.filter(stands_as__lte=most).values_list("pk", path, "stand_there")
        placed = [(pk, wanted.get((date.month, date.day)), date, count) for pk, date, count in found]
        return [(pk, day, count) for pk, day, date, count in placed if day is not None and day.year >= date.year]

    def _lasting(self, row: tuple[Any, ...], day: dt.date, span: Span) -> list[dt.date]:
        """The shown days from the first on which a record stands to its last."""
        first = max(day, span.first)
        last = first
        if self.end is not None and (end := self.plan.values(row, self.end)[0]) is not None:
            last = _last_day(end) if isinstance(end, dt.datetime) else end
        last = min(max(last, first), span.last)
        return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]

    def _event(self, row: tuple[Any, ...], *, goes_on: bool, yearly: bool) -> Event:
        start = self.plan.values(row, self.start)[0]
        time = ""
        if isinstance(start, dt.datetime) and not goes_on:
            time = self.formats.time(timezone.localtime(start).time())
        title = self.title.text(self.formats, *self.plan.values(row, self.title))
        beside = self.plan.joined(row, self.beside, self.formats)
        end = self.plan.values(row, self.end)[0] if self.end else None
        begins, ends = (timezone.localtime(each) if isinstance(each, dt.datetime) else None for each in (start, end))
        return Event(row[0], title, beside, time, goes_on, start.year if yearly else None, begins, ends)


def _last_day(end: dt.datetime) -> dt.date:
    return timezone.localtime(end - dt.timedelta(microseconds=1)).date()


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
