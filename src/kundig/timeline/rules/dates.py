"""Which days and times make sense for tasks and appointments."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.platform.formats import Formats

EARLIEST = dt.date(2000, 1, 1)
YEARS_AHEAD = 30
LONGEST_APPOINTMENT = dt.timedelta(days=366)
USUAL_LENGTH = dt.timedelta(hours=1)


def check_day(day: dt.date | None, formats: Formats, *, today: dt.date) -> None:
    """Raises ValidationError if the day can only be a slip of the hand: in 1900, or in a hundred years."""
    latest = today.replace(year=today.year + YEARS_AHEAD, day=1)
    if day is not None and not EARLIEST <= day <= latest:
        raise ValidationError(
            _("%(day)s cannot be meant. Choose a day between %(earliest)s and %(latest)s.")
            % {"day": formats.date(day), "earliest": formats.date(EARLIEST), "latest": formats.date(latest)}
        )


def check_times(starts_at: dt.datetime, ends_at: dt.datetime, formats: Formats) -> None:
    """Raises ValidationError if an appointment ends before it begins, or lasts longer than a year."""
    if ends_at < starts_at:
        raise ValidationError(
            _("The appointment ends before it begins: it begins %(start)s and would end %(end)s.")
            % {"start": formats.moment(starts_at), "end": formats.moment(ends_at)}
        )
    if ends_at - starts_at > LONGEST_APPOINTMENT:
        raise ValidationError(_("An appointment lasts a year at most. For longer times, make it repeat."))


def moment_on(day: dt.date, time: dt.time) -> dt.datetime:
    """The moment of a day at a time of the clock here; where the clocks go forward past it, that much later."""
    made = timezone.make_aware(dt.datetime.combine(day, time))
    return timezone.localtime(made.astimezone(dt.UTC))


def on_day(moment: dt.datetime, day: dt.date) -> dt.datetime:
    """The same time of the clock on another day, also where the clocks have changed between."""
    return moment_on(day, timezone.localtime(moment).time())


def midnight(day: dt.date) -> dt.datetime:
    return moment_on(day, dt.time())
