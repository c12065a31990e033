"""Issuing invoices: from then on they are what they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import letterhead
from kundig.catalog.enums import TaxCategory
from kundig.orders.actions.coming_back import look_again
from kundig.orders.actions.filing import file_invoice
from kundig.orders.actions.settling import close_return, settle, tell_pages
from kundig.orders.actions.writing import free_numbers, hold_books, locked, require, tell
from kundig.orders.enums import InvoiceKind, InvoiceState
from kundig.orders.events import InvoiceIssued
from kundig.orders.models import Invoice, InvoiceLine, Order
from kundig.orders.queries.bookings import refuse_closed
from kundig.orders.queries.invoices import due_on, language_of, lines_of, name_of, totals_of
from kundig.orders.queries.snapshots import buyer_now, references_now, seller_now
from kundig.orders.rules.taxes import reason_for
from kundig.platform import outbox
from kundig.platform.formats import current_formats
from kundig.records.events import Via
from kundig.records.ledger import change_set

SERIES = {InvoiceKind.INVOICE: "invoices", InvoiceKind.CREDIT_NOTE: "credit_notes"}
NEED_VAT_ID = frozenset((TaxCategory.REVERSE, TaxCategory.WITHIN_EU))


def issue_invoice(invoice: Invoice, *, by: User, on: dt.date | None = None, via: Via = Via.HAND) -> Invoice:
    """Give it its number and its day, and take down what stands on it. An issued one is answered as it is.

    The number is taken in this transaction, so that none is lost if something fails.

    Raises:
        PermissionDenied: if `by` may not change it.
        ValidationError: if it has no positions, the house's or the customer's data are not complete, or the day is in
            the future or before the day of the last one.
    """
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        hold_books()
        if invoice.is_credit_note and invoice.order_id is not None:  # first, as where a return is credited
            locked(Order, invoice.order_id)
        found = locked(Invoice, invoice.pk)
        require(found, Action.CHANGE, by)
        if not found.is_draft:
            return found
        lines = lines_of(found)
        day = on or timezone.localdate()
        _refuse_incomplete(found, lines, buyer_now(found))
        _refuse_day(found, day)
        take_down(found, lines, on=day)
        found.number = free_numbers(Invoice, SERIES[InvoiceKind(found.kind)], 1, on=day)[0]
        found.save()
        settle(found)
        if found.corrects is not None:
            corrected = locked(Invoice, found.corrects_id)
            _refuse_too_much(corrected, found)
            settle(corrected)
            tell(corrected, by=by if by.pk else None, via=via)
            if found.returned_id is None:
                look_again(corrected, by=by, via=via)
        if found.returned_id is not None:
            close_return(found.returned_id, by=by, via=via)
        file_invoice(found, by=by, via=via)
        outbox.publish(InvoiceIssued(found.pk, found.party_id, by.pk, found.kind == InvoiceKind.CREDIT_NOTE))
        tell(found, by=by if by.pk else None, via=via, refresh=True)
    tell_pages(found)
    return found


def take_down(invoice: Invoice, lines: list[InvoiceLine], *, on: dt.date) -> None:
    """Set what stands on it from that day on, and what is open of it; but for its number, and unsaved.

    Raises:
        ValidationError: if the discount on the whole is more than there is.
    """
    sums, language = totals_of(invoice, lines), language_of(invoice)
    if sums.net < 0:
        raise ValidationError(_("The discount on the whole invoice is more than its positions come to."))
    invoice.language = language
    invoice.issued_on = on
    invoice.due_on = on if invoice.is_credit_note else due_on(invoice, on)
    invoice.delivered_on = invoice.delivered_on or (None if invoice.period_from else on)
    invoice.seller, invoice.buyer = seller_now(invoice), buyer_now(invoice)
    invoice.references = references_now(invoice)
    for line in lines:
        if not line.title:  # it is called as its product is today
            line.title = name_of(line)
            line.save(update_fields=("title", "changed_at"))
    invoice.tax_sums = [
        {**{name: str(value) for name, value in asdict(each).items()}, "reason": reason_for(each.category, language)}
        for each in sums.by_rate
    ]
    invoice.net, invoice.tax, invoice.gross = sums.net, sums.tax, sums.gross
    invoice.balance = invoice.gross
    invoice.state = InvoiceState.OPEN


def issue(invoice: Invoice, *, by: User) -> bool:
    """`issue_invoice` for many at once; False where it was issued already."""
    if not invoice.is_draft:
        return False
    issue_invoice(invoice, by=by, via=Via.BULK)
    return True


def _refuse_incomplete(invoice: Invoice, lines: list[Any], buyer: dict[str, Any]) -> None:
    """What § 14 UStG and the standard want is there."""
    if not lines:
        raise ValidationError(_("The invoice has no positions yet: there is nothing to charge."))
    head = letterhead()
    missing = head.missing()
    if missing:
        raise ValidationError(
            _("The letterhead of the house is not complete: %(what)s. Fill it in under “Settings”, “Letterhead”.")
            % {"what": ", ".join(missing)}
        )
    labels = {"street": _("street"), "postal_code": _("postal code"), "city": _("city")}
    empty = [str(label) for name, label in labels.items() if not buyer[name]]
    if empty:
        raise ValidationError(
            _("The address of %(name)s is not complete: %(what)s.") % {"name": buyer["name"], "what": ", ".join(empty)}
        )
    untaxed = [line for line in lines if line.tax_category == TaxCategory.STANDARD and not line.tax_percent]
    if untaxed and not invoice.is_credit_note:  # what an older invoice has charged so can still be given back
        raise ValidationError(
            _("“%(title)s” is subject to tax, at 0 %%. Give its rate, or the category that says why it bears none.")
            % {"title": name_of(untaxed[0])}
        )
    categories = {line.tax_category for line in lines}
    if TaxCategory.OUTSIDE in categories and len(categories) > 1:
        raise ValidationError(
            _("Positions outside the scope of tax need an invoice of their own; the standard allows no others beside.")
        )
    if categories & NEED_VAT_ID and not (buyer["vat_id"] and head.vat_id):
        raise ValidationError(
            _("Without tax within the EU both sides need a VAT number. %(who)s has none.")
            % {"who": buyer["name"] if not buyer["vat_id"] else head.name}
        )


def _refuse_day(invoice: Invoice, day: dt.date) -> None:
    refuse_closed(day)
    if day > timezone.localdate():
        raise ValidationError(_("An invoice is not issued in the future."))
    last = Invoice.objects.filter(kind=invoice.kind).issued().order_by("-issued_on").values_list("issued_on", flat=True)
    if (newest := last.first()) is not None and day < newest and day.year == newest.year:
        raise ValidationError(
            _("There are invoices of %(day)s already; numbers and days go together.")
            % {"day": current_formats().date(newest)}
        )


def _refuse_too_much(corrected: Invoice, note: Invoice) -> None:
    """All credit notes of an invoice never give back more than it charged; each rounds its tax for itself."""
    given = corrected.corrections.issued().aggregate(net=Sum("net"))["net"]
    if given > corrected.net:
        money = current_formats().money
        raise ValidationError(
            _("With this, %(given)s net would be given back of %(number)s, which charged %(charged)s.")
            % {
                "given": money(given, note.currency), "number": corrected.number,
                "charged": money(corrected.net, note.currency),
            }
        )  # fmt: skip
