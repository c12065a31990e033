"""What an invoice says: its sums, and the whole of it as a document that can be written as XML or set on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from kundig.accounts.queries import company
from kundig.catalog.queries import Allowance as Taken
from kundig.catalog.queries import Totals, line_net, totals
from kundig.orders.models import Invoice, InvoiceLine
from kundig.orders.queries.snapshots import invoice_settings, parties_of, references_of
from kundig.orders.rules.allowances import Rate, rebate_on, spread
from kundig.orders.rules.einvoice import (
    Allowance,
    Delivery,
    Discount,
    Document,
    DocumentLine,
    Party,
    Payment,
    Reference,
    TaxLine,
)
from kundig.orders.rules.einvoice.document import CREDIT_NOTE, INVOICE
from kundig.orders.rules.taxes import reason_for
from kundig.platform.formats import LOCALES, formats

NOTHING = Decimal("0.00")
CLEARING = "97"
"""The means of payment for what is set off against an invoice (UNTDID 4461)."""


def lines_of(invoice: Invoice) -> list[InvoiceLine]:
    return list(invoice.lines.select_related("product").order_by("position", "id"))


def totals_of(invoice: Invoice, lines: Sequence[InvoiceLine] | None = None) -> Totals:
    """What it comes to, as EN 16931 reckons it."""
    lines = lines_of(invoice) if lines is None else lines
    allowances, charges = allowances_of(invoice, lines)
    return totals(lines, allowances=allowances, charges=charges)


def allowances_of(invoice: Invoice, lines: Sequence[InvoiceLine]) -> tuple[list[Taken], list[Taken]]:
    """What is taken off the whole invoice, and what is charged beside its positions; spread over their tax rates.

    A charge goes back at the rates at which it was charged, whatever positions go with it: they are the last ones, not
    all.
    """
    bases = bases_of(lines)
    charged = bases if invoice.corrects is None else bases_of(lines_of(invoice.corrects))
    rebate = rebate_on(sum(bases.values(), NOTHING), percent=invoice.rebate_percent, amount=invoice.rebate_amount)
    with override(language_of(invoice)):
        why = invoice.rebate_reason or pgettext("on the whole invoice", "Discount")
        what_for = invoice.charge_reason or _("Shipping and packing")
    return spread(rebate, bases, reason=why), spread(invoice.charge_amount, charged, reason=what_for)


def bases_of(lines: Sequence[InvoiceLine]) -> dict[Rate, Decimal]:
    """What the positions of each tax category and rate come to, net."""
    found: dict[Rate, Decimal] = {}
    for line in lines:
        key = (line.tax_category, line.tax_percent)
        found[key] = found.get(key, NOTHING) + line_net(line.quantity, line.unit_price, line.discount)
    return found


def rebate_of(invoice: Invoice) -> Decimal:
    """What is taken off the whole of it, net."""
    return sum((each.amount for each in allowances_of(invoice, lines_of(invoice))[0]), NOTHING)


def language_of(invoice: Invoice) -> str:
    """The language in which the customer reads it."""
    language = invoice.language or invoice.party.language or company().language
    return language if language in LOCALES else company().language


def due_on(invoice: Invoice, issued_on: dt.date) -> dt.date:
    """By when it is to be paid."""
    days = invoice.payment_days if invoice.payment_days is not None else invoice_settings().payment_days
    return issued_on + dt.timedelta(days=days)


def discounts_of(invoice: Invoice) -> tuple[Discount, ...]:
    """What may be taken off for paying early."""
    if invoice.discount_percent and not invoice.is_credit_note:
        return (Discount(invoice.discount_days, invoice.discount_percent),)
    return ()


def document_of(invoice: Invoice, *, lines: Sequence[InvoiceLine] | None = None) -> Document:
    """The invoice as EN 16931 knows it; of a draft, as it would be issued today. `lines` where they are read."""
    lines, language = lines_of(invoice) if lines is None else lines, language_of(invoice)
    sums = totals_of(invoice, lines)
    rebates, charges = allowances_of(invoice, lines)
    references = references_of(invoice)
    issued_on = invoice.issued_on or timezone.localdate()
    seller, buyer = parties_of(invoice)
    due = invoice.due_on or due_on(invoice, issued_on)
    with override(language):
        terms = _terms(invoice, due, language)
    payment = Payment(means=CLEARING, reference=invoice.number)
    if not invoice.is_credit_note:
        payment = Payment(seller["iban"], seller["bic"], seller["name"], invoice.number)
    delivered = invoice.delivered_on or (None if invoice.period_from else issued_on)
    return Document(
        number=invoice.number,
        type_code=CREDIT_NOTE if invoice.is_credit_note else INVOICE,
        issued_on=issued_on,
        due_on=due if sums.gross > 0 and not invoice.is_credit_note else None,
        currency=invoice.currency,
        seller=_seller(seller),
        buyer=_buyer(buyer),
        lines=tuple(_line(each, place) for place, each in enumerate(lines, start=1)),
        taxes=tuple(
            TaxLine(each.category, each.percent, each.base, each.tax, reason_for(each.category, language))
            for each in sums.by_rate
        ),
        lines_net=sums.lines_net,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        payable=sums.gross,
        delivery=Delivery(on=delivered, country=buyer["country"], name=buyer["name"], street=buyer["street"],
                          postal_code=buyer["postal_code"], city=buyer["city"]) if delivered else None,
        period_from=invoice.period_from,
        period_until=invoice.period_until,
        # Without one XRechnung may not go out; whom nobody has asked is known to the buyer by our number for them.
        buyer_reference=invoice.buyer_reference or invoice.customer_reference or buyer["number"],
        order_reference=invoice.customer_reference,
        sales_order=references.get("order", ""),
        contract_reference=references.get("contract", ""),
        corrects=(Reference(invoice.corrects.number, invoice.corrects.issued_on),) if invoice.corrects else (),
        notes=tuple(note for note in (invoice.text, invoice.closing) if note),
        allowances=tuple(
            Allowance(each.amount, each.tax_category, each.tax_percent, each.reason, is_charge)
            for is_charge, taken in ((False, rebates), (True, charges)) for each in taken
        ),
        payment=payment,
        terms=terms,
        discounts=discounts_of(invoice),
    )  # fmt: skip


def _terms(invoice: Invoice, due: dt.date, language: str) -> str:
    writing = formats(language)
    if invoice.is_credit_note:
        if invoice.corrects is not None:
            return _("The amount is set off against invoice %(number)s; what is paid already goes back to you.") % {
                "number": invoice.corrects.number
            }
        return _("We transfer the amount to your account.")
    return _("Payable without deduction by %(day)s.") % {"day": writing.date(due)}


def _seller(data: dict[str, Any]) -> Party:
    return Party(
        name=data["name"], street=data["street"], postal_code=data["postal_code"], city=data["city"],
        country=data["country"], vat_id=data["vat_id"], tax_number=data["tax_number"], register=data["register"],
        address=data["mail"], contact=data["contact"], phone=data["phone"], mail=data["mail"],
    )  # fmt: skip


def _buyer(data: dict[str, Any]) -> Party:
    return Party(
        name=data["name"], street=data["street"], extra=data["extra"], postal_code=data["postal_code"],
        city=data["city"], country=data["country"], vat_id=data["vat_id"], identifier=data["number"],
        address=data["mail"], contact=data["contact"],
    )  # fmt: skip


def _line(line: InvoiceLine, place: int) -> DocumentLine:
    net = line_net(line.quantity, line.unit_price, line.discount)
    whole = line_net(line.quantity, line.unit_price)
    return DocumentLine(
        position=str(place),
        name=name_of(line),
        description=line.text,
        number=line.number,
        quantity=plain(line.quantity),
        unit=line.unit,
        unit_price=line.unit_price,
        net=net,
        category=line.tax_category,
        percent=line.tax_percent,
        discount=line.discount if whole != net else Decimal("0.00"),
        allowance=whole - net,
    )


def name_of(line: InvoiceLine) -> str:
    """What a position is called; one without a title, like its product."""
    return (line.title or (line.product.name if line.product else "") or line.number or "–")[:200]


def plain(number: Decimal) -> Decimal:
    """Without zeros at its end: 3.000 is 3."""
    shown = number.normalize()
    return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown
