"""A deal follows its quotes: what was offered is its amount, what was accepted is won."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.records.actions import change_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.quotes import described
from kundig.sales.enums import DealStatus
from kundig.sales.models import Deal, Quote
from kundig.sales.queries import stages_of


def follow_quote(quote: Quote, status: DealStatus, *, by: User | None) -> None:
    """Bring the deal of a quote on to the first stage that counts as `status`, with the net sum of the quote as its
    amount; with products of its own the deal keeps their sum.

    Nobody is taken back, and no gate is opened by it: a deal that lacks something on its way stays, with its amount.
    One that is closed stays as it ended, unless what it lost is accepted after all.
    """
    deal = Deal.objects.select_related("stage").filter(pk=quote.deal_id).first() if quote.deal_id else None
    if deal is None or deal.status == DealStatus.WON or (deal.stage.is_closed and status != DealStatus.WON):
        return
    values: dict[str, Any] = {}
    if quote.currency == (deal.currency or quote.currency) and not deal.lines.exists():
        values["amount"] = quote.net
    goals = [stage for stage in stages_of(deal.pipeline_id) if stage.status == status]
    if goals and (status == DealStatus.WON or deal.stage.position < goals[0].position):
        if _is_changed(deal, {**values, "stage": goals[0].pk}, by=by):
            return
        deal.refresh_from_db()
    if values and not deal.stage.is_closed:
        _is_changed(deal, values, by=by)


def _is_changed(deal: Deal, values: Mapping[str, Any], *, by: User | None) -> bool:
    """Set columns, unless the deal refuses them: it would refuse them the next time, too."""
    deals = described("deals")
    fields = [deals.field(name) for name in values]
    # It follows from the quote: who may send quotes brings the deal on, also where they may not do so by hand.
    if by is None or not deals.may(by, Action.CHANGE, deal) or not all(deals.may_write(by, field) for field in fields):
        by = house()
    try:
        with transaction.atomic(), change_set(by=by if by.pk else None, via=Via.HAND):
            change_record(deals, deal, values, by=by)
    except ValidationError:
        return False
    return True
