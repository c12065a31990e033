"""What an invoice says, whatever it is written in. The names in brackets are those of the standard's business terms.

Amounts are in the currency of the document. Those of a credit note are positive, as the standard wants it: its type
says that they are given back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

INVOICE, CREDIT_NOTE, CORRECTED = "380", "381", "384"
"""Type codes of UNTDID 1001; the third is a corrected invoice, which we read but do not write."""

EN16931 = "urn:cen.eu:en16931:2017"
XRECHNUNG = f"{EN16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
PEPPOL_BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"

MAIL_SCHEME = "EM"
"""The scheme of electronic addresses (EAS) for mail addresses."""
TRANSFER, SEPA_TRANSFER = "30", "58"
NO_TAX = frozenset(("E", "AE", "K", "G", "O"))
"""Categories that need a reason why no tax is charged."""
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Party:
    """Seller (BG-4) or buyer (BG-7)."""

    name: str
    street: str = ""
    extra: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "DE"
    vat_id: str = ""
    tax_number: str = ""
    register: str = ""
    identifier: str = ""
    """The number that the other side knows it by (BT-29, BT-46)."""
    address: str = ""
    """Electronic address (BT-34, BT-49)."""
    address_scheme: str = MAIL_SCHEME
    contact: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True)
class DocumentLine:
    """One line (BG-25). `net` is quantity × unit price less the discount, rounded to two places."""

    position: str
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal
    category: str
    percent: Decimal
    description: str = ""
    number: str = ""
    """The seller's number of the product (BT-155)."""
    discount: Decimal = NOTHING
    """Allowance of the line in percent (BT-138)."""
    allowance: Decimal = NOTHING
    """The same as an amount (BT-136)."""
    charge: Decimal = NOTHING
    price_quantity: Decimal = Decimal(1)
    """For how many units the price is (BT-149)."""


@dataclass(frozen=True)
class Allowance:
    """An allowance or charge on the whole document (BG-20, BG-21)."""

    amount: Decimal
    category: str
    percent: Decimal
    reason: str = ""
    is_charge: bool = False


@dataclass(frozen=True)
class TaxLine:
    """What is charged of one category and rate (BG-23)."""

    category: str
    percent: Decimal
    base: Decimal
    tax: Decimal
    reason: str = ""


@dataclass(frozen=True)
class Discount:
    """For early payment: within so many days of the invoice, so many percent."""

    days: int
    percent: Decimal


@dataclass(frozen=True)
class Payment:
    """How it is to be paid (BG-16)."""

    iban: str = ""
    bic: str = ""
    account_name: str = ""
    reference: str = ""
    means: str = SEPA_TRANSFER


@dataclass(frozen=True)
class Delivery:
    """Where to and when (BG-13)."""

    name: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    on: dt.date | None = None


@dataclass(frozen=True)
class Reference:
    """A preceding invoice (BG-3)."""

    number: str
    issued_on: dt.date | None = None


@dataclass(frozen=True)
class Document:
    """An invoice or a credit note."""

    number: str
    issued_on: dt.date
    currency: str
    seller: Party
    buyer: Party
    lines: Sequence[DocumentLine]
    taxes: Sequence[TaxLine]
    lines_net: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    payable: Decimal
    type_code: str = INVOICE
    due_on: dt.date | None = None
    delivery: Delivery | None = None
    period_from: dt.date | None = None
    period_until: dt.date | None = None
    buyer_reference: str = ""
    """Leitweg-ID of an authority, or what another buyer has named (BT-10)."""
    order_reference: str = ""
    sales_order: str = ""
    contract_reference: str = ""
    delivery_note: str = ""
    corrects: Sequence[Reference] = ()
    notes: Sequence[str] = ()
    allowances: Sequence[Allowance] = ()
    paid: Decimal = NOTHING
    payment: Payment | None = None
    terms: str = ""
    """In words (BT-20), without what is said by `discounts`."""
    discounts: Sequence[Discount] = ()
    profile: str = ""
    """What the document says that it follows (BT-24); set by whoever writes it."""
    syntax: str = field(default="", compare=False)
    """What it was read from: "ubl" or "cii"."""

    @property
    def is_credit_note(self) -> bool:
        return self.type_code == CREDIT_NOTE

    @property
    def allowance_total(self) -> Decimal:
        return sum((one.amount for one in self.allowances if not one.is_charge), NOTHING)

    @property
    def charge_total(self) -> Decimal:
        return sum((one.amount for one in self.allowances if one.is_charge), NOTHING)

    @property
    def terms_text(self) -> str:
        """The terms as BT-20 carries them: words, then a line for each discount as XRechnung spells it."""
        lines = [self.terms] if self.terms else []
        lines += [f"#SKONTO#TAGE={one.days}#PROZENT={one.percent:.2f}#" for one in self.discounts]
        # XRechnung wants each discount to end its line, the last one, too (BR-DE-18).
        return "\n".join(lines) + ("\n" if self.discounts else "")
