"""What a line of a document says of a product, before anybody has changed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.models import Product, ProductText
from kundig.catalog.queries.pricing import price_of
from kundig.catalog.queries.taxes import tax_for
from kundig.catalog.rules.rounding import times
from kundig.parties.models import Party
from kundig.records import registry


def filled(
    product: Product, *, quantity: Decimal, on: dt.date, currency: str, party: Party | None, language: str
) -> dict[str, Any]:
    """The values of a line (`models.Line`): texts in that language, unit, price, tax and cost.

    Raises:
        ValidationError: where no price or no tax rate is known, like `price_of` and `tax_for`.
    """
    house = company()
    name, text = texts_in(product, language)
    price = price_of(product, quantity=quantity, on=on, currency=currency, party=party)
    tax = tax_for(
        seller_country=house.country, buyer_country=party.country if party else house.country,
        buyer_vat_id=party.vat_id if party else "", tax_class=product.tax_class, kind=product.kind, on=on,
    )  # fmt: skip
    return {
        "product": product,
        "number": product.number,
        "title": name,
        "text": text,
        "quantity": quantity,
        "unit": product.unit,
        "unit_price": price.unit_price,
        "discount": Decimal(0),
        "tax_category": tax.category,
        "tax_percent": tax.percent,
        "unit_cost": cost_of(product) if currency == house.currency else None,
    }


def with_product(values: Mapping[str, Any], *, by: User) -> dict[str, Any]:
    """The values of a new line; one that says nothing but a number, as what is pasted out of a spreadsheet does, names
    the product of that number.

    Raises:
        ValidationError: at `number`, where there is none that `by` may see.
    """
    number = str(values.get("number") or "").strip()
    if not number or values.get("product") or values.get("title"):
        return dict(values)
    description = registry.for_model(Product)
    rows = description.visible_to(by) if description is not None and by.pk else Product.objects.all()
    product = rows.filter(number=number).first()
    if product is None:
        words = _("There is no product with the number “%(number)s”. Give a title for what is no product.")
        raise ValidationError({"number": words % {"number": number[:40]}})
    return {**values, "product": product}


def texts_in(product: Product, language: str) -> tuple[str, str]:
    """Name and description in a language; the house's own where none is given in it."""
    if language != company().language:
        found = ProductText.objects.filter(product=product, language=language).first()
        if found is not None:
            return found.name, found.description or product.description
    return product.name, product.description


def cost_of(product: Product) -> Decimal | None:
    """What one unit costs us; of a bundle without a cost of its own, the sum of what is always in it."""
    if product.cost is not None:
        return product.cost
    if product.variant_of is not None and product.variant_of.cost is not None:
        return product.variant_of.cost
    total = None
    for quantity, cost in product.parts.filter(is_optional=False).values_list("quantity", "product__cost"):
        if cost is None:
            return None
        total = (total or Decimal(0)) + times(cost, quantity)
    return total
