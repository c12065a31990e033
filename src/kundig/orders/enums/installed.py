"""Choices of the installed base."""

from django.db import models
from django.utils.translation import pgettext_lazy


class AssetState(models.TextChoices):
    IN_USE = "in_use", pgettext_lazy("asset", "in use")
    STORED = "stored", pgettext_lazy("asset", "in store")
    IN_REPAIR = "in_repair", pgettext_lazy("asset", "in repair")
    RETURNED = "returned", pgettext_lazy("asset", "returned")
    RETIRED = "retired", pgettext_lazy("asset", "out of service")


class ServiceKind(models.TextChoices):
    """What was done to an asset."""

    INSTALLATION = "installation", pgettext_lazy("asset", "installation")
    MAINTENANCE = "maintenance", pgettext_lazy("asset", "maintenance")
    INSPECTION = "inspection", pgettext_lazy("asset", "inspection")
    REPAIR = "repair", pgettext_lazy("asset", "repair")
    REPLACEMENT = "replacement", pgettext_lazy("asset", "replacement")
    UPGRADE = "upgrade", pgettext_lazy("asset", "upgrade")
