"""What the law takes, by country and day."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kundig.catalog.enums import TaxClass
from kundig.platform.money import PercentField
from kundig.records.models import Record


class TaxRate(Record):
    """The percentage that a country takes of a class of products for some time; of two that hold, the younger one."""

    country = models.CharField(_("country"), max_length=2)
    tax_class = models.CharField(_("tax class"), max_length=8, choices=TaxClass.choices)
    percent = PercentField(_("percentage"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.UniqueConstraint(
                fields=("country", "tax_class", "valid_from"),
                name="tax_rate_once",
                violation_error_code="valid_from",
                violation_error_message=_("There is already a rate that begins on this day."),
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100),
                name="tax_rate_is_percentage",
                violation_error_code="percent",
                violation_error_message=_("A percentage lies between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=~Q(country=""),
                name="tax_rate_of_country",
                violation_error_code="country",
                violation_error_message=_("Say of which country."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="tax_rate_from_before_until",
                violation_error_code="valid_until",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes = [models.Index(fields=["valid_from", "id"], name="tax_rate_by_day")]
