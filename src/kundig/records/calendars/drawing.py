"""Calendars as HTML: the cells of a month, the columns of a week with hours. Plain functions that escape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.platform.formats import Formats
from kundig.records.calendars.events import Day, Event
from kundig.records.calendars.hours import is_whole_day, slots_of
from kundig.records.calendars.spans import AGENDA, DAY, MONTH, WEEK, Span, long_date, weekdays

MOST_OF_A_DAY = {MONTH: 4, WEEK: 40, DAY: 60, AGENDA: 40}


@dataclass
class Layer:
    """What one kind of object brings into a calendar. `start` names the field that a move changes."""

    name: str
    start: str
    days: Mapping[dt.date, Day]
    movable: bool = False
    tone: str = ""
    """A word for the style sheet that tells its events from those of other layers."""
    ends: bool = False
    """Whether its events may be lengthened."""


@dataclass
class Drawing:
    """Writes the days of a span with what the layers have on them."""

    span: Span
    formats: Formats
    layers: Sequence[Layer]
    marks: Mapping[dt.date, str] = field(default_factory=dict)
    has_hours: bool = False
    new: str = ""
    """Where a new event is made, with `{at}` for its beginning; "" where that cannot be."""
    _seen: set[tuple[str, UUID]] = field(default_factory=set)

    def context(self, all_of: Any) -> dict[str, Any]:
        """What the template of a calendar shows. `all_of(day)` is the address of all that a day has."""
        cells = [[self._cell(day, all_of) for day in week] for week in self.span.weeks]
        flat = [cell for week in cells for cell in week]
        with_hours = self.has_hours and self.span.kind in (WEEK, DAY)
        return {
            "span": self.span,
            "title": self.span.title(self.formats.language),
            "weekdays": weekdays(self.formats.language),
            "weeks": cells if self.span.kind != AGENDA and not with_hours else [],
            "hours": flat if with_hours else [],
            "clock": [f"{hour:02}:00" for hour in range(24)] if with_hours else [],
            "agenda": [cell for cell in flat if cell["events"]] if self.span.kind == AGENDA else [],
            "is_empty": not any(layer.days for layer in self.layers),
            "new": self.new,
        }

    def _cell(self, day: dt.date, all_of: Any) -> dict[str, Any]:
        with_hours = self.has_hours and self.span.kind in (WEEK, DAY)
        whole, slots, more = [], [], 0
        for layer in self.layers:
            there = layer.days.get(day)
            if there is None:
                continue
            more += there.count - len(there.events)
            for event in there.events:
                if not with_hours or is_whole_day(event):
                    whole.append(self._event(layer, event, day))
            if with_hours:
                slots += [(layer, slot) for slot in slots_of(there.events, day)]
        short, _long = weekdays(self.formats.language)[day.weekday()]
        return {
            "day": day,
            "key": day.isoformat(),
            "label": long_date(day, self.formats.language),
            "short": short,
            "mark": self.marks.get(day, ""),
            "is_today": day == timezone.localdate(),
            "is_free": day.weekday() > 4 or day in self.marks,
            "is_outside": self.span.is_outside(day),
            "events": mark_safe("".join(whole)),  # noqa: S308 - each part escapes
            "slots": mark_safe("".join(self._slot(layer, slot, day) for layer, slot in slots)),  # noqa: S308
            "lanes": max((slot.lanes for _layer, slot in slots), default=1),
            "more": ngettext("%(n)d more", "%(n)d more", more) % {"n": more} if more > 0 else "",
            "all": all_of(day),
        }

    def _is_first(self, layer: Layer, event: Event) -> bool:
        key = (layer.name, event.record_id)
        is_first = key not in self._seen
        self._seen.add(key)
        return is_first

    def _event(self, layer: Layer, event: Event, day: dt.date) -> str:
        """One `<li>`; of a record that stands on several days the first is the one that can be moved."""
        first = self._is_first(layer, event)
        movable = layer.movable and first and not event.goes_on
        words = escape(event.title or _("(no name)"))
        if event.since is not None:
            words += f" <small>{event.since}</small>"
        time = f"<time>{event.time}</time> " if event.time and not _is_long(event) else ""
        beside = f"<span>{escape(event.beside)}</span>" if event.beside else ""
        return (
            f'<li class="deal event"{_identity(layer, event) if first else ""}{_tone(layer)}'
            f"{' data-movable' if movable else ''}{' data-goes-on' if event.goes_on else ''}"
            f' data-column="{day.isoformat()}" tabindex="-1">'
            f'<p>{time}<a href="/{layer.name}/{event.record_id}/" tabindex="-1" draggable="false">{words}</a></p>'
            f"{beside}</li>"
        )

    def _slot(self, layer: Layer, slot: Any, day: dt.date) -> str:
        """One `<li>` that takes its hours; on a further day of a long one it cannot be moved."""
        event = slot.event
        first = self._is_first(layer, event)
        movable = layer.movable and first and event.begins.date() == day
        words = escape(event.title or _("(no name)"))
        until = self.formats.time(event.ends.time())
        wide = " data-wide" if slot.lanes == 1 else ""
        times = f"<time>{self.formats.time(event.begins.time())}–{until}</time> "
        beside = f"<span>{escape(event.beside)}</span>" if event.beside else ""
        end = '<i class="slot__end" aria-hidden="true"></i>' if movable and layer.ends else ""
        return (
            f'<li class="slot"{_identity(layer, event) if first else ""}{_tone(layer)}{wide}'
            f"{' data-movable' if movable else ''}{' data-lengthens' if movable and layer.ends else ''}"
            f' data-from="{slot.first}" data-until="{slot.after}" data-lane="{slot.lane}"'
            f' data-begins="{event.begins:%Y-%m-%dT%H:%M}" data-ends="{event.ends:%Y-%m-%dT%H:%M}" tabindex="0">'
            f'<p>{times}<a href="/{layer.name}/{event.record_id}/" tabindex="-1" draggable="false">{words}</a></p>'
            f"{beside}{end}</li>"
        )


def _identity(layer: Layer, event: Event) -> str:
    move = f"/{layer.name}/{event.record_id}/reschedule/{layer.start}/"
    return f' id="c{event.record_id}" data-record="{layer.name}:{event.record_id}" data-move="{move}"'


def _tone(layer: Layer) -> str:
    return f' data-tone="{layer.tone}"' if layer.tone else ""


def _is_long(event: Event) -> bool:
    """Whether it takes whole days, so that the time at which it begins says nothing."""
    return event.begins is not None and event.ends is not None and is_whole_day(event)
