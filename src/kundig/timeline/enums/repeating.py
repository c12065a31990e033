"""Choices of what comes again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RepeatFrom(models.TextChoices):
    """From which day the next of a series is counted."""

    DUE = "due", _("the day it was due")
    DONE = "done", _("the day it was done")
