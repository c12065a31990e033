"""Choices about handovers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HandoverReason(models.TextChoices):
    """Why somebody else looks after a customer."""

    OWNER = "owner", _("New person in charge")
    ABSENCE = "absence", _("Absence")
