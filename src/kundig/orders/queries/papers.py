"""Invoices and reminders on paper: PDF, and with the e-invoice in it PDF/A-3 as ZUGFeRD wants it."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.queries import company
from kundig.catalog.enums import unit_words
from kundig.orders.models import Invoice, Reminder
from kundig.orders.queries.invoices import document_of, language_of
from kundig.orders.queries.snapshots import buyer_now, parties_of, seller_now
from kundig.orders.rules.einvoice import Document, write_cii
from kundig.orders.rules.girocode import girocode
from kundig.platform.formats import LOCALES, Formats, formats
from kundig.platform.typesetting import address_lines, frame, logo_of, typeset

SOURCES = Path(__file__).parent.parent / "templates" / "orders" / "paper"
CODE = "girocode.svg"


def invoice_pdf(invoice: Invoice) -> bytes:
    """The invoice on paper, in the language of its reader. One that was issued carries itself as XML (ZUGFeRD 2,
    profile EN 16931); a draft says that it is one.

    Raises:
        NotTypeset: if it cannot be set.
    """
    language, document = language_of(invoice), document_of(invoice)
    seller, buyer = parties_of(invoice)
    with override(language):
        data, files = _invoice_data(invoice, document, seller, buyer, formats(language), language)
        title = data["frame"]["subject"]
    made_at = _moment(invoice.issued_on)
    if invoice.is_draft:
        return typeset(_source("invoice"), data, files, created_at=made_at)
    from facturx import generate_from_binary  # takes a tenth of a second, which only who makes an invoice shall pay

    paper = typeset(_source("invoice"), data, files, pdf_standard="a-3b", created_at=made_at)
    return generate_from_binary(
        paper, write_cii(document), flavor="factur-x", level="en16931", check_xsd=False, lang=language,
        pdf_metadata={"author": seller["name"], "title": title, "subject": title, "keywords": "ZUGFeRD, Factur-X"},
    )  # fmt: skip


def reminder_pdf(reminder: Reminder) -> bytes:
    """The letter, in the language of the customer."""
    language = reminder.party.language or company().language
    language = language if language in LOCALES else company().language
    basis = Invoice(party=reminder.party)
    lines = list(reminder.lines.select_related("invoice").order_by("due_on", "invoice__number_key"))
    # Who has no name any more is called as on the invoices that the letter is about.
    seller, buyer = seller_now(basis), lines[0].invoice.buyer if reminder.party.is_anonymous else buyer_now(basis)
    with override(language):
        data, files = _reminder_data(reminder, lines, seller, buyer, formats(language), language)
    return typeset(_source("reminder"), data, files, created_at=_moment(reminder.issued_on))


def subject_of(invoice: Invoice) -> str:
    """ "Invoice R-2026-00001", in the language that is active."""
    words = _("Credit note %(number)s") if invoice.is_credit_note else _("Invoice %(number)s")
    return words % {"number": invoice.number}


def _invoice_data(
    invoice: Invoice, document: Document, seller: dict[str, Any], buyer: dict[str, Any], writing: Formats, language: str
) -> tuple[dict[str, Any], dict[str, bytes]]:
    house = _house(seller)
    files = logo_of(house)
    money = _money(writing, document.currency)
    has_discounts = any(line.allowance for line in document.lines)
    columns = [
        [_("No."), "", "left"], [_("Item"), "*", "left"], [_("Quantity"), "", "right"],
        [_("Unit price"), "", "right"], *([[_("Reduction"), "", "right"]] if has_discounts else []),
        [_("Tax"), "", "right"], [_("Net"), "", "right"],
    ]  # fmt: skip
    units = {
        line.position: unit_words(each.unit, line.quantity)
        for line, each in zip(document.lines, _rows(invoice), strict=True)
    }
    rows = [
        {
            "position": line.position, "title": line.name, "text": line.description,
            "quantity": f"{writing.number(line.quantity)} {units[line.position]}", "price": money(line.unit_price),
            "discount": f"{writing.number(line.discount)} %" if line.allowance else "",
            "tax": f"{writing.number(line.percent)} %", "net": money(line.net),
        }
        for line in document.lines
    ]  # fmt: skip
    data = {
        "frame": frame(
            house, address=_address(buyer, seller), reference=_reference(invoice, document, buyer, writing),
            subject=subject_of(invoice), language=language, logo="logo.png" if files else None,
            note=_("Draft") if invoice.is_draft else "",
        ),
        "text": "\n\n".join(part for part in (_corrects(invoice, writing), invoice.text) if part),
        "columns": columns, "rows": rows, "discounts": has_discounts,
        "sums": [
            *_beside(document, money),
            [_("Net amount"), money(document.net)],
            *(
                [_("%(percent)s %% VAT on %(base)s")
                 % {"percent": writing.number(each.percent), "base": money(each.base)}, money(each.tax)]
                for each in document.taxes if each.category == "S"
            ),
            [_("Credited amount") if invoice.is_credit_note else _("Amount to be paid"), money(document.gross)],
        ],
        "reasons": [each.reason for each in document.taxes if each.reason],
        "closing": invoice.closing, "terms": "\n".join(_terms(document, money, writing)),
        "payment": [], "code": "", "code_label": "",
    }  # fmt: skip
    if not invoice.is_credit_note:
        data["payment"] = _payment(seller, document.number)
        if not invoice.is_draft and document.currency == "EUR":
            _put_code(data, files, seller, document.payable, document.number)
    return data, files


def _reminder_data(
    reminder: Reminder, lines: list[Any], seller: dict[str, Any], buyer: dict[str, Any], writing: Formats, language: str
) -> tuple[dict[str, Any], dict[str, bytes]]:
    house = _house(seller)
    files = logo_of(house)
    money = _money(writing, reminder.currency)
    day = writing.date
    subject = _("Payment reminder") if reminder.level <= 1 else _("Reminder, level %(n)d") % {"n": reminder.level}
    sums = [[_("Overdue amount"), money(reminder.due)]]
    sums += [[_("Interest for default"), money(reminder.interest)]] if reminder.interest else []
    sums += [[_("Reminder fee"), money(reminder.fee)]] if reminder.fee else []
    reference = [
        (_("Document number"), reminder.number),
        (_("Customer number"), buyer["number"]),
        (_("Date"), day(reminder.issued_on)),
    ]
    data: dict[str, Any] = {
        "frame": frame(
            house, address=_address(buyer, seller), reference=reference, subject=subject, language=language,
            logo="logo.png" if files else None,
        ),
        "greeting": _("Dear Sir or Madam,"), "text": reminder.text,
        "farewell": _("Yours faithfully") + f"\n{house.name}",
        "columns": [
            [_("Invoice"), "*", "left"], [_("Date"), "", "left"], [_("Due on"), "", "left"],
            [_("Open amount"), "", "right"],
        ],
        "rows": [
            [each.invoice.number, day(each.invoice.issued_on), day(each.due_on), money(each.balance)] for each in lines
        ],
        "sums": [*sums, [_("Amount to be paid"), money(reminder.total)]],
        "terms": _("Please pay by %(day)s.") % {"day": day(reminder.pay_by)},
        "payment": _payment(seller, reminder.number), "code": "", "code_label": "",
    }  # fmt: skip
    if reminder.currency == "EUR":
        purpose = " ".join([reminder.number, *(each.invoice.number for each in lines)])
        _put_code(data, files, seller, reminder.total, purpose)
    return data, files


def _beside(document: Document, money: Any) -> list[list[str]]:
    """What is taken off the whole, and what is charged beside the positions; on paper without their tax rates."""
    found: dict[tuple[bool, str], Decimal] = {}
    for each in document.allowances:
        key = (each.is_charge, each.reason)
        found[key] = found.get(key, Decimal(0)) + (each.amount if each.is_charge else -each.amount)
    rows = [[reason, money(amount)] for (_is_charge, reason), amount in found.items()]
    return [[_("Sum of the positions"), money(document.lines_net)], *rows] if rows else []


def _rows(invoice: Invoice) -> list[Any]:
    return list(invoice.lines.order_by("position", "id"))


def _house(seller: dict[str, Any]) -> Any:
    """The letterhead as it was taken down."""
    logo = seller.get("logo_id")
    return SimpleNamespace(**{**seller, "logo_id": UUID(logo) if logo else None})


def _address(buyer: dict[str, Any], seller: dict[str, Any]) -> list[str]:
    return address_lines(
        name=buyer["name"], lines=[buyer["contact"], buyer["extra"]], street=buyer["street"],
        postal_code=buyer["postal_code"], city=buyer["city"], country=buyer["country"], home=seller["country"],
    )  # fmt: skip


def _reference(invoice: Invoice, document: Document, buyer: dict[str, Any], writing: Formats) -> list[tuple[str, str]]:
    period = ""
    if document.period_from and document.period_until:
        period = f"{writing.date(document.period_from)} – {writing.date(document.period_until)}"
    delivered = document.delivery.on if document.delivery else None
    return [
        (_("Document number"), document.number),
        (_("Date"), writing.date(document.issued_on)),
        (_("Customer number"), buyer["number"]),
        (_("Delivered on"), writing.date(delivered) if delivered and not period else ""),
        (_("Period of service"), period),
        (_("Your order"), document.order_reference),
        (_("Our order"), document.sales_order),
        (_("Contract"), document.contract_reference),
        (_("Your reference"), invoice.buyer_reference),
        (_("Your VAT ID"), buyer["vat_id"]),
        (_("Your contact"), document.seller.contact),
    ]


def _corrects(invoice: Invoice, writing: Formats) -> str:
    if invoice.corrects is None or invoice.corrects.issued_on is None:
        return ""
    return _("This credit note corrects our invoice %(number)s of %(day)s.") % {
        "number": invoice.corrects.number, "day": writing.date(invoice.corrects.issued_on),
    }  # fmt: skip


def _terms(document: Document, money: Any, writing: Formats) -> list[str]:
    said = [document.terms]
    for each in document.discounts:
        amount = document.gross - (document.gross * each.percent / 100).quantize(Decimal("0.01"))
        said.append(
            _("If you pay by %(day)s, take %(percent)s %% off: then it is %(amount)s.")
            % {
                "day": writing.date(document.issued_on + dt.timedelta(days=each.days)),
                "percent": writing.number(each.percent), "amount": money(amount),
            }
        )  # fmt: skip
    return said


def _payment(seller: dict[str, Any], purpose: str) -> list[list[str]]:
    pairs = ((_("Account holder"), seller["name"]), (_("IBAN"), _grouped(seller["iban"])), (_("BIC"), seller["bic"]),
             (_("Bank"), seller["bank"]), (_("Purpose"), purpose))  # fmt: skip
    return [[label, value] for label, value in pairs if value]


def _grouped(iban: str) -> str:
    return "\u00a0".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _put_code(
    data: dict[str, Any], files: dict[str, bytes], seller: dict[str, Any], amount: Decimal, purpose: str
) -> None:
    text = girocode(name=seller["name"], iban=seller["iban"], amount=amount, text=purpose, bic=seller["bic"])
    if text:
        files[CODE] = code_picture(text)
        data["code"], data["code_label"] = CODE, _("Scan and pay (GiroCode)")


def code_picture(text: str) -> bytes:
    """A QR code as SVG; the standard wants medium error correction."""
    import qrcode  # most processes never need it, and it is large
    from qrcode.image.svg import SvgPathImage

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    code.add_data(text.encode(), optimize=0)
    target = io.BytesIO()
    code.make_image().save(target)
    return target.getvalue()


def _money(writing: Formats, currency: str) -> Any:
    def money(amount: Decimal) -> str:
        # On paper cents are always told; unit prices have as many places as they need.
        places = max(2, -int(amount.normalize().as_tuple().exponent))
        return f"{writing.number(amount, places=places)}\u00a0{'€' if currency == 'EUR' else currency}"

    return money


def _moment(day: dt.date | None) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day or timezone.localdate(), dt.time(12)))


@cache
def _source(name: str) -> str:
    return (SOURCES / f"{name}.typ").read_text()
