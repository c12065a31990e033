"""Tables of catalog."""

from kundig.catalog.models.lines import Line, line_constraints
from kundig.catalog.models.numbers import NumberSeries
from kundig.catalog.models.prices import Price, PriceList
from kundig.catalog.models.products import BundlePart, Product, ProductCategory, ProductRelation, ProductText
from kundig.catalog.models.taxes import TaxRate

__all__ = [
    "BundlePart",
    "Line",
    "NumberSeries",
    "Price",
    "PriceList",
    "Product",
    "ProductCategory",
    "ProductRelation",
    "ProductText",
    "TaxRate",
    "line_constraints",
]
