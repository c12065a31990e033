"""Choices of protocols."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ProtocolKind(models.TextChoices):
    """What is done at the customer's, and written down there."""

    INSTALLATION = "installation", pgettext_lazy("protocol", "installation")
    ASSEMBLY = "assembly", pgettext_lazy("protocol", "assembly")
    TRAINING = "training", pgettext_lazy("protocol", "training")
    ACCEPTANCE = "acceptance", pgettext_lazy("protocol", "acceptance")
    MAINTENANCE = "maintenance", pgettext_lazy("protocol", "maintenance")
    REPAIR = "repair", pgettext_lazy("protocol", "repair on site")


class Result(models.TextChoices):
    """What the customer has signed."""

    ACCEPTED = "accepted", pgettext_lazy("protocol", "accepted")
    RESERVED = "reserved", pgettext_lazy("protocol", "accepted with reservations")
    REFUSED = "refused", pgettext_lazy("protocol", "not accepted")
