"""What is said of a deal in one line; `known` are the names of the fields that its reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.platform.formats import Formats
from kundig.sales.models import Deal


def resting_words(deal: Deal, known: Container[str], *, on: dt.date) -> str:
    """ "rests 23 days", or "" where it does not rest too long."""
    if "rotting_on" not in known or "quiet_since" not in known:
        return ""
    if deal.rotting_on is None or deal.quiet_since is None or deal.rotting_on > on:
        return ""
    days = (on - deal.quiet_since).days
    return ngettext("rests %(n)d day", "rests %(n)d days", days) % {"n": days}


def next_words(deal: Deal, known: Container[str], formats: Formats, *, on: dt.date) -> str:
    """ "Call back, 20 Nov"; "" where nothing is planned."""
    step = deal.next_step if "next_step" in known else ""
    if deal.next_step_on is None or "next_step_on" not in known:
        return step
    when = _("today") if deal.next_step_on == on else formats.date(deal.next_step_on)
    return f"{step}, {when}" if step else when
