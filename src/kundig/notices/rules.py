"""When a mail about a notice may go out: arithmetic of hours and days of rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kundig.notices.enums import Way

NEXT = dt.timedelta(days=1)
MIDNIGHT = dt.time()


@dataclass(frozen=True)
class Rest:
    """Hours of the day, and days of the week (0 is Monday), on which somebody is left alone. Hours may span midnight;
    without both there are none."""

    begins: dt.time | None = None
    ends: dt.time | None = None
    days: frozenset[int] = frozenset()

    def is_day_off(self, day: dt.date) -> bool:
        return day.weekday() in self.days and len(self.days) < 7

    def end_after(self, moment: dt.datetime) -> dt.datetime:
        """The first moment from this one on (with a time zone) at which there is no rest."""
        while True:
            later = self._after_hours(moment)
            if self.is_day_off(later.date()):
                later = dt.datetime.combine(later.date() + NEXT, MIDNIGHT, tzinfo=moment.tzinfo)
            if later == moment:
                return moment
            moment = later

    def _after_hours(self, moment: dt.datetime) -> dt.datetime:
        if self.begins is None or self.ends is None or self.begins == self.ends:
            return moment
        clock, day = moment.time(), moment.date()
        if self.begins < self.ends:
            is_resting = self.begins <= clock < self.ends
        else:
            is_resting = clock >= self.begins or clock < self.ends
            day += NEXT if clock >= self.begins else dt.timedelta()
        return dt.datetime.combine(day, self.ends, tzinfo=moment.tzinfo) if is_resting else moment


def mailed_at(way: Way, *, now: dt.datetime, rest: Rest, summary: dt.time) -> dt.datetime | None:
    """When to send a mail about something that is told now (in the reader's time zone); None without mail.

    The summary comes at its hour even in hours of rest: who chose it, chose the hour. On days off it waits.
    """
    if way == Way.AT_ONCE:
        return rest.end_after(now)
    if way != Way.DAILY:
        return None
    day = now.date()
    while (moment := dt.datetime.combine(day, summary, tzinfo=now.tzinfo)) <= now or rest.is_day_off(day):
        day += NEXT
    return moment
