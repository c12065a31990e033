"""Many products at once, as they are, with what belongs to them: what another program kept, or a sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from kundig.accounts.queries import house
from kundig.catalog.models import (
    BundlePart,
    Price,
    PriceList,
    Product,
    ProductCategory,
    ProductRelation,
    ProductText,
)
from kundig.records import registry, search
from kundig.records.attachments.actions import attach_file
from kundig.records.events import Via

Rows = Iterable[Mapping[str, Any]]


def bring_in_products(
    products: Rows,
    *,
    categories: Rows = (),
    texts: Rows = (),
    parts: Rows = (),
    relations: Rows = (),
    price_lists: Rows = (),
    prices: Rows = (),
    pictures: Mapping[UUID, UploadedFile] | None = None,
) -> int:
    """Make products out of the values of their columns, within the transaction and change set at hand; answers how
    many. Nobody is told, and what is checked the database checks. A house that has one of the numbers has a catalog of
    its own: nothing comes then."""
    made = [Product(**values) for values in products]
    if Product.objects.filter(number__in=[each.number for each in made]).exists():
        return 0
    kept = ProductCategory.objects.bulk_create([ProductCategory(**values) for values in categories])
    Product.objects.bulk_create(made)
    ProductText.objects.bulk_create([ProductText(**values) for values in texts])
    BundlePart.objects.bulk_create([BundlePart(**values) for values in parts])
    ProductRelation.objects.bulk_create([ProductRelation(**values) for values in relations])
    lists = PriceList.objects.bulk_create([PriceList(**values) for values in price_lists])
    Price.objects.bulk_create([Price(**values) for values in prices])
    for model, records in ((ProductCategory, kept), (Product, made), (PriceList, lists)):
        description = registry.for_model(model)
        assert description is not None, "descriptions are registered when the program starts"
        search.refresh(description, [each.pk for each in records])
        if model is Product:
            for product in made:
                if pictures and product.pk in pictures:
                    attach_file(description, product, pictures[product.pk], by=house(), via=Via.SAMPLE)
    return len(made)
