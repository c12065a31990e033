"""Choices of orders and deliveries."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderState(models.TextChoices):
    """How far an order is; each state needs the one before (`rules.states`)."""

    PLACED = "placed", pgettext_lazy("order", "received")
    CONFIRMED = "confirmed", pgettext_lazy("order", "confirmed")
    PARTLY = "partly", pgettext_lazy("order", "partly delivered")
    DELIVERED = "delivered", pgettext_lazy("order", "delivered")
    COMPLETED = "completed", pgettext_lazy("order", "completed")
    CANCELLED = "cancelled", pgettext_lazy("order", "cancelled")


class Channel(models.TextChoices):
    """On which way an order came."""

    SALES = "sales", _("sales staff")
    PHONE = "phone", _("telephone")
    MAIL = "mail", pgettext_lazy("channel", "e-mail")
    SHOP = "shop", _("online shop")
    FAIR = "fair", _("trade fair")
    PARTNER = "partner", _("trading partner")
    STORE = "store", _("store")


class DeliveryKind(models.TextChoices):
    """Why something goes to the customer."""

    ORDERED = "ordered", pgettext_lazy("delivery", "what was ordered")
    REPLACEMENT = "replacement", pgettext_lazy("delivery", "replacement")
    REPAIRED = "repaired", pgettext_lazy("delivery", "repaired piece")
