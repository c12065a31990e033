"""An e-invoice of somebody else's, as people read it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kundig.catalog.enums import Unit
from kundig.orders.rules.einvoice import Document, Party
from kundig.platform.formats import Formats, current_formats

SYNTAXES = {"ubl": "UBL 2.1", "cii": "UN/CEFACT CII", "zugferd": "ZUGFeRD (PDF)"}


def readable(document: Document) -> dict[str, Any]:
    """Everything it says in words and formatted numbers; empty where it says nothing."""
    formats = current_formats()
    units = dict(Unit.choices)
    payment = document.payment
    facts = (
        (_("Document number"), document.number),
        (_("Kind"), _("Credit note") if document.is_credit_note else _("Invoice")),
        (_("Date"), _day(document.issued_on, formats)),
        (_("Due on"), _day(document.due_on, formats)),
        (_("Delivered on"), _day(document.delivery.on if document.delivery else None, formats)),
        (_("Period of service"), _period(document, formats)),
        (_("Your order"), document.order_reference),
        (_("Buyer reference"), document.buyer_reference),
        (_("Contract"), document.contract_reference),
        (_("Corrects"), ", ".join(one.number for one in document.corrects)),
        (_("Format"), SYNTAXES.get(document.syntax, "")),
        (_("Profile"), document.profile),
    )
    pay = (
        (_("IBAN"), payment.iban if payment else ""),
        (_("BIC"), payment.bic if payment else ""),
        (_("Account holder"), payment.account_name if payment else ""),
        (_("Purpose"), payment.reference if payment else ""),
        (_("Terms"), document.terms),
        *(
            (_("Discount"), _("%(percent)s %% within %(days)d days")
             % {"percent": formats.number(one.percent), "days": one.days})
            for one in document.discounts
        ),
    )  # fmt: skip
    return {
        "title": document.number,
        "facts": [pair for pair in facts if pair[1]],
        "parties": [(_("Seller"), _party(document.seller)), (_("Buyer"), _party(document.buyer))],
        "lines": [
            {
                "position": one.position, "title": one.name, "text": one.description, "number": one.number,
                "quantity": f"{formats.number(one.quantity)} {units.get(one.unit, one.unit)}",
                "price": _amount(one.unit_price / one.price_quantity, formats),
                "tax": f"{formats.number(one.percent)} %", "net": _amount(one.net, formats),
            }
            for one in document.lines
        ],
        "allowances": [
            ((_("Charge") if one.is_charge else _("Allowance")) + (f": {one.reason}" if one.reason else ""),
             _amount(one.amount if one.is_charge else -one.amount, formats))
            for one in document.allowances
        ],
        "taxes": [
            (_("%(percent)s %% VAT on %(base)s")
             % {"percent": formats.number(one.percent), "base": _amount(one.base, formats)},
             _amount(one.tax, formats), one.reason)
            for one in document.taxes
        ],
        "net": _amount(document.net, formats),
        "gross": _amount(document.gross, formats),
        "paid": _amount(document.paid, formats) if document.paid else "",
        "payable": f"{_amount(document.payable, formats)} {document.currency}",
        "pay": [pair for pair in pay if pair[1]],
        "notes": list(document.notes),
        "adds_up": adds_up(document),
    }  # fmt: skip


def adds_up(document: Document) -> bool:
    """Whether the sums that it names follow from its lines and taxes."""
    nothing = Decimal(0)
    lines = sum((one.net for one in document.lines), nothing)
    net = lines - document.allowance_total + document.charge_total
    tax = sum((one.tax for one in document.taxes), nothing)
    return (lines, net, tax, document.net + document.tax) == (
        document.lines_net, document.net, document.tax, document.gross,
    )  # fmt: skip


def _party(party: Party) -> list[str]:
    place = f"{party.postal_code} {party.city}".strip()
    lines = [party.name, party.street, party.extra, place, party.country, party.vat_id, party.tax_number,
             party.contact, party.phone, party.mail]  # fmt: skip
    return [line for line in lines if line]


def _period(document: Document, formats: Formats) -> str:
    days = [_day(day, formats) for day in (document.period_from, document.period_until) if day]
    return " – ".join(days)


def _day(day: dt.date | None, formats: Formats) -> str:
    return formats.date(day) if day and day != dt.date.min else ""


def _amount(amount: Decimal, formats: Formats) -> str:
    shown = amount if -int(amount.normalize().as_tuple().exponent) <= 4 else amount.quantize(Decimal("0.0001"))
    return formats.number(shown, places=max(2, -int(shown.normalize().as_tuple().exponent)))
