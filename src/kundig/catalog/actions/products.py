"""Products, their categories and the parts of bundles. Called through `records.actions`, which check the right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.catalog.actions.numbering import next_number
from kundig.catalog.actions.writing import DEEPEST, assign, check_no_circle, save
from kundig.catalog.enums import ProductKind
from kundig.catalog.models import BundlePart, Product, ProductCategory
from kundig.records.events import Via

SERIES = "products"


def add_product(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Product:
    """A new product; without a number it gets the next one. Raises ValidationError with a dict of columns."""
    product = Product()
    assign(product, values)
    with transaction.atomic():
        return save(_fitted(product))


def change_product(product: Product, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Product:
    """Set columns of a product. Raises ValidationError with a dict of columns."""
    assign(product, values)
    with transaction.atomic():
        return save(_fitted(product))


def delete_product(product: Product, *, by: User, via: Via = Via.HAND) -> None:
    """Raises ValidationError for a product that stands in documents: what was sold stays known."""
    try:
        with transaction.atomic():
            product.delete()
    except ProtectedError as error:
        raise ValidationError(
            _("“%(product)s” is used elsewhere and cannot be deleted. Say until when it is sold instead.")
            % {"product": product.name}
        ) from error


def add_category(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> ProductCategory:
    """A new branch of the tree. Raises ValidationError with a dict of columns."""
    return change_category(ProductCategory(), values, by=by, via=via)


def change_category(
    category: ProductCategory, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> ProductCategory:
    """Set columns of a category; no branch hangs in itself. Raises ValidationError with a dict of columns."""
    assign(category, values)
    check_no_circle(category, "parent")
    return save(category)


def add_bundle_part(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> BundlePart:
    """Put a product into a bundle. Raises ValidationError with a dict of columns."""
    return change_bundle_part(BundlePart(), values, by=by, via=via)


def change_bundle_part(part: BundlePart, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> BundlePart:
    """Set columns of a part; a bundle contains no bundle that contains it. Raises ValidationError like `save`."""
    assign(part, values)
    if part.bundle_id is not None:
        kind = Product.objects.filter(pk=part.bundle_id).values_list("kind", flat=True).first()
        if kind is not None and kind != ProductKind.BUNDLE:
            raise ValidationError({"bundle": _("Only bundles have parts. Make this product a bundle first.")})
        if part.product_id is not None and part.bundle_id in _contained([part.product_id]):
            raise ValidationError({"product": _("This contains the bundle itself. Choose another one.")})
    return save(part)


# -- inside ----------------------------------------------------------------------------------------------------------


def _fitted(product: Product) -> Product:
    """With a number, and checked for what a constraint cannot say."""
    if not product.number:
        product.number = _free_number(timezone.localdate())
    check_no_circle(product, "variant_of")
    check_no_circle(product, "successor")
    if product.kind != ProductKind.SUBSCRIPTION and (product.period or product.notice is not None):
        raise ValidationError({"period": _("Only subscriptions have a period and a notice.")})
    if product.kind != ProductKind.BUNDLE and not product._state.adding and product.parts.exists():
        raise ValidationError({"kind": _("This bundle has parts. Take them out before it becomes something else.")})
    return product


def _free_number(on: dt.date) -> str:
    """The next number that nobody has given by hand."""
    while True:
        number = next_number(SERIES, on=on)
        if not Product.objects.filter(number=number).exists():
            return number


def _contained(keys: list[Any]) -> set[Any]:
    """What these products are and contain, all the way down."""
    found: set[Any] = set()
    for _level in range(DEEPEST):
        keys = [key for key in keys if key not in found]
        if not keys:
            break
        found.update(keys)
        keys = list(BundlePart.objects.filter(bundle__in=keys).values_list("product_id", flat=True))
    return found
