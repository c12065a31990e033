"""Credit notes: for an invoice, all of it or a part; for what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.catalog.enums import Unit, unit_words
from kundig.catalog.models import Line
from kundig.catalog.queries import line_net
from kundig.orders.actions.coming_back import Piece, looked_up
from kundig.orders.actions.invoices import draft_number, keep_sums
from kundig.orders.actions.issuing import issue_invoice
from kundig.orders.actions.settling import tell_pages
from kundig.orders.actions.writing import described, hold_books, locked, require
from kundig.orders.enums import InvoiceKind, ReturnState
from kundig.orders.models import Invoice, InvoiceLine, Order, Return
from kundig.orders.queries.billing import charge_left, creditable, given_for, rebate_back
from kundig.orders.queries.invoices import language_of, lines_of
from kundig.platform.formats import current_formats
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set

COPIED = (
    "product_id", "number", "title", "text", "unit", "unit_price", "discount", "tax_category", "tax_percent",
    "unit_cost", "order_line_id",
)  # fmt: skip
BESIDE = ("rebate_amount", "rebate_reason", "charge_amount", "charge_reason")


def credit_invoice(
    invoice: Invoice,
    quantities: Mapping[UUID, Decimal] | None = None,
    *,
    reason: str = "",
    by: User,
    via: Via = Via.HAND,
    is_issued: bool = True,
) -> Invoice:
    """A credit note for an invoice: for `quantities` (by the ids of its positions), or for all that is left of it. That
    may be nothing but what was charged beside the positions, when returns have given those back.

    Raises:
        PermissionDenied: if `by` may not change the invoice.
        ValidationError: for a draft, a credit note, or more of a position than was charged and not given back yet.
    """
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        hold_books()
        if invoice.order_id is not None:  # first, as where a return is credited
            locked(Order, invoice.order_id)
        found = locked(Invoice, invoice.pk)
        require(found, Action.CHANGE, by)
        if found.is_draft or found.is_credit_note:
            raise ValidationError(_("Only an issued invoice is credited; a draft is changed or deleted."))
        left = creditable(found)
        wanted = {key: amount for key, amount in (quantities or left).items() if amount}
        if not wanted and (left or not charge_left(found)):
            raise ValidationError(_("Everything of this invoice has been given back already."))
        if not wanted.keys() <= left.keys():
            raise ValidationError(_("A position is meant that this invoice does not have."))
        for key, amount in wanted.items():
            _check_places(key, amount)
            if amount < 0 or amount > left[key]:
                raise ValidationError(
                    {str(key): _("At most %(most)s can be given back.") % {"most": current_formats().number(left[key])}}
                )
        note = _note_for(found, reason, by=by)
        lines = {line.pk: line for line in found.lines.filter(pk__in=wanted)}
        for place, key in enumerate((key for key in left if key in wanted), start=1):
            _copy(lines[key], note, wanted[key], place, is_rest=wanted[key] == left[key])
        if not wanted:
            _say_that_only_the_charge_goes_back(found, note)
        _copy_beside(found, note, is_rest=wanted == left)
        keep_sums(note)
        if found.net and not note.net:
            raise ValidationError(_("What is given back comes to nothing."))
        _told(note, by=by, via=via)
        tell_pages(note)
        if is_issued:
            note = issue_invoice(note, by=by, via=via)
    return note


def credit_return(returned: Return, *, by: User, via: Via = Via.HAND) -> Invoice | None:
    """The credit note for what is credited of a decided return, against the invoice that charged it; one for each,
    where several did: each has its discount, its rates and its open amount. The first of them is the answer. The same
    return is credited once.

    It is a draft: whoever keeps the books looks at it before it goes out, and its issuing settles the return. What no
    invoice has charged is not given back but never charged: it is taken off drafts, and off what is left of the order.
    None where nothing was charged; the return is settled then, unless something is to go to the customer again.
    """
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        locked(Order, returned.order_id)
        found = locked(Return, returned.pk)
        there = Invoice.objects.filter(returned=found).order_by("pk").first()
        if there is not None or found.state not in (ReturnState.DECIDED, ReturnState.SETTLED):
            return there
        pieces = looked_up(found, by=by, via=via)
        if not pieces:
            return None
        invoices = {one.charged.invoice_id: one.charged.invoice for one in pieces}
        notes = [
            _note_of(found, invoice, [one for one in pieces if one.charged.invoice_id == key], by=by)
            for key, invoice in invoices.items()
        ]
        for note in notes:
            _told(note, by=by, via=via)
    for note in notes:
        tell_pages(note)
    return notes[0]


def _note_of(returned: Return, invoice: Invoice, pieces: Sequence[Piece], *, by: User) -> Invoice:
    order = returned.order
    net = sum((one.amount for one in pieces), Decimal(0))
    is_rest = {one.charged.pk: one.quantity for one in pieces} == creditable(invoice)
    note = Invoice(
        kind=InvoiceKind.CREDIT_NOTE, party_id=order.party_id, person_id=order.person_id, order=order,
        returned=returned, corrects=invoice, currency=order.currency,
        rebate_amount=rebate_back(invoice, net, is_rest=is_rest), rebate_reason=invoice.rebate_reason,
        owner_id=by.pk or order.owner_id, team_id=order.team_id, customer_reference=order.customer_reference,
        delivered_on=returned.received_on, text=_("For your return %(number)s.") % {"number": returned.number},
    )  # fmt: skip
    draft_number(note)
    note.save(force_insert=True)
    for place, one in enumerate(pieces, start=1):
        source = one.charged
        # What is credited was decided; as a price per piece it would not always come to the cent.
        InvoiceLine.objects.create(
            invoice=note, position=place, order_line=one.line.order_line, corrects=one.charged,
            given_back=one.quantity, product_id=source.product_id, number=source.number, title=source.title,
            text=_describe(one.quantity, source), unit=Unit.PIECE, quantity=Decimal(1), unit_price=one.amount,
            tax_category=source.tax_category, tax_percent=source.tax_percent,
        )  # fmt: skip
    keep_sums(note)
    return note


def _describe(quantity: Decimal, source: Line) -> str:
    return _("Returned: %(count)s %(unit)s") % {
        "count": current_formats().number(quantity), "unit": unit_words(source.unit, quantity),
    }  # fmt: skip


def _check_places(key: UUID, quantity: Decimal) -> None:
    try:
        InvoiceLine._meta.get_field("quantity").clean(quantity, None)
    except ValidationError as error:
        raise ValidationError({str(key): error.messages}) from error


def _note_for(invoice: Invoice, reason: str, *, by: User) -> Invoice:
    note = Invoice(
        kind=InvoiceKind.CREDIT_NOTE, corrects=invoice, text=reason.replace("\x00", "").strip()[:4000],
        owner_id=by.pk or invoice.owner_id,
        **{
            name: getattr(invoice, name)
            for name in (
                "party_id", "person_id", "order_id", "contract_id", "currency", "language", "buyer_reference",
                "customer_reference", "delivered_on", "period_from", "period_until", "team_id",
            )
        },
    )  # fmt: skip
    draft_number(note)
    note.save(force_insert=True)
    return note


def _copy(line: InvoiceLine, note: Invoice, quantity: Decimal, place: int, *, is_rest: bool) -> None:
    values: dict[str, Any] = {name: getattr(line, name) for name in COPIED} | {"quantity": quantity}
    amount = given_for(line, quantity, is_rest=is_rest)
    if line_net(quantity, line.unit_price, line.discount) != amount:
        values |= {
            "quantity": Decimal(1), "unit": Unit.PIECE, "unit_price": amount, "discount": Decimal(0),
            "given_back": quantity,
        }  # fmt: skip
    InvoiceLine.objects.create(invoice=note, corrects=line, position=place, **values)


def _say_that_only_the_charge_goes_back(invoice: Invoice, note: Invoice) -> None:
    """A position that comes to nothing: the standard has no document without one (BR-16)."""
    first = lines_of(invoice)[0]
    with override(language_of(invoice)):
        title = _("What was charged beside the positions")
    InvoiceLine.objects.create(
        invoice=note, position=1, title=title, unit=Unit.PIECE,
        quantity=Decimal(1), unit_price=Decimal(0), tax_category=first.tax_category, tax_percent=first.tax_percent,
    )  # fmt: skip


def _copy_beside(invoice: Invoice, note: Invoice, *, is_rest: bool) -> None:
    """What was taken off the whole invoice is not given back with its positions; what was charged beside them goes back
    with the last ones."""
    net = sum((line.net for line in note.lines.all()), Decimal(0))
    note.rebate_amount, note.rebate_reason = rebate_back(invoice, net, is_rest=is_rest), invoice.rebate_reason
    if is_rest:
        note.charge_amount, note.charge_reason = charge_left(invoice), invoice.charge_reason
    note.save(update_fields=(*BESIDE, "changed_at"))


def _told(note: Invoice, *, by: User, via: Via) -> None:
    announce(described(Invoice), [note.pk], by=by if by.pk else None, via=via)
