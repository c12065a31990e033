"""What is missing and what is old in a customer's data, in plain words, on the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.enums import Action
from kundig.parties.panels.lines import pairs_html
from kundig.parties.queries import quality_of_party
from kundig.parties.rules.quality import Old
from kundig.platform.formats import Formats, current_formats
from kundig.platform.shown import filled
from kundig.records.description import Description


def quality(request: HttpRequest, description: Description, record: Any) -> str:
    """What counts, without what the reader may not see."""
    formats, found = current_formats(), quality_of_party(record)
    known = description.fields_for(request.user)  # type: ignore[arg-type]
    missing = [str(known[name].label) for name in found.missing if name in known]
    old = [(str(known[each.field].label), since_in_words(each, formats)) for each in found.old if each.field in known]
    values = {
        "missing": missing,
        "has_old": bool(old),
        "is_confirmed": found.confirmed_on is not None,
        "may_change": description.may(request.user, Action.CHANGE, record),  # type: ignore[arg-type]
    }
    confirmed = formats.date(found.confirmed_on) if found.confirmed_on else ""
    places = {"base": f"/parties/{record.pk}", "old": pairs_html(old), "confirmed": confirmed}
    return filled("parties/_quality.html", values, places)


def since_in_words(old: Old, formats: Formats) -> str:
    """ "unchecked for 31 months"."""
    if old.is_doubted:
        return _("something speaks against it")
    months = (timezone.localdate() - old.since).days * 12 // 365
    if months < 24:
        return ngettext("unchecked for %(count)s month", "unchecked for %(count)s months", months) % {"count": months}
    years = months // 12
    return ngettext("unchecked for %(count)s year", "unchecked for %(count)s years", years) % {"count": years}
