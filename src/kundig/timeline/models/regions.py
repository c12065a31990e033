"""Where the house and its people work: by whose law a day is a public holiday."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HolidayRegion(models.Model):
    """The state or canton whose holidays count: for one user, or (`user` empty) for the house."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"), related_name="+", null=True, blank=True
    )
    region = models.CharField(_("state or canton"), max_length=6)

    class Meta:
        verbose_name = _("place of holidays")
        verbose_name_plural = _("places of holidays")
        constraints = [
            models.UniqueConstraint(models.Value(1), name="holiday_region_of_house", condition=Q(user=None)),
        ]
