"""Asking for what is overdue."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.orders.models.invoices import Invoice
from kundig.parties.models import Party
from kundig.platform.ids import uuid7
from kundig.platform.money import MoneyField, PercentField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record


class ReminderLevel(models.Model):
    """A step: when it comes, what it costs, and what the letter says. `text` may be empty; then the house's own words
    in the language of the customer are taken."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    level = models.PositiveSmallIntegerField(
        _("level"), unique=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    name = models.CharField(_("name"), max_length=60)
    days = models.PositiveSmallIntegerField(
        _("days after the day of payment, or after the level before"), validators=[MaxValueValidator(365)]
    )
    days_to_pay = models.PositiveSmallIntegerField(
        _("days that the letter gives"), default=7, validators=[MaxValueValidator(365)]
    )
    fee = MoneyField(_("fee"), default=0, validators=[MinValueValidator(0), MaxValueValidator(1000)])
    interest = PercentField(
        _("interest per year, in percent"), default=0, validators=[MinValueValidator(0), MaxValueValidator(30)]
    )
    text = models.TextField(_("text of the letter"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("reminder level")
        verbose_name_plural = _("reminder levels")
        ordering = ("level",)
        constraints = [
            models.CheckConstraint(condition=Q(fee__gte=0), name="reminder_level_fee_not_negative"),
            models.CheckConstraint(condition=Q(interest__gte=0), name="reminder_level_interest_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class ReminderStopQuerySet(models.QuerySet):
    def holding(self, on: object) -> Self:
        return self.filter(Q(until=None) | Q(until__gte=on))


class ReminderStop(Record):
    """A customer is not reminded, up to and with a day, or until somebody deletes it."""

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("customer"), related_name="reminder_stops")
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    objects: ClassVar[models.Manager] = ReminderStopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop of reminders")
        verbose_name_plural = _("stops of reminders")


class Reminder(Record):
    """A letter that asks a customer for what is overdue; its amounts are those of the day on which it was written."""

    number = models.CharField(_("reminder number"), max_length=40, editable=False)
    party = models.ForeignKey(
        Party, models.PROTECT, verbose_name=_("customer"), related_name="reminders", db_index=False
    )
    level = models.PositiveSmallIntegerField(_("reminder level"), editable=False)
    issued_on = models.DateField(_("reminded on"), default=timezone.localdate, editable=False)
    pay_by = models.DateField(_("to be paid by"), editable=False)
    currency = models.CharField(_("currency"), max_length=3, editable=False)
    due = MoneyField(_("overdue amount"), currency_from="currency", editable=False)
    fee = MoneyField(_("fee"), currency_from="currency", default=0, editable=False)
    interest = MoneyField(_("interest for default"), currency_from="currency", default=0, editable=False)
    total = MoneyField(_("claimed amount"), currency_from="currency", editable=False)
    text = models.TextField(_("text of the letter"), max_length=4000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("reminded by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    number_key = SortKey("number", natural=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [models.UniqueConstraint(fields=("number",), name="reminder_number_unique")]
        indexes = [
            models.Index(fields=["number_key", "id"], name="reminder_by_number"),
            models.Index(fields=["issued_on", "id"], name="reminder_by_day"),
            models.Index(fields=["total", "id"], name="reminder_by_amount"),
            models.Index(fields=["party", "issued_on"], name="reminder_of_party"),
        ]

    def __str__(self) -> str:
        return self.number


class ReminderLine(models.Model):
    """An invoice that a reminder asks for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="lines")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="reminder_lines")
    level = models.PositiveSmallIntegerField(_("reminder level"))
    due_on = models.DateField(_("due on"))
    balance = MoneyField(_("open amount"))
    interest = MoneyField(_("interest for default"), default=0)

    class Meta:
        verbose_name = _("invoice of a reminder")
        verbose_name_plural = _("invoices of reminders")
        constraints = [models.UniqueConstraint(fields=("reminder", "invoice"), name="reminder_line_once")]
