"""Booking payments on invoices, by hand, out of bank statements, and taking them back.

`create_payment` and `remove_payment` are called by `records.actions`, which check the right and tell of the payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.orders.actions.filing import file_payment, unfile_payment
from kundig.orders.actions.settling import settle, tell_pages
from kundig.orders.actions.writing import assign, check_days, hold_books, locked, save_own, tell, validate
from kundig.orders.enums import EntryState, InvoiceState
from kundig.orders.events import InvoicePaid, PaymentBooked
from kundig.orders.models import BankEntry, Invoice, Payment
from kundig.orders.queries.bookings import refuse_booked, refuse_closed
from kundig.platform import outbox
from kundig.platform.formats import current_formats
from kundig.records.events import Via

NOTHING = Decimal("0.00")


def create_payment(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Payment:
    """Book an amount on an invoice. What is more than is open stays with the customer as what we owe them.

    Raises:
        ValidationError: with a dict of columns: a draft, nothing at all, a day in the future, a discount that is more
            than what is open.
    """
    payment = Payment(by_id=by.pk)
    assign(payment, values)
    if payment.invoice_id is None:
        raise ValidationError({"invoice": _("Say which invoice was paid.")})
    with transaction.atomic():
        hold_books()
        invoice = locked(Invoice, payment.invoice_id)
        payment.invoice = invoice
        _check(payment, invoice)
        payment.save(force_insert=True)
        settle(invoice)
        file_payment(payment, by=by, via=via)
        _told(payment, invoice, by=by, via=via)
        outbox.publish(PaymentBooked(payment.pk, invoice.pk, invoice.party_id, by.pk))
        if invoice.state == InvoiceState.PAID:
            outbox.publish(InvoicePaid(invoice.pk, invoice.party_id, by.pk))
    return payment


def rewrite_payment(payment: Payment, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Payment:
    """Set the note of a payment; what it says of money is taken back and booked anew. Raises ValidationError."""
    changed = assign(payment, values)
    fixed = [name for name in changed if name != "note"]
    if fixed:
        raise ValidationError(dict.fromkeys(fixed, _("Delete the payment and book it anew, so that both can be seen.")))
    if changed:
        validate(payment, changed)
        save_own(payment)
    return payment


def remove_payment(payment: Payment, *, by: User, via: Via = Via.HAND) -> None:
    """Take a booking back: the invoice is open again, and the bank entry to be assigned.

    Raises:
        ValidationError: if it was handed to the books, or they are closed.
    """
    with transaction.atomic():
        hold_books()
        invoice = locked(Invoice, payment.invoice_id)
        refuse_booked(payment)
        entry = locked(BankEntry, payment.entry_id) if payment.entry_id else None
        unfile_payment(payment, by=by)
        payment.delete()
        settle(invoice)
        if entry is not None:
            keep_entry(entry)
            tell(entry, by=by if by.pk else None, via=via)
        _told(payment, invoice, by=by, via=via)


def payments_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Payments are as they were before: so is what is open of their invoices and entries.

    Raises:
        ValidationError: if one is there again on a day on which the books are closed. That none goes from such a day,
            the database sees to.
    """
    with transaction.atomic():
        hold_books()
        earliest = Payment.objects.filter(pk__in=records).order_by("paid_on").values_list("paid_on", flat=True).first()
        if earliest is not None:
            refuse_closed(earliest)
        for key in {key for pointed in records.values() for key in pointed.get("invoice_id", ())}:
            invoice = Invoice.objects.select_for_update(of=("self",)).filter(pk=key).first()
            if invoice is not None and not invoice.is_draft:
                settle(invoice)
                tell(invoice, by=by, via=Via.UNDO)
                tell_pages(invoice)
        entries_brought_back({key: {} for each in records.values() for key in each.get("entry_id", ())}, by=by)


def entries_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Bank entries, or payments of them, are as they were before: so is what of them is for nothing yet.

    Raises:
        ValidationError: if more would be assigned of one than was moved.
    """
    with transaction.atomic():
        for entry in BankEntry.objects.select_for_update(of=("self",)).filter(pk__in=records).order_by("pk"):
            used = _used(entry)
            if used and ((used > 0) != (entry.amount > 0) or abs(used) > abs(entry.amount)):
                raise ValidationError(
                    _("More of the bank entry of %(amount)s would be assigned than was moved: it was assigned anew. "
                      "Take that payment back first.")
                    % {"amount": current_formats().money(entry.amount, entry.currency)}
                )  # fmt: skip
            keep_entry(entry)
            tell(entry, by=by, via=Via.UNDO)


def keep_entry(entry: BankEntry) -> None:
    """What of a locked bank entry is for nothing yet, and its state."""
    used = _used(entry)
    entry.rest = entry.amount - used
    if entry.rest == 0:
        entry.state = EntryState.BOOKED
    elif used:
        entry.state = EntryState.PART
    elif entry.state != EntryState.ASIDE:
        entry.state = EntryState.OPEN
    entry.save(update_fields=("rest", "state", "changed_at"))


def _used(entry: BankEntry) -> Decimal:
    return entry.payments.aggregate(sum=Sum("amount"))["sum"] or NOTHING


def _check(payment: Payment, invoice: Invoice) -> None:
    validate(payment, ["kind", "paid_on", "amount", "discount", "note"])
    check_days(payment, ["paid_on"])
    money = current_formats().money
    if invoice.is_draft:
        raise ValidationError({"invoice": _("A draft is not paid: issue it first.")})
    if invoice.is_credit_note and invoice.corrects_id is not None:
        raise ValidationError(
            {"invoice": _("Credit note %(number)s is set off against its invoice: book the refund there.")
             % {"number": invoice.number}}
        )  # fmt: skip
    refuse_closed(payment.paid_on, at="paid_on")
    if payment.paid_on > timezone.localdate():
        raise ValidationError({"paid_on": _("What is paid in the future is not paid yet.")})
    if not payment.amount and not payment.discount:
        raise ValidationError({"amount": _("Say how much was paid.")})
    if payment.discount and payment.discount > max(invoice.balance, NOTHING):
        raise ValidationError(
            {"discount": _("At most the open amount can be taken off: %(open)s.")
             % {"open": money(max(invoice.balance, NOTHING), invoice.currency)}}
        )  # fmt: skip


def _told(payment: Payment, invoice: Invoice, *, by: User, via: Via) -> None:
    tell(invoice, by=by if by.pk else None, via=via)
    tell_pages(invoice)
