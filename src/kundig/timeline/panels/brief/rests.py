"""Of the call brief: that they are to be left alone, and why."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kundig.platform.formats import current_formats
from kundig.timeline.models import Rest
from kundig.timeline.protocol.brief import BriefAsk, BriefLine


def rests(ask: BriefAsk) -> list[BriefLine]:
    """That nobody wants to be contacted before a day, and why."""
    formats, lines = current_formats(), []
    for rest in Rest.objects.filter(party__in=ask.ids).holding(on=ask.on).select_related("party"):
        until = _("leave alone until %(day)s") % {"day": formats.date(rest.until)} if rest.until else _("leave alone")
        who = rest.party.name if rest.party_id != ask.party.pk else ""
        lines.append(BriefLine(rest.reason, note=", ".join(filter(None, (who, until))), tone="warn", icon="ban"))
    return lines
