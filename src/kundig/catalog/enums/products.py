"""What a product is, and how it belongs to others."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProductKind(models.TextChoices):
    """What is sold: a thing, work, several things together, or a right for a time."""

    GOODS = "goods", _("Goods")
    SERVICE = "service", pgettext_lazy("product", "Service")
    BUNDLE = "bundle", _("Bundle")
    SUBSCRIPTION = "subscription", _("Subscription")


class RelationKind(models.TextChoices):
    """How another product belongs to one."""

    ACCESSORY = "accessory", _("Accessory")
    SPARE = "spare", _("Spare part")
    CROSS = "cross", _("Goes well with it")
    UP = "up", _("The better one")


class Period(models.TextChoices):
    """For how long the price of a subscription is paid."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF_YEAR = "half_year", _("Half year")
    YEAR = "year", _("Year")

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.value]
