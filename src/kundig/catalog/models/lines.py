"""What the lines of all documents have in common."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from kundig.catalog.enums import TaxCategory, Unit
from kundig.catalog.models.products import Product
from kundig.platform.money import MoneyField, PercentField
from kundig.records.models import Record


class Line(Record):
    """One line of a document: so much of something at a price. All amounts are net, in the document's currency.

    `net` is the database's own: quantity × unit price × (100 − discount) / 100, rounded to cents, away from zero at
    one half, as `queries.line_net` says it. So no line can tell another sum than its parts.
    """

    position = models.PositiveIntegerField(_("position"), default=0, db_default=0)
    product = models.ForeignKey(
        Product, models.PROTECT, verbose_name=_("product"), related_name="+", null=True, blank=True
    )
    number = models.CharField(_("product number"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=Decimal(1))
    unit = models.CharField(_("unit"), max_length=3, choices=Unit.choices, default=Unit.PIECE)
    unit_price = MoneyField(_("unit price"), decimal_places=4, default=Decimal(0))
    discount = PercentField(_("discount"), default=Decimal(0), db_default=Decimal(0))
    tax_category = models.CharField(
        _("tax category"), max_length=2, choices=TaxCategory.choices, default=TaxCategory.STANDARD
    )
    tax_percent = PercentField(_("tax rate"), default=Decimal(0), db_default=Decimal(0))
    unit_cost = MoneyField(_("variable cost"), decimal_places=4, null=True, blank=True)
    net = models.GeneratedField(
        verbose_name=_("net amount"),
        expression=Func(
            F("quantity") * F("unit_price") * (Value(Decimal(100)) - F("discount")) / Value(Decimal(100)), Value(2),
            function="ROUND",
        ),
        output_field=MoneyField(),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        abstract = True
        ordering = ("position", "id")


def line_constraints(name: str) -> list[models.BaseConstraint]:
    """What must hold for the lines of each document; `name` begins the names of the constraints."""
    return [
        models.CheckConstraint(
            condition=Q(discount__gte=0, discount__lte=100),
            name=f"{name}_discount_percentage",
            violation_error_code="discount",
            violation_error_message=_("A discount lies between 0 and 100 percent."),
        ),
        models.CheckConstraint(
            condition=Q(unit_price__gte=0),
            name=f"{name}_price_not_negative",
            violation_error_code="unit_price",
            violation_error_message=_("A price is not negative. Take back a line by its quantity."),
        ),
        models.CheckConstraint(
            condition=Q(tax_percent__gte=0, tax_percent__lte=100),
            name=f"{name}_tax_percentage",
            violation_error_code="tax_percent",
            violation_error_message=_("A percentage lies between 0 and 100."),
        ),
        models.CheckConstraint(condition=Q(tax_category__in=TaxCategory.values), name=f"{name}_tax_known"),
        models.CheckConstraint(
            condition=Q(tax_category=TaxCategory.STANDARD) | Q(tax_percent=0),
            name=f"{name}_untaxed_without_rate",
            violation_error_code="tax_percent",
            violation_error_message=_("Only taxed lines have a tax rate; here it is 0."),
        ),
    ]
