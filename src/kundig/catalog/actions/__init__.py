"""What changes of catalog."""

from kundig.catalog.actions.bringing import bring_in_products
from kundig.catalog.actions.numbering import next_number, next_numbers, set_series
from kundig.catalog.actions.prices import add_price, add_price_list, change_price, change_price_list
from kundig.catalog.actions.products import (
    add_bundle_part,
    add_category,
    add_product,
    change_bundle_part,
    change_category,
    change_product,
    delete_product,
)

__all__ = [
    "add_bundle_part",
    "add_category",
    "add_price",
    "add_price_list",
    "add_product",
    "bring_in_products",
    "change_bundle_part",
    "change_category",
    "change_price",
    "change_price_list",
    "change_product",
    "delete_product",
    "next_number",
    "next_numbers",
    "set_series",
]
