"""Whoever orders is a customer."""

from __future__ import annotations

from kundig.accounts.queries import house
from kundig.orders.events import OrderConfirmed, OrderPlaced
from kundig.parties.enums import Lifecycle
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform import outbox
from kundig.records.actions import change_record
from kundig.records.events import Via
from kundig.records.ledger import change_set

BEFORE = (Lifecycle.CONTACT, Lifecycle.LEAD, Lifecycle.FORMER)


@outbox.handler(OrderPlaced)
def who_accepts_a_quote_is_a_customer(event: OrderPlaced) -> None:
    """With the acceptance the contract is made; an order that we wrote down ourselves waits for our confirmation."""
    if event.quote_id is not None:
        _become_customer(event)


@outbox.handler(OrderConfirmed)
def whose_order_is_confirmed_is_a_customer(event: OrderConfirmed) -> None:
    _become_customer(event)


def _become_customer(event: OrderPlaced | OrderConfirmed) -> None:
    """That the state follows is no question of a right to the party."""
    party = Party.objects.filter(pk=event.party_id, lifecycle__in=BEFORE).first()
    if party is None:
        return
    description = described(party)
    record = description.model._default_manager.get(pk=party.pk)
    with change_set(by=None, via=Via.HAND):
        change_record(description, record, {"lifecycle": Lifecycle.CUSTOMER}, by=house(), via=Via.HAND)
