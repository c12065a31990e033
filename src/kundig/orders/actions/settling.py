"""What follows by itself: what is open of an invoice, and its state, from payments and credit notes; the end of a
return from its credit note."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from kundig.accounts.models import User
from kundig.orders.actions.writing import locked, tell, tell_party
from kundig.orders.enums import InvoiceState, ReturnState
from kundig.orders.models import Invoice, Payment, Return
from kundig.orders.queries.returns import is_to_be_credited, to_send
from kundig.platform import live
from kundig.records.events import Via

NOTHING = Decimal("0.00")


def settle(invoice: Invoice) -> None:
    """Reckon anew what is open of a locked, issued invoice.

    A credit note that corrects an invoice is set off there, and is settled by that; one without is settled when the
    money has gone back (a payment below zero).
    """
    paid = Payment.objects.filter(invoice=invoice).aggregate(sum=Sum(F("amount") + F("discount")))["sum"] or NOTHING
    if invoice.is_credit_note:
        if invoice.corrects_id is not None:
            invoice.settled, invoice.balance = invoice.gross, NOTHING
        else:
            invoice.settled = -paid
            invoice.balance = -(invoice.gross + paid)
    else:
        given = invoice.corrections.issued().aggregate(gross=Sum("gross"), net=Sum("net"))
        invoice.settled = paid + (given["gross"] or NOTHING)
        invoice.balance = invoice.gross - invoice.settled
        if given["net"] is not None and given["net"] == invoice.net:
            invoice.state = InvoiceState.CREDITED
            _save(invoice)
            return
    if invoice.balance == 0 or (invoice.balance < 0 and not invoice.is_credit_note):
        invoice.state = InvoiceState.PAID
    else:
        invoice.state = InvoiceState.PART_PAID if invoice.settled else InvoiceState.OPEN
    _save(invoice)


def close_return(key: Any, *, by: User, via: Via) -> None:
    """Settle a decided return if nothing of it is left to be done: all is credited, and what goes out again has gone.

    Whoever issues the credit note need not be allowed to change the order: it follows from what they did.
    """
    found = locked(Return, key)
    if found.state == ReturnState.DECIDED and to_send(found) is None and not is_to_be_credited(found):
        _keep_state(found, ReturnState.SETTLED, by=by, via=via)


def keep_return(key: Any, *, by: User, via: Via) -> None:
    """Bring a return in step with what goes to the customer again: settled once it has gone, open where it has not left
    the house after all."""
    found = locked(Return, key)
    if found.state == ReturnState.SETTLED and to_send(found) is not None:
        _keep_state(found, ReturnState.DECIDED, by=by, via=via)
    else:
        close_return(key, by=by, via=via)


def _keep_state(found: Return, state: ReturnState, *, by: User, via: Via) -> None:
    found.state = state
    found.settled_on = timezone.localdate() if state == ReturnState.SETTLED else None
    found.save(update_fields=("state", "settled_on", "changed_at"))
    tell(found, by=by if by.pk else None, via=via)
    tell_party(found.order.party_id, "orders")
    live.announce(f"invoices:{found.pk}")


def tell_pages(invoice: Invoice) -> None:
    """Pages of the customer, the order and the contract show their invoices anew."""
    tell_party(invoice.party_id, "invoices")
    live.announce(*(f"invoices:{key}" for key in (invoice.order_id, invoice.contract_id, invoice.returned_id) if key))


def _save(invoice: Invoice) -> None:
    invoice.save(update_fields=("settled", "balance", "state", "changed_at"))
