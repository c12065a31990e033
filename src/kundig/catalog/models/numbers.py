"""Numbers of documents, one after the other without a gap."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NumberSeries(models.Model):
    """The last number that a series has given in a year; `year` is 0 where the series runs on through the years."""

    key = models.CharField(_("series"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"), default=0)
    pattern = models.CharField(_("pattern"), max_length=60)
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("series of numbers")
        constraints = [
            models.UniqueConstraint(fields=("key", "year"), name="number_series_once"),
            models.CheckConstraint(condition=~Q(key=""), name="number_series_has_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.year}"
