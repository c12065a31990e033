"""Choices of catalog."""

from kundig.catalog.enums.products import Period, ProductKind, RelationKind
from kundig.catalog.enums.taxes import TaxCategory, TaxClass
from kundig.catalog.enums.units import Unit

__all__ = ["Period", "ProductKind", "RelationKind", "TaxCategory", "TaxClass", "Unit"]
