"""How products are described, and what belongs to them."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.catalog import actions
from kundig.catalog.enums import ProductKind
from kundig.catalog.models import BundlePart, Product, ProductCategory, ProductRelation, ProductText
from kundig.catalog.objects.kinds import Properties
from kundig.records.description import Description, Listing, Page
from kundig.records.pivots import Pivot


class ProductDescription(Description):
    model = Product
    name = "products"
    icon = "box"
    title, subtitle = "name", "number"
    columns = "name number kind category list_price cost supplier available_until"
    search = "name number supplier_number description"
    filters = "kind category supplier variant_of tax_class available_until"
    sort = "name"
    form = (
        "name number kind category description unit packaging list_price cost tax_class supplier supplier_number "
        "variant_of properties period notice successor available_from available_until"
    )
    page = Page(
        header="number kind list_price",
        sections={
            _("Product"): "category description properties variant_of successor available_from available_until",
            _("Price and cost"): "list_price cost unit packaging tax_class period notice",
            _("Purchase"): "supplier supplier_number",
        },
    )
    pivot = Pivot(rows="category", columns="kind")
    kinds: ClassVar = {"properties": Properties()}
    listed_at: ClassVar = {
        "variant_of": Listing(_("Variants"), sort=("number_key",), most=25, side="history", order=30),
        "category": Listing(sort=("name_key",), most=25, side="history", order=30),
        "supplier": Listing(_("Products of this supplier"), sort=("name_key",), is_wanted=lambda record: False),
    }
    keys = "number"
    import_words: ClassVar = {
        "number": "sku, article number, artikelnummer", "packaging": "quantity per unit",
        "list_price": "unit price, price, verkaufspreis, preis", "cost": "purchase price, einkaufspreis",
    }  # fmt: skip
    common = True
    owner = team = None
    create, change, delete = actions.add_product, actions.change_product, actions.delete_product


class ProductCategoryDescription(Description):
    model = ProductCategory
    name = "product-categories"
    icon = "folder"
    in_navigation = False
    title, subtitle = "name", "parent"
    columns = "name parent number description"
    search = "name number"
    filters = "parent"
    form = "name parent number description"
    page = Page(sections={_("Category"): "parent number description"})
    listed_at: ClassVar = {"parent": Listing(_("Branches"), sort=("name_key",), most=25, side="history", order=20)}
    keys = "number"
    common = True
    owner = team = None
    create, change = actions.add_category, actions.change_category


class ProductTextDescription(Description):
    model = ProductText
    name = "product-texts"
    icon = "doc"
    nav = False
    title = "name"
    columns = "name product language"
    form = "product language name description"
    listed_at: ClassVar = {"product": Listing(_("In other languages"), sort=("language",))}
    owner = team = None
    parent = "product"


class BundlePartDescription(Description):
    model = BundlePart
    name = "bundle-parts"
    icon = "box"
    nav = False
    title = "product"
    columns = "product bundle quantity is_optional"
    form = "bundle product quantity is_optional position"
    listed_at: ClassVar = {
        "bundle": Listing(
            _("Parts of this bundle"), sort=("position",), most=50, side="history", order=25,
            is_wanted=lambda record: getattr(record, "kind", "") == ProductKind.BUNDLE,
        ),
    }  # fmt: skip
    collected_by = "bundle"
    owner = team = None
    parent = "bundle"
    create, change = actions.add_bundle_part, actions.change_bundle_part


class ProductRelationDescription(Description):
    model = ProductRelation
    name = "product-relations"
    icon = "link"
    nav = False
    title = "other"
    columns = "other product kind note"
    filters = "kind"
    form = "product other kind note"
    listed_at: ClassVar = {
        "product": Listing(
            _("Accessories, spare parts, better ones"), sort=("kind",), most=25, side="history", order=26
        ),
    }
    collected_by = "product"
    owner = team = None
    parent = "product"
