"""What becomes of a deal stands in the history of its customer."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform.formats import formats as formats_of
from kundig.sales.enums import DealStatus
from kundig.sales.models import Deal, Stage
from kundig.timeline.actions import record_touchpoint

NEW, MOVED, WON, LOST = "deal_new", "deal_moved", "deal_won", "deal_lost"
"""Kinds of touchpoints."""


def file_new(deal: Deal, *, by: User) -> None:
    _file(deal, WON if deal.status == DealStatus.WON else LOST if deal.status == DealStatus.LOST else NEW, by=by)


def file_move(deal: Deal, start: Stage, *, by: User) -> None:
    if deal.status in (DealStatus.WON, DealStatus.LOST):
        _file(deal, WON if deal.status == DealStatus.WON else LOST, by=by)
    else:
        _file(deal, MOVED, by=by, start=start)


def _file(deal: Deal, kind: str, *, by: User, start: Stage | None = None) -> None:
    language = company().language or "de"
    formats = formats_of(language)
    with translation.override(language):
        amount = formats.money(deal.amount, deal.currency) if deal.amount is not None else ""
        words = [f"{deal.title}, {amount}" if amount else deal.title]
        if start is not None:
            words.append(_("%(from)s → %(to)s") % {"from": start.name, "to": deal.stage.name})
        elif deal.closing_reason_id is not None and deal.closing_reason is not None:
            words.append(deal.closing_reason.name)
    party = Party.objects.get(pk=deal.party_id)
    may_note = bool(by.pk) and described(party).may(by, Action.CHANGE, party)
    record_touchpoint(
        kind=kind, party=party, by=by if may_note else None, people=[deal.person_id] if deal.person_id else [],
        summary=" · ".join(words), body=deal.closing_note if kind in (WON, LOST) else "", source="deals",
        source_id=deal.pk,
    )  # fmt: skip
