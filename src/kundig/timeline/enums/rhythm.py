"""Choices about how often customers are contacted."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Unit(models.TextChoices):
    """In what a rhythm is counted."""

    DAY = "day", pgettext_lazy("rhythm", "days")
    WEEK = "week", pgettext_lazy("rhythm", "weeks")
    MONTH = "month", pgettext_lazy("rhythm", "months")
    YEAR = "year", pgettext_lazy("rhythm", "years")
