"""How somebody wants to hear of something."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    HERE = "here", _("in Kundig only")
    AT_ONCE = "at_once", _("also by mail, at once")
    DAILY = "daily", _("also by mail, once a day")
    OFF = "off", _("not at all")

    @property
    def is_mailed(self) -> bool:
        return self in (Way.AT_ONCE, Way.DAILY)
