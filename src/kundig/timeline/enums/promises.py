"""Choices about promises."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """Who owes what was promised."""

    WE = "we", _("We owe")
    THEY = "they", _("They owe")
