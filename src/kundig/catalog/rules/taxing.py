"""How a sale is taxed, by where both sides are: pure, with the rates as an argument.

§ 4, § 13b UStG; Art. 44, 138, 146, 196 of directive 2006/112/EC. Not legal advice: a person may say otherwise in any
line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kundig.catalog.enums import ProductKind, TaxCategory, TaxClass

_SINCE: dict[str, dt.date] = {
    **dict.fromkeys(("AT", "FI", "SE"), dt.date(1995, 1, 1)),
    **dict.fromkeys(("CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK"), dt.date(2004, 5, 1)),
    **dict.fromkeys(("BG", "RO"), dt.date(2007, 1, 1)),
    "HR": dt.date(2013, 7, 1),
    **dict.fromkeys(("BE", "DE", "DK", "ES", "FR", "GB", "GR", "IE", "IT", "LU", "NL", "PT"), dt.date(1993, 1, 1)),
}
"""Since when sales to a country are sales within the EU; the common market begins in 1993."""
_UNTIL = {"GB": dt.date(2020, 12, 31)}
EU = frozenset(_SINCE) - frozenset(_UNTIL)

# Numbers of Greece begin with EL; Northern Ireland, which for goods is still inside, writes XI.
_PREFIXES = {"EL": "GR", "XI": "XI"}
_ONE_MARKET = {"MC": "FR", "IM": "GB"}
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Tax:
    """How a sale is taxed. `reason` says in words why no tax is taken, and `code` the same as invoices do (VATEX)."""

    category: str
    percent: Decimal
    reason: str = ""
    code: str = ""


def is_in_eu(country: str, on: dt.date) -> bool:
    """Whether the country belongs to the common market on that day; the Northern Ireland of "XI" does."""
    country = _ONE_MARKET.get(country, country)
    if country == "XI":
        return True
    return country in _SINCE and _SINCE[country] <= on <= _UNTIL.get(country, dt.date.max)


def tax_between(
    *,
    seller_country: str,
    buyer_country: str,
    buyer_vat_id: str,
    tax_class: str,
    kind: str,
    on: dt.date,
    rate: Callable[[str], Decimal],
) -> Tax:
    """How it is taxed; `rate(tax_class)` answers the percentage in the seller's country, and is asked where it counts.

    An empty `buyer_country` is the seller's own.
    """
    seller = _ONE_MARKET.get(seller_country, seller_country)
    buyer = _ONE_MARKET.get(buyer_country, buyer_country) or seller
    if tax_class == TaxClass.EXEMPT:
        return Tax(TaxCategory.EXEMPT, NOTHING, _("Exempt from tax."), "VATEX-EU-132")
    if buyer == seller:
        return _at_home(tax_class, rate)
    is_goods = kind in (ProductKind.GOODS, ProductKind.BUNDLE)
    business = _vat_country(buyer_vat_id)
    if is_in_eu(seller, on) and (is_in_eu(buyer, on) or (business == "XI" and is_goods)):
        if not business or business == seller or not is_in_eu(business, on):
            return _at_home(tax_class, rate)  # a private customer, below the threshold of distance sales
        if is_goods:
            return Tax(TaxCategory.WITHIN_EU, NOTHING, _("Tax-exempt intra-Community supply."), "VATEX-EU-IC")
        return Tax(TaxCategory.REVERSE, NOTHING, _("Reverse charge: the recipient owes the tax."), "VATEX-EU-AE")
    if is_goods:
        return Tax(TaxCategory.EXPORT, NOTHING, _("Tax-exempt export delivery."), "VATEX-EU-G")
    return Tax(TaxCategory.OUTSIDE, NOTHING, _("Not taxable in our country."), "VATEX-EU-O")


def _at_home(tax_class: str, rate: Callable[[str], Decimal]) -> Tax:
    if tax_class == TaxClass.ZERO:
        return Tax(TaxCategory.ZERO, NOTHING, "", "")
    percent = rate(tax_class)
    return Tax(TaxCategory.STANDARD if percent else TaxCategory.ZERO, percent)


def _vat_country(vat_id: str) -> str:
    """The country whose tax office gave the number; "" where none is given."""
    prefix = "".join(vat_id.split()).upper()[:2]
    return _PREFIXES.get(prefix, prefix)
