"""Price lists: what a product costs in a currency, for whom, from which quantity, and when."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kundig.catalog.models.products import Product
from kundig.parties.models import Party
from kundig.platform.money import MoneyField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record


class PriceList(Record):
    """Prices in one currency: for everybody, for customers of a group (a tag), or for one customer.

    What it does not name itself it takes from `parent`, or from the list price of the product, times `factor`; without
    a factor it holds its own prices only.
    """

    name = models.CharField(_("price list"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3, help_text=_("Three letters, for example EUR or CHF."))
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("follows"), related_name="followed_by", null=True, blank=True,
        help_text=_("Prices that this list does not name come from there; without one, from the list prices."),
    )  # fmt: skip
    factor = models.DecimalField(
        _("factor"), max_digits=12, decimal_places=6, null=True, blank=True,
        help_text=_("0.9 makes everything ten percent cheaper. Left empty, only the prices of this list count."),
    )  # fmt: skip
    party = models.ForeignKey(
        Party, models.CASCADE, verbose_name=_("for the customer"), related_name="price_lists", null=True, blank=True
    )
    group = models.CharField(
        _("for customers with the tag"),
        max_length=80,
        blank=True,
        help_text=_("Left empty, the list is for everybody."),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    name_key = SortKey("name")

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = [
            models.UniqueConstraint(
                fields=("name_key",),
                name="price_list_once",
                violation_error_code="name",
                violation_error_message=_("There is already one of this name here."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="price_list_has_name",
                violation_error_code="name",
                violation_error_message=_("Say how it is called."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"),
                name="price_list_has_currency",
                violation_error_code="currency",
                violation_error_message=_("A currency has three letters, for example EUR."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="price_list_not_its_own_parent",
                violation_error_code="parent",
                violation_error_message=_("This would lead back to itself. Choose another one."),
            ),
            models.CheckConstraint(
                condition=Q(factor=None) | Q(factor__gt=0),
                name="price_list_factor_positive",
                violation_error_code="factor",
                violation_error_message=_("The factor must be more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(party=None) | Q(group=""),
                name="price_list_for_one_or_group",
                violation_error_code="group",
                violation_error_message=_("A list is for one customer or for those with a tag, not for both."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="price_list_from_before_until",
                violation_error_code="valid_until",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="price_list_by_name"),
            models.Index(fields=["valid_until", "id"], name="price_list_by_end"),
            models.Index(fields=["currency", "group"], name="price_list_of_group"),
        ]


class Price(Record):
    """The net price of one unit on a list, from a quantity on and for a time."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, verbose_name=_("price list"), related_name="prices")
    product = models.ForeignKey(Product, models.CASCADE, verbose_name=_("product"), related_name="prices")
    from_quantity = models.DecimalField(
        _("from quantity"), max_digits=14, decimal_places=3, default=Decimal(0), db_default=Decimal(0)
    )
    amount = MoneyField(_("price"), decimal_places=4, currency_from="price_list__currency")
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=("price_list", "product", "from_quantity", "valid_from"),
                nulls_distinct=False,
                name="price_once",
                violation_error_code="from_quantity",
                violation_error_message=_("There is already a price from this quantity and day."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="price_not_negative",
                violation_error_code="amount",
                violation_error_message=_("A price is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(from_quantity__gte=0),
                name="price_from_quantity_not_negative",
                violation_error_code="from_quantity",
                violation_error_message=_("A quantity from which a price holds is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="price_from_before_until",
                violation_error_code="valid_until",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes = [models.Index(fields=["product", "price_list", "from_quantity"], name="price_of_product")]
