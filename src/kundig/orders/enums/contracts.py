"""Choices of contracts."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ContractKind(models.TextChoices):
    MAINTENANCE = "maintenance", pgettext_lazy("contract", "maintenance")
    SERVICE = "service", pgettext_lazy("contract", "service")
    SUBSCRIPTION = "subscription", pgettext_lazy("contract", "subscription")
    RENTAL = "rental", pgettext_lazy("contract", "rental")
    SUPPLY = "supply", pgettext_lazy("contract", "supply")
    FRAMEWORK = "framework", pgettext_lazy("contract", "framework agreement")


class ContractState(models.TextChoices):
    """Where a contract stands on a day; it follows from its dates (`rules.contracts.state_on`)."""

    PLANNED = "planned", pgettext_lazy("contract", "not begun yet")
    RUNNING = "running", pgettext_lazy("contract", "running")
    CANCELLED = "cancelled", pgettext_lazy("contract", "cancelled, still running")
    ENDED = "ended", pgettext_lazy("contract", "ended")


class Cancelled(models.TextChoices):
    """By whom notice was given."""

    CUSTOMER = "customer", pgettext_lazy("contract", "by the customer")
    US = "us", pgettext_lazy("contract", "by us")


class CancelReason(models.TextChoices):
    PRICE = "price", pgettext_lazy("contract", "price")
    SERVICE = "service", pgettext_lazy("contract", "dissatisfied with the service")
    NEED = "need", pgettext_lazy("contract", "no need any more")
    COMPETITOR = "competitor", pgettext_lazy("contract", "goes to a competitor")
    INSOLVENCY = "insolvency", pgettext_lazy("contract", "business closed")
    REPLACED = "replaced", pgettext_lazy("contract", "replaced by another contract")
    OTHER = "other", pgettext_lazy("contract", "another reason")
