"""Rhythms, rests and silences in words."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from kundig.timeline.enums import Unit
from kundig.timeline.protocol import habit_source, kind_of
from kundig.timeline.rules.rhythm import ANY, Rhythm
from kundig.timeline.rules.silence import SinceWhen


def rhythm_in_words(rhythm: Rhythm) -> str:
    """ "Call every month"."""
    kind = kind_of(rhythm.kind)
    label = _("Contact") if rhythm.kind == ANY else str(kind.label) if kind else rhythm.kind
    return _("%(kind)s %(turn)s") % {"kind": label, "turn": turn_in_words(rhythm)}


def turn_in_words(rhythm: Rhythm) -> str:
    """ "every 3 months"."""
    count = {"count": rhythm.every}
    if rhythm.unit == Unit.DAY:
        return npgettext("rhythm", "every day", "every %(count)d days", rhythm.every) % count
    if rhythm.unit == Unit.WEEK:
        return npgettext("rhythm", "every week", "every %(count)d weeks", rhythm.every) % count
    if rhythm.unit == Unit.MONTH:
        return npgettext("rhythm", "every month", "every %(count)d months", rhythm.every) % count
    return npgettext("rhythm", "every year", "every %(count)d years", rhythm.every) % count


def silence_in_words(silence: SinceWhen, *, on: dt.date) -> str:
    """ "Usually in touch every 30 days, now quiet for 71 days."; "" where nobody knows the source any more."""
    source = habit_source(silence.source)
    return source.words(silence.usual, (on - silence.last_on).days) if source else ""


def ago(days: int) -> str:
    """ "today", "yesterday", "12 days ago"."""
    if days <= 0:
        return _("today")
    return ngettext("yesterday", "%(days)d days ago", days) % {"days": days}
