"""GiroCode: the QR code that banking apps read a transfer from (EPC069-12, version 002)."""

from __future__ import annotations

from decimal import Decimal

from stdnum import iban as ibans

LARGEST = Decimal("999999999.99")
LONGEST_NAME, LONGEST_TEXT = 70, 140


def girocode(*, name: str, iban: str, amount: Decimal, text: str, bic: str = "") -> str:
    """What the code says; "" where none can be: only amounts in euros above nothing, to a good IBAN."""
    if not (Decimal(0) < amount <= LARGEST) or not ibans.is_valid(iban) or not name:
        return ""
    lines = (
        "BCD", "002", "1", "SCT", bic.replace(" ", "").upper(), " ".join(name.split())[:LONGEST_NAME],
        ibans.compact(iban), f"EUR{amount:.2f}", "", "", " ".join(text.split())[:LONGEST_TEXT],
    )  # fmt: skip
    return "\n".join(lines)
