"""What a house has charged: one record of each kind, for walks through all of them."""

import datetime as dt

from django.utils import timezone

from kundig.accounts.models import Letterhead, User
from kundig.orders.actions import issue_invoice
from kundig.records import registry
from kundig.records.actions import create_record


def charged(firm, text, *, by, bank):
    """An invoice of a firm that is due, partly paid and reminded of, and what the bank said; answers a draft beside it.
    `text` stands wherever people write something; the bank's own records are made by `bank`."""
    today = timezone.localdate()
    clerk = User.objects.with_access(bank.pk)
    iban = "DE02120300000000202051"
    Letterhead.objects.create(
        name="Wendeler", street="Kai 1", postal_code="24103", city="Kiel", iban=iban, vat_id="DE1"
    )

    def made(resource, *, by=by, **values):
        return create_record(registry.get(resource), values, by=by)

    draft, due = (made("invoices", party=firm.pk, payment_days=0, text=text) for _each in range(2))
    for invoice in (draft, due):
        made("invoice-lines", invoice=invoice.pk, title=text, unit_price=100, tax_percent=19)
    made("payments", invoice=issue_invoice(due, by=by, on=today - dt.timedelta(days=1)).pk, amount=10, note=text)
    made("payment-reminders", party=firm.pk)
    made("reminder-stops", party=firm.pk, reason=text)
    statement = made("bank-statements", number="1", iban=iban, until_on=today, by=clerk)
    made("bank-entries", statement=statement.pk, booked_on=today, amount=10, name="Bank", by=clerk)
    return draft
