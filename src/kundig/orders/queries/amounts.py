"""Amounts that stand below each other: with their cents, however round they are; and who may read them."""

from __future__ import annotations

from decimal import Decimal

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.sales.queries.amounts import may_read_prices

TOLD_BY = {"orders": ("net", "order-lines"), "contracts": ("yearly", "contract-lines")}
"""The sum of a document, and the object of its positions."""


def exact(amount: Decimal, formats: Formats, currency: str = "") -> str:
    """ "1.240,00 €" in German, "1,240.00 €" in English; a unit price with as much of a cent as it has."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    text = formats.number(amount, places=places)
    return f"{text}\u00a0{'€' if currency == 'EUR' else currency}" if currency else text


def may_read_amounts(user: User, name: str) -> bool:
    """Whether `user` may read what documents of the object `name` come to: the sum, and the prices in them."""
    return may_read_prices(user, name, *TOLD_BY[name])
