"""Choices of invoices, payments and reminders."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class InvoiceState(models.TextChoices):
    """What has become of an invoice; it follows from its payments and corrections."""

    DRAFT = "draft", pgettext_lazy("invoice", "draft")
    OPEN = "open", pgettext_lazy("invoice", "open")
    PART_PAID = "part_paid", pgettext_lazy("invoice", "partly paid")
    PAID = "paid", pgettext_lazy("invoice", "settled")
    CREDITED = "credited", pgettext_lazy("invoice", "credited")


class PaymentKind(models.TextChoices):
    """How an invoice was settled."""

    TRANSFER = "transfer", _("bank transfer")
    CASH = "cash", _("cash")
    CARD = "card", _("card")
    OFFSET = "offset", _("offset")
    WRITTEN_OFF = "written_off", _("written off")


class EntryState(models.TextChoices):
    """How far a movement on the account has been looked at."""

    OPEN = "open", pgettext_lazy("bank entry", "to be assigned")
    PART = "part", pgettext_lazy("bank entry", "partly assigned")
    BOOKED = "booked", pgettext_lazy("bank entry", "assigned")
    ASIDE = "aside", pgettext_lazy("bank entry", "not about invoices")
