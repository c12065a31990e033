"""Choices of catalog."""

from kundig.catalog.enums.products import Period, ProductKind, RelationKind
from kundig.catalog.enums.taxes import TaxCategory, TaxClass
from kundig.catalog.enums.units import Unit, unit_words

__all__ = ["Period", "ProductKind", "RelationKind", "TaxCategory", "TaxClass", "Unit", "unit_words"]
