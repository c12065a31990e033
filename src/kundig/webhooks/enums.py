"""What webhooks tell of, and how it ends."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class What(models.TextChoices):
    """What happened to records."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")


class State(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    OFF = "off", _("Switched off")
    """By the program itself: nobody had taken anything for days."""


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("delivered")
    FAILED = "failed", _("failed")
