"""Deals follow their quotes."""

from __future__ import annotations

from uuid import UUID

from kundig.accounts.models import User
from kundig.platform import outbox
from kundig.sales.actions.following import follow_quote
from kundig.sales.enums import DealStatus
from kundig.sales.events import QuoteAccepted, QuoteSent
from kundig.sales.models import Quote


@outbox.handler(QuoteSent)
def the_deal_is_quoted(event: QuoteSent) -> None:
    _follow(event.quote_id, event.by_id, DealStatus.PROPOSED)


@outbox.handler(QuoteAccepted)
def the_deal_is_won(event: QuoteAccepted) -> None:
    _follow(event.quote_id, event.by_id, DealStatus.WON)


def _follow(quote_id: UUID, by_id: UUID | None, status: DealStatus) -> None:
    quote = Quote.objects.filter(pk=quote_id).first()
    if quote is not None:
        follow_quote(quote, status, by=User.objects.with_access(by_id) if by_id else None)
