"""An accepted quote becomes an order."""

from __future__ import annotations

from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.orders.actions import order_from_quote
from kundig.platform import outbox
from kundig.sales.events import QuoteAccepted
from kundig.sales.models import Quote


@outbox.handler(QuoteAccepted)
def order_what_was_accepted(event: QuoteAccepted) -> None:
    """Once: a second time finds the order that is there."""
    quote = Quote.objects.select_related("party", "person", "deal", "owner").filter(pk=event.quote_id).first()
    if quote is None:
        return
    by = User.objects.with_access(event.by_id) if event.by_id else None
    order_from_quote(quote, by=by or house())
