"""Terms of payment as invoices carry them in one text: words, and discounts as XRechnung spells them."""

from __future__ import annotations

import re
from decimal import Decimal

from kundig.orders.rules.einvoice.document import Discount

_DISCOUNT = re.compile(r"^#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,2}\.\d{2})#(?:BASISBETRAG=-?\d+\.\d{2}#)?$")


def terms_of(text: str) -> tuple[str, tuple[Discount, ...]]:
    """The words of BT-20, and the discounts that stand in it."""
    words, discounts = [], []
    for line in text.splitlines():
        found = _DISCOUNT.match(line.strip())
        if found:
            discounts.append(Discount(int(found[1]), Decimal(found[2])))
        else:
            words.append(line)
    return "\n".join(words).strip(), tuple(discounts)
