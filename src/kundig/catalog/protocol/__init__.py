"""What other domains register with the catalog."""

from kundig.catalog.protocol.numbering import Series, register_series, series, series_of
from kundig.catalog.protocol.pricing import Adjustment, PriceAsked, adjusters, register_price_adjuster

__all__ = [
    "Adjustment",
    "PriceAsked",
    "Series",
    "adjusters",
    "register_price_adjuster",
    "register_series",
    "series",
    "series_of",
]
