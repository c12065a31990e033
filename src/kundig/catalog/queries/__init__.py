"""Reads of catalog."""

from kundig.catalog.queries.filling import cost_of, filled, texts_in, with_product
from kundig.catalog.queries.numbering import next_free, pattern_of
from kundig.catalog.queries.pricing import PriceFound, price_of
from kundig.catalog.queries.taxes import rate_on, tax_for
from kundig.catalog.rules import (
    Allowance,
    Tax,
    TaxSum,
    Totals,
    is_in_eu,
    line_net,
    reversed_sign,
    rounded_price,
    to_cents,
    totals,
)

__all__ = [
    "Allowance",
    "PriceFound",
    "Tax",
    "TaxSum",
    "Totals",
    "cost_of",
    "filled",
    "is_in_eu",
    "line_net",
    "next_free",
    "pattern_of",
    "price_of",
    "rate_on",
    "reversed_sign",
    "rounded_price",
    "tax_for",
    "texts_in",
    "to_cents",
    "totals",
    "with_product",
]
