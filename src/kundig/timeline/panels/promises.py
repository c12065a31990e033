"""What is promised on both sides, on the page of a party."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundig.accounts.enums import Action
from kundig.parties.models import Party
from kundig.platform.formats import Formats, current_formats
from kundig.platform.shown import filled
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.records.traces import may_have
from kundig.timeline.enums import Side
from kundig.timeline.models import Promise, PromiseProposal
from kundig.timeline.queries.promises import (
    TRACES,
    KeptRate,
    around,
    kept_rates,
    open_promises,
    open_proposals,
    settled_promises,
)

KEY = "promises"
MOST_OPEN, MOST_SETTLED = 30, 10


@dataclass(frozen=True)
class PromiseLine:
    """One promise as the panel shows it; `when` says until when, or what became of it."""

    promise: Promise
    who: str
    when: str
    tone: str


@dataclass(frozen=True)
class ProposalLine:
    proposal: PromiseProposal
    who: str
    when: str
    noted: str


def promises(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """Open promises first due first, what notes let one suppose, and how reliable both sides have been."""
    user: Any = request.user
    ids = around(record, user=user) if may_have(record, *TRACES) else []
    formats, today = current_formats(), timezone.localdate()
    rates = kept_rates(ids) if ids else {}
    open_ones = open_promises(ids, limit=MOST_OPEN) if ids else []
    settled = settled_promises(ids, limit=MOST_SETTLED) if rates else []
    context = {
        "description": description,
        "record": record,
        "key": KEY,
        "may_change": description.may(user, Action.CHANGE, record),
        "proposals": [_proposed(each, record, formats) for each in (open_proposals(ids) if ids else ())],
        "lines": [_line(each, record, formats, today) for each in open_ones],
        "settled": [_line(each, record, formats, today) for each in settled],
        "rates": [words for side, rate in rates.items() if (words := rate_words(side, rate))],
        "editor": editor,
    }
    if not (context["proposals"] or context["lines"] or settled or editor):  # as with most customers
        values = {"may_change": context["may_change"], "key": KEY}
        return filled("timeline/promises/_panel.html", values, {"record.pk": record.pk})
    return render_to_string("timeline/promises/_panel.html", context, request=request)


def rate_words(side: Side, rate: KeptRate) -> str:
    """ "Of 12 promises we have kept 11." """
    if side == Side.WE:
        words = ngettext(
            "Of %(settled)d promise we have kept %(kept)d.",
            "Of %(settled)d promises we have kept %(kept)d.",
            rate.settled,
        )
    else:
        words = ngettext(
            "Of %(settled)d promise they have kept %(kept)d.",
            "Of %(settled)d promises they have kept %(kept)d.",
            rate.settled,
        )
    return words % {"settled": rate.settled, "kept": rate.kept}


def _line(promise: Promise, record: Any, formats: Formats, today: Any) -> PromiseLine:
    who = _("We") if promise.side == Side.WE else promise.party.name
    if promise.side == Side.WE and promise.party_id != record.pk:
        who = _("We to %(name)s") % {"name": promise.party.name}
    if promise.kept_at or promise.broken_at:
        moment = formats.date(timezone.localtime(promise.kept_at or promise.broken_at).date())
        when = (_("kept on %(day)s") if promise.kept_at else _("not kept, %(day)s")) % {"day": moment}
        return PromiseLine(promise, who, when, "good" if promise.kept_at else "bad")
    if promise.due_on is None:
        return PromiseLine(promise, who, _("without a day"), "")
    day = formats.date(promise.due_on)
    if promise.due_on < today:
        days = (today - promise.due_on).days
        when = ngettext("due on %(day)s, %(n)d day ago", "due on %(day)s, %(n)d days ago", days) % {
            "day": day,
            "n": days,
        }
        return PromiseLine(promise, who, when, "warn")
    if promise.due_on == today:
        return PromiseLine(promise, who, _("due today"), "warn")
    return PromiseLine(promise, who, _("by %(day)s") % {"day": day}, "")


def _proposed(proposal: PromiseProposal, record: Any, formats: Formats) -> ProposalLine:
    who = _("We") if proposal.side == Side.WE else proposal.party.name
    when = _("by %(day)s") % {"day": formats.date(proposal.due_on)} if proposal.due_on else _("without a day")
    noted = formats.date(timezone.localtime(proposal.noted_at).date())
    return ProposalLine(proposal, who, when, noted)


PANEL = Panel(KEY, gettext_lazy("Promises"), Party, promises, side="business", order=15, live=KEY)
