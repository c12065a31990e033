"""Arithmetic and predicates of catalog."""

from kundig.catalog.rules.numbering import check_pattern, expression, is_yearly, may_meet, written_number
from kundig.catalog.rules.rounding import CENT, line_net, rounded_price, to_cents
from kundig.catalog.rules.taxing import EU, Tax, is_in_eu, tax_between
from kundig.catalog.rules.totals import Allowance, TaxSum, Totals, reversed_sign, totals

__all__ = [
    "CENT",
    "EU",
    "Allowance",
    "Tax",
    "TaxSum",
    "Totals",
    "check_pattern",
    "expression",
    "is_in_eu",
    "is_yearly",
    "line_net",
    "may_meet",
    "reversed_sign",
    "rounded_price",
    "tax_between",
    "to_cents",
    "totals",
    "written_number",
]
