"""What is sold: products, services, bundles and subscriptions, in a tree of categories."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.enums import Language
from kundig.catalog.enums import Period, ProductKind, RelationKind, TaxClass, Unit
from kundig.parties.models import Organisation
from kundig.platform.money import MoneyField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record


class ProductCategory(Record):
    """A branch of the tree in which products hang."""

    name = models.CharField(_("category"), max_length=120)
    number = models.CharField(
        _("key of the category"), max_length=40, blank=True, help_text=_("Files and other programs may name it so.")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("part of"), related_name="branches", null=True, blank=True
    )
    description = models.TextField(_("description"), max_length=5_000, blank=True)
    name_key = SortKey("name")

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="category_has_name",
                violation_error_code="name",
                violation_error_message=_("Say how it is called."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="category_not_in_itself",
                violation_error_code="parent",
                violation_error_message=_("This would lead back to itself. Choose another one."),
            ),
            models.UniqueConstraint(
                fields=("parent", "name_key"),
                nulls_distinct=False,
                name="category_once",
                violation_error_code="name",
                violation_error_message=_("There is already one of this name here."),
            ),
            models.UniqueConstraint(
                fields=("number",),
                condition=~Q(number=""),
                name="category_number_once",
                violation_error_code="number",
                violation_error_message=_("This key is taken. Choose another one."),
            ),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="category_by_name")]


class ProductQuerySet(models.QuerySet):
    def available(self, on: object) -> Self:
        """Those that are sold on this day."""
        return self.filter(
            Q(available_from=None) | Q(available_from__lte=on), Q(available_until=None) | Q(available_until__gte=on)
        )


class Product(Record):
    """What is sold. `list_price` and `cost` are net, for one `unit`, in the currency of the house.

    A variant has its own number, and of what it leaves empty the price lists take that of `variant_of`.
    """

    number = models.CharField(
        _("product number"), max_length=40, blank=True, help_text=_("Left empty, the next free number is taken.")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=ProductKind.choices, default=ProductKind.GOODS)
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, verbose_name=_("category"), related_name="products", null=True, blank=True
    )
    description = models.TextField(_("description"), max_length=20_000, blank=True)
    unit = models.CharField(_("unit"), max_length=3, choices=Unit.choices, default=Unit.PIECE)
    packaging = models.CharField(
        _("packaging"),
        max_length=120,
        blank=True,
        help_text=_("What one of it holds, for example “24 bottles of 0.5 l”."),
    )
    list_price = MoneyField(
        _("list price"), decimal_places=4, null=True, blank=True,
        help_text=_("Net, for one unit; price lists may say otherwise."),
    )  # fmt: skip
    cost = MoneyField(
        _("variable cost"), decimal_places=4, null=True, blank=True,
        help_text=_("What one more of it costs us; the contribution margin is reckoned from it."),
    )  # fmt: skip
    tax_class = models.CharField(_("tax class"), max_length=8, choices=TaxClass.choices, default=TaxClass.STANDARD)
    supplier = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("supplier"), related_name="+", null=True, blank=True
    )
    supplier_number = models.CharField(_("number at the supplier"), max_length=60, blank=True)
    variant_of = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("variant of"), related_name="variants", null=True, blank=True
    )
    properties = models.JSONField(_("properties"), default=dict, db_default={}, blank=True)
    """Name → value, as texts: what sets variants apart, and technical data."""
    period = models.CharField(_("is paid for a"), max_length=9, choices=Period.choices, blank=True)
    notice = models.PositiveSmallIntegerField(_("days of notice"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("successor"), related_name="predecessors", null=True, blank=True
    )
    available_from = models.DateField(_("sold from"), null=True, blank=True)
    available_until = models.DateField(_("sold until"), null=True, blank=True)
    name_key = SortKey("name")
    number_key = SortKey("number", natural=True)

    objects: ClassVar[models.Manager] = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=("number",),
                name="product_number_unique",
                violation_error_code="number",
                violation_error_message=_("This number is taken. Choose another one, or leave it empty."),
            ),
            models.CheckConstraint(
                condition=~Q(number=""),
                name="product_has_number",
                violation_error_code="number",
                violation_error_message=_("Say its number."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="product_has_name",
                violation_error_code="name",
                violation_error_message=_("Say how it is called."),
            ),
            models.CheckConstraint(condition=Q(kind__in=ProductKind.values), name="product_kind_known"),
            models.CheckConstraint(condition=Q(tax_class__in=TaxClass.values), name="product_tax_known"),
            models.CheckConstraint(
                condition=Q(list_price=None) | Q(list_price__gte=0),
                name="product_price_not_negative",
                violation_error_code="list_price",
                violation_error_message=_("A price is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0),
                name="product_cost_not_negative",
                violation_error_code="cost",
                violation_error_message=_("Costs are not negative."),
            ),
            models.CheckConstraint(
                condition=Q(variant_of=None) | ~Q(variant_of=F("id")),
                name="product_not_its_own_variant",
                violation_error_code="variant_of",
                violation_error_message=_("This would lead back to itself. Choose another one."),
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("id")),
                name="product_not_its_own_successor",
                violation_error_code="successor",
                violation_error_message=_("This would lead back to itself. Choose another one."),
            ),
            models.CheckConstraint(
                condition=Q(available_from=None)
                | Q(available_until=None)
                | Q(available_until__gte=F("available_from")),
                name="product_sold_from_before_until",
                violation_error_code="available_until",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="product_by_name"),
            models.Index(fields=["number_key", "id"], name="product_by_number"),
            models.Index(fields=["list_price", "id"], name="product_by_price"),
            models.Index(fields=["available_until", "id"], name="product_by_end"),
            models.Index(fields=["kind", "name_key", "id"], name="product_of_kind"),
            models.Index(fields=["tax_class", "name_key", "id"], name="product_of_tax_class"),
        ]


class ProductText(Record):
    """How a product is called and described in another language than the house's own."""

    product = models.ForeignKey(Product, models.CASCADE, verbose_name=_("product"), related_name="texts")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), max_length=20_000, blank=True)

    class Meta:
        verbose_name = _("text in another language")
        verbose_name_plural = _("texts in other languages")
        constraints = [
            models.UniqueConstraint(
                fields=("product", "language"),
                name="product_text_once",
                violation_error_code="language",
                violation_error_message=_("There is already a text in this language."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="product_text_has_name",
                violation_error_code="name",
                violation_error_message=_("Say how it is called."),
            ),
        ]


class BundlePart(Record):
    """One of the products of which a bundle is made; an optional one is in it if the customer wants it."""

    bundle = models.ForeignKey(Product, models.CASCADE, verbose_name=_("bundle"), related_name="parts")
    product = models.ForeignKey(Product, models.PROTECT, verbose_name=_("part"), related_name="part_of")
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_default=0)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=1)
    is_optional = models.BooleanField(_("optional"), default=False, db_default=False)

    class Meta:
        verbose_name = _("part of a bundle")
        verbose_name_plural = _("parts of bundles")
        constraints = [
            models.UniqueConstraint(
                fields=("bundle", "product"),
                name="bundle_part_once",
                violation_error_code="product",
                violation_error_message=_("This is in the bundle already. Change its quantity instead."),
            ),
            models.CheckConstraint(
                condition=~Q(bundle=F("product")),
                name="bundle_not_in_itself",
                violation_error_code="product",
                violation_error_message=_("This contains the bundle itself. Choose another one."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="bundle_part_positive",
                violation_error_code="quantity",
                violation_error_message=_("The quantity must be more than nothing."),
            ),
        ]


class ProductRelation(Record):
    """Another product that belongs to one: an accessory, a spare part, what goes well with it, the better one."""

    product = models.ForeignKey(Product, models.CASCADE, verbose_name=_("product"), related_name="relations")
    other = models.ForeignKey(Product, models.CASCADE, verbose_name=_("other product"), related_name="related_to")
    kind = models.CharField(_("relation"), max_length=9, choices=RelationKind.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("related product")
        verbose_name_plural = _("related products")
        constraints = [
            models.UniqueConstraint(
                fields=("product", "other", "kind"),
                name="product_relation_once",
                violation_error_code="other",
                violation_error_message=_("This stands there already."),
            ),
            models.CheckConstraint(
                condition=~Q(product=F("other")),
                name="product_related_to_another",
                violation_error_code="other",
                violation_error_message=_("This would lead back to itself. Choose another one."),
            ),
            models.CheckConstraint(condition=Q(kind__in=RelationKind.values), name="product_relation_known"),
        ]
