"""A day hour by hour: which quarters of an hour an event takes, and which stand beside each other. Arithmetic only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kundig.records.calendars.events import Event

QUARTERS = 96
FEWEST = 2
"""An event is drawn half an hour high at least, or nobody could read it."""
MOST_LANES = 6


@dataclass(frozen=True)
class Slot:
    """An event with hours on one day: from the beginning of quarter `first` to that of quarter `after`, in the lane
    `lane` of `lanes`; alone it is as wide as the day."""

    event: Event
    first: int
    after: int
    lane: int = 0
    lanes: int = 1


def is_whole_day(event: Event) -> bool:
    """Whether it has no hours to be drawn by: it has none at all, or takes whole days from midnight to midnight."""
    if event.begins is None or event.ends is None:
        return True
    midnight = dt.time()
    return event.begins.time() == midnight and event.ends.time() == midnight and event.ends > event.begins


def slots_of(events: Sequence[Event], day: dt.date) -> list[Slot]:
    """The events with hours on `day`, each beside those that it would cover."""
    found = sorted((_slot(each, day) for each in events if not is_whole_day(each)), key=lambda s: (s.first, -s.after))
    placed: list[Slot] = []
    group: list[Slot] = []
    for slot in found:
        if group and slot.first >= max(each.after for each in group):
            placed += _beside(group)
            group = []
        group.append(slot)
    return placed + _beside(group)


def _slot(event: Event, day: dt.date) -> Slot:
    assert event.begins is not None and event.ends is not None, "it has hours"
    first = _quarter(event.begins) if event.begins.date() == day else 0
    after = _quarter(event.ends, up=True) if event.ends.date() == day else QUARTERS
    first = min(first, QUARTERS - FEWEST)
    return Slot(event, first, min(max(after, first + FEWEST), QUARTERS))


def _quarter(moment: dt.datetime, *, up: bool = False) -> int:
    minutes = moment.hour * 60 + moment.minute
    return -(-minutes // 15) if up else minutes // 15


def _beside(group: list[Slot]) -> list[Slot]:
    """Those that overlap, each in the first lane that is free."""
    free: list[int] = []
    lanes: list[int] = []
    for slot in group:
        lane = next((number for number, until in enumerate(free) if until <= slot.first), len(free))
        if lane == len(free) and lane < MOST_LANES:
            free.append(0)
        lane = min(lane, MOST_LANES - 1)
        free[lane] = slot.after
        lanes.append(lane)
    return [Slot(slot.event, slot.first, slot.after, lane, len(free)) for slot, lane in zip(group, lanes, strict=True)]
