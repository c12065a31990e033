"""Drafts of invoices and their positions. What was issued is left alone: it is corrected by a credit note.

`create_invoice` … `remove_invoice_line` are called by `records.actions`, which check the right and tell listeners.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.queries import with_product
from kundig.orders.actions.lines import check_line, filled_in
from kundig.orders.actions.settling import settle, tell_pages
from kundig.orders.actions.writing import (
    assign,
    check_days,
    free_numbers,
    locked,
    save_own,
    team_of,
    tell,
    tell_party,
    validate,
)
from kundig.orders.enums import InvoiceState
from kundig.orders.models import Invoice, InvoiceLine, Order
from kundig.orders.queries.invoices import totals_of
from kundig.orders.queries.snapshots import invoice_settings
from kundig.records.events import Via

DRAFTS = "invoice_drafts"
ZERO = Decimal(0)
OWN = frozenset({"owner", "team"})
"""What of an issued invoice may be set: it says nothing on paper."""
SUMMED = frozenset({"rebate_percent", "rebate_amount", "charge_amount"})
DAYS = ("delivered_on", "period_from", "period_until")


def refuse_issued(invoice: Invoice) -> None:
    """Raises ValidationError for what is no draft any more."""
    if not invoice.is_draft:
        raise ValidationError(
            _("%(number)s was issued and stays as it is. Make a credit note to correct it.")
            % {"number": invoice.number}
        )


def create_invoice(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Invoice:
    """A draft out of the values of its fields; what is not said follows from the order, the customer, the settings.

    Raises:
        ValidationError: with a dict of columns: no customer, a currency that is none …
    """
    invoice = Invoice()
    assign(invoice, values)
    order = Order.objects.filter(pk=invoice.order_id).first() if invoice.order_id else None
    if order is not None:
        _take_from_order(invoice, order, named=values)
    if invoice.party_id is None:
        raise ValidationError({"party": _("Say whom it is for: name the customer.")})
    if order is not None and order.party_id != invoice.party_id:
        raise ValidationError({"order": _("Order %(number)s is another customer's.") % {"number": order.number}})
    if "owner" not in values:
        invoice.owner_id = by.pk
    if invoice.team_id is None:
        invoice.team_id = team_of(invoice.owner_id, by)
    invoice.currency = (invoice.currency or company().currency).upper()
    house = invoice_settings()
    if "discount_percent" not in values:
        invoice.discount_percent, invoice.discount_days = house.discount_percent, house.discount_days
    _check(invoice, [*values, "currency"])
    with transaction.atomic():
        draft_number(invoice)
        invoice.save(force_insert=True)
    tell_pages(invoice)
    return invoice


def draft_number(invoice: Invoice) -> None:
    """A number by which a draft is called until it is issued."""
    invoice.number = free_numbers(Invoice, DRAFTS, 1, on=timezone.localdate())[0]


def _take_from_order(invoice: Invoice, order: Order, *, named: Mapping[str, Any]) -> None:
    if invoice.party_id is None:
        invoice.party_id = order.party_id
    for name in ("person_id", "currency", "payment_days", "customer_reference", "team_id"):
        if name.removesuffix("_id") not in named:
            setattr(invoice, name, getattr(order, name))


def rewrite_invoice(invoice: Invoice, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Invoice:
    """Set fields of a draft; of an issued one only who handles it. Raises ValidationError like `create_invoice`."""
    with transaction.atomic():
        found = locked(Invoice, invoice.pk)
        before = found.party_id
        changed = assign(found, values)
        if not changed:
            return found
        if not found.is_draft and not set(changed) <= OWN:
            refuse_issued(found)
        found.currency = found.currency.upper() or company().currency
        if "currency" in changed and found.lines.exists():
            raise ValidationError(
                {"currency": _("The invoice has positions already; all of a document are in one currency.")}
            )
        if "party" in changed and (found.order_id or found.corrects_id or found.contract_id):
            raise ValidationError(
                {"party": _("It belongs to an order or another invoice, and stays with its customer.")}
            )
        if "order" in changed and found.order is not None and found.order.party_id != found.party_id:
            raise ValidationError(
                {"order": _("Order %(number)s is another customer's.") % {"number": found.order.number}}
            )
        _check(found, [*changed, "currency"])
        save_own(found)
        if found.is_draft and {*changed} & SUMMED:
            _check_sums(found)
            keep_sums(found)
    for key in {before, found.party_id}:
        tell_party(key, "invoices")
    return found


def remove_invoice(invoice: Invoice, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a draft. Raises ValidationError for what was issued."""
    with transaction.atomic():
        found = locked(Invoice, invoice.pk)
        refuse_issued(found)
        found.delete()
    tell_pages(invoice)


