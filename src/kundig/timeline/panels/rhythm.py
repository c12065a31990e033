"""When a customer is to be contacted next, why then, and whether they are left alone: in words, on their page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundig.accounts.enums import Action
from kundig.parties.models import Party
from kundig.platform.formats import current_formats
from kundig.platform.shown import filled
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.records.traces import may_have
from kundig.timeline.queries.rhythm import OWN, own_rhythms, rest_of
from kundig.timeline.queries.rhythm_words import ago, rhythm_in_words, silence_in_words
from kundig.timeline.rules.rhythm import Rhythm
from kundig.timeline.rules.silence import SinceWhen


def contact(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """The section; `editor` is the form that stands open in it."""
    today, formats = timezone.localdate(), current_formats()
    known: Any = description.fields_for(request.user)  # type: ignore[arg-type]
    tells_next, tells_silence = "next_contact_on" in known, {"silent_from", "last_contact_on"} <= known.keys()
    rest, own = rest_of(record, on=today), _own(record)
    rhythm = Rhythm.of_code(record.next_contact_why)
    silence = SinceWhen.of_code(record.silent_why)
    is_quiet = silence is not None and record.silent_from is not None and record.silent_from <= today
    days = (today - record.last_contact_on).days if record.last_contact_on else None
    following = record.next_contact_on if tells_next else None
    places = {
        "base": f"/parties/{record.pk}",
        "next": _day(following) if following else "",
        "late": _late(following, today),
        "why": _why(rhythm, own, record.customer_class, tells_class="customer_class" in known)
        if rhythm and tells_next
        else "",
        "last": _("Last contact %(ago)s.") % {"ago": ago(days)}
        if days is not None and "last_contact_on" in known
        else "",
        "quiet": silence_in_words(silence, on=today) if is_quiet and silence and tells_silence else "",
        "rest.reason": rest.reason if rest else "",
        "until": formats.date(rest.until) if rest and rest.until else "",
        "author": rest.author.name if rest and rest.author else "",
        "editor": editor,
    }
    values = {f"has_{name}": bool(text) for name, text in places.items() if "." not in name} | {
        "may_change": description.may(request.user, Action.CHANGE, record),  # type: ignore[arg-type]
        "tells_next": tells_next,
        "is_resting": rest is not None,
    }
    return filled("timeline/rhythm/_panel.html", values, places)


def _late(following: dt.date | None, today: dt.date) -> str:
    """ "due for 3 days"; "" where it is not late."""
    days = (today - following).days if following else 0
    return ngettext("due since yesterday", "due for %(days)s days", days) % {"days": days} if days > 0 else ""


def _own(party: Party) -> list[Rhythm]:
    return own_rhythms([party.pk]).get(party.pk, []) if may_have(party, OWN) else []


def _why(rhythm: Rhythm, own: list[Rhythm], letter: str, *, tells_class: bool) -> str:
    words = rhythm_in_words(rhythm)
    if own:
        return _("%(rhythm)s, an own rhythm of this customer.") % {"rhythm": words}
    if not tells_class:
        return words
    if letter:
        return _("%(rhythm)s, as with all customers of class %(letter)s.") % {"rhythm": words, "letter": letter}
    return _("%(rhythm)s, as with all customers without a class.") % {"rhythm": words}


def _day(day: Any) -> str:
    formats = current_formats()
    return date_format(day, "l, j. F Y" if formats.language == "de" else "l, j F Y")


CONTACT = Panel("contact", gettext_lazy("Next contact"), Party, contact, side="business", order=4, is_shared=True)
