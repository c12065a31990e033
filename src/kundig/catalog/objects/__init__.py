"""Descriptions of catalog."""

from kundig.catalog.objects.prices import PriceDescription, PriceListDescription, TaxRateDescription
from kundig.catalog.objects.products import (
    BundlePartDescription,
    ProductCategoryDescription,
    ProductDescription,
    ProductRelationDescription,
    ProductTextDescription,
)

DESCRIPTIONS = (
    ProductDescription,
    ProductCategoryDescription,
    ProductTextDescription,
    BundlePartDescription,
    ProductRelationDescription,
    PriceListDescription,
    PriceDescription,
    TaxRateDescription,
)

__all__ = ["DESCRIPTIONS"]
