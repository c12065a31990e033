"""Of the call brief: what is promised and not settled."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kundig.platform.formats import current_formats
from kundig.timeline.enums import Side
from kundig.timeline.protocol.brief import BriefAsk, BriefLine
from kundig.timeline.queries.promises import open_promises


def promised(ask: BriefAsk) -> list[BriefLine]:
    """What we owe and what they owe, the most urgent first."""
    formats, lines = current_formats(), []
    for promise in open_promises(ask.ids):
        is_late = promise.due_on is not None and promise.due_on < ask.on
        day = formats.date(promise.due_on) if promise.due_on else ""
        when = _("was due on %(day)s") % {"day": day} if is_late else _("by %(day)s") % {"day": day} if day else ""
        who = _("We") if promise.side == Side.WE else promise.party.name
        note = ", ".join(filter(None, (who, when)))
        lines.append(BriefLine(promise.text, note=note, tone="warn" if is_late else "", icon="check-circle"))
    return lines