def invoices_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Invoices are as they were before; what is open of those that were issued follows from payments and notes."""
    for invoice in Invoice.objects.issued().select_for_update(of=("self",)).filter(pk__in=records).order_by("pk"):
        settle(invoice)
    for party_id in {key for pointed in records.values() for key in pointed.get("party_id", ())}:
        tell_party(party_id, "invoices")


# -- positions ---------------------------------------------------------------------------------------------------------


def add_invoice_line(invoice: Invoice, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> InvoiceLine:
    """A further position of a draft; what is not said follows from its product, the customer and the day.

    Raises:
        ValidationError: with a dict of columns; for an invoice that was issued.
    """
    with transaction.atomic():
        invoice = locked(Invoice, invoice.pk)
        refuse_issued(invoice)
        line = InvoiceLine(invoice=invoice)
        on = invoice.delivered_on or timezone.localdate()
        assign(line, filled_in(with_product(values, by=by), invoice, invoice.party, on=on))
        if not line.position:
            line.position = (invoice.lines.aggregate(last=Max("position"))["last"] or 0) + 1
        check_line(line, [*values, "quantity", "unit_price", "discount"])
        line.save(force_insert=True)
        keep_sums(invoice)
    return line


def create_invoice_line(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> InvoiceLine:
    """A position out of the values of its fields. Raises ValidationError like `add_invoice_line`."""
    invoice = values.get("invoice")
    if invoice is None:
        raise ValidationError({"invoice": _("Say to which invoice it belongs.")})
    key = invoice.pk if isinstance(invoice, Invoice) else invoice
    rest = {name: value for name, value in values.items() if name != "invoice"}
    line = add_invoice_line(Invoice(pk=key), rest, by=by, via=via)
    tell(line.invoice, by=by, via=via)
    return line


def rewrite_invoice_line(line: InvoiceLine, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> InvoiceLine:
    """Set fields of a position of a draft. Raises ValidationError like `add_invoice_line`."""
    with transaction.atomic():
        invoice = locked(Invoice, line.invoice_id)
        found = locked(InvoiceLine, line.pk)
        changed = assign(found, values)
        if not changed:
            return found
        refuse_issued(invoice)
        if "invoice" in changed:
            raise ValidationError({"invoice": _("A position stays with its invoice.")})
        counts = found.given_back is None  # else the quantity is that of an amount
        if counts and found.corrects is not None and found.quantity > found.corrects.quantity:
            raise ValidationError({"quantity": _("More than was charged cannot be given back.")})
        check_line(found, changed)
        save_own(found)
        keep_sums(invoice)
        tell(invoice, by=by, via=via)
    return found


def remove_invoice_line(line: InvoiceLine, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a position of a draft. Raises ValidationError for an invoice that was issued."""
    with transaction.atomic():
        invoice = locked(Invoice, line.invoice_id)
        refuse_issued(invoice)
        line.delete()
        keep_sums(invoice)
        tell(invoice, by=by, via=via)


def keep_sums(invoice: Invoice) -> None:
    """What a draft comes to stands on its row."""
    sums = totals_of(invoice)
    invoice.net, invoice.tax, invoice.gross = sums.net, sums.tax, sums.gross
    invoice.save(update_fields=("net", "tax", "gross", "changed_at"))


def _check_sums(invoice: Invoice) -> None:
    sums = totals_of(invoice)
    if sums.net < 0:
        raise ValidationError(
            {"rebate_amount": _("The discount on the whole invoice is more than its positions come to.")}
        )
    try:
        Invoice._meta.get_field("gross").clean(sums.gross, invoice)
    except ValidationError as error:  # more than can be stored
        raise ValidationError({"charge_amount": error.messages}) from error


def _check(invoice: Invoice, names: Iterable[str]) -> None:
    for name in SUMMED:
        if getattr(invoice, name) is None:  # emptied: there is none
            setattr(invoice, name, ZERO)
    validate(invoice, names)
    check_days(invoice, DAYS)
    if invoice.state == InvoiceState.DRAFT and (invoice.period_from is None) != (invoice.period_until is None):
        raise ValidationError({"period_until": _("A period has both a first and a last day.")})
    if invoice.period_from and invoice.period_until and invoice.period_until < invoice.period_from:
        raise ValidationError({"period_until": _("The period ends before it begins.")})
    if len(invoice.currency) != 3 or not invoice.currency.isascii() or not invoice.currency.isalpha():
        raise ValidationError(
            {"currency": _("“%(text)s” is no currency; write for example EUR or CHF.") % {"text": invoice.currency}}
        )


def invoice_lines_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Positions are as they were before: so are the sums of their drafts."""
    for key in {key for pointed in records.values() for key in pointed.get("invoice_id", ())}:
        invoice = Invoice.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if invoice is not None and invoice.is_draft:
            keep_sums(invoice)
            tell(invoice, by=by, via=Via.UNDO)
