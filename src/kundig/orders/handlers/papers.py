"""What was issued is set and written as it is then."""

from kundig.orders.actions import keep_papers
from kundig.orders.events import InvoiceIssued
from kundig.orders.models import Invoice
from kundig.platform import outbox


@outbox.handler(InvoiceIssued)
def keep_what_was_issued(event: InvoiceIssued) -> None:
    """PDF and e-invoice are kept; where somebody has fetched them before, those."""
    invoice = Invoice.objects.issued().filter(pk=event.invoice_id).first()
    if invoice is not None:
        keep_papers(invoice)
