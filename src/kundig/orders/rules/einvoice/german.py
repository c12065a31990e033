"""What XRechnung 3.0 wants beyond the European standard (its rules BR-DE-… and the Peppol rules that it takes over)."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from stdnum import iban

from kundig.orders.rules.einvoice.document import SEPA_TRANSFER, TRANSFER, Document

_MAIL = re.compile(r"^[^@\s]+@([^@.\s]+\.)+[^@.\s]+$")

_RULES: tuple[tuple[str, Callable[[Document], bool], object], ...] = (
    ("BR-DE-15", lambda d: bool(d.buyer_reference), _("the buyer's reference (Leitweg-ID) is missing")),
    ("BR-DE-1", lambda d: d.payment is not None, _("how it is to be paid is missing")),
    ("BR-DE-5", lambda d: bool(d.seller.contact), _("our contact person is missing")),
    ("BR-DE-6", lambda d: bool(d.seller.phone), _("our phone number is missing")),
    ("BR-DE-27", lambda d: len(re.findall(r"\d", d.seller.phone)) >= 3, _("our phone number has fewer than 3 digits")),
    ("BR-DE-7", lambda d: bool(d.seller.mail), _("our mail address is missing")),
    ("BR-DE-28", lambda d: bool(_MAIL.match(d.seller.mail)), _("our mail address is none")),
    ("BR-DE-3", lambda d: bool(d.seller.city), _("the city of our address is missing")),
    ("BR-DE-4", lambda d: bool(d.seller.postal_code), _("the postal code of our address is missing")),
    ("BR-DE-8", lambda d: bool(d.buyer.city), _("the city of the buyer's address is missing")),
    ("BR-DE-9", lambda d: bool(d.buyer.postal_code), _("the postal code of the buyer's address is missing")),
    ("BR-DE-16", lambda d: bool(d.seller.vat_id or d.seller.tax_number), _("our VAT number or tax number is missing")),
    ("PEPPOL-EN16931-R020", lambda d: bool(d.seller.address), _("our electronic address is missing")),
    (
        "PEPPOL-EN16931-R010",
        lambda d: bool(d.buyer.address),
        _("the buyer's electronic address (a mail address does) is missing"),
    ),
    (
        "BR-DE-19",
        lambda d: (
            d.payment is None or d.payment.means not in (TRANSFER, SEPA_TRANSFER) or iban.is_valid(d.payment.iban)
        ),
        _("our IBAN is missing or wrong"),
    ),
    (
        "BR-DE-TMP-32",
        lambda d: bool(d.period_from or (d.delivery and d.delivery.on)),
        _("the day or period of the delivery is missing"),
    ),
)


def lacking(document: Document) -> list[tuple[str, str]]:
    """The rules that a document breaks, each with what is missing in words. Empty if it may go out as XRechnung."""
    broken = [(rule, str(words)) for rule, holds, words in _RULES if not holds(document)]
    keys = {rule for rule, _words in broken}
    # Of a number that is missing altogether nobody needs to hear that it is malformed.
    return [
        (rule, words)
        for rule, words in broken
        if not (rule == "BR-DE-27" and "BR-DE-6" in keys) and not (rule == "BR-DE-28" and "BR-DE-7" in keys)
    ]
