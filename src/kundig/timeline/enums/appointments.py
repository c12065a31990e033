"""Choices of appointments."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentKind(models.TextChoices):
    """What one meets for; also the kind of touchpoint that a held one becomes."""

    MEETING = "meeting", _("meeting")
    VISIT = "visit", _("visit")
    CALL = "call", _("call")
