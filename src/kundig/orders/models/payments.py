"""What has come in, and what for."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.orders.enums import EntryState, PaymentKind
from kundig.orders.models.invoices import Invoice
from kundig.platform.money import MoneyField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record


class BankStatement(Record):
    """A statement of an account that was read in. The same one read in again brings nothing new."""

    number = models.CharField(_("statement"), max_length=40)
    iban = models.CharField(_("account"), max_length=34)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    opening = MoneyField(_("opening balance"), currency_from="currency", null=True, blank=True)
    closing = MoneyField(_("closing balance"), currency_from="currency", null=True, blank=True)
    until_on = models.DateField(_("until"))
    entries_count = models.PositiveIntegerField(_("entries"), default=0, editable=False)
    file_name = models.CharField(_("file"), max_length=200, blank=True, editable=False)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("read in by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        indexes = [models.Index(fields=["until_on", "id"], name="bank_statement_by_day")]

    def __str__(self) -> str:
        return self.number


class BankEntryQuerySet(models.QuerySet):
    def unclear(self) -> Self:
        """Those of which somebody has to say what they are for."""
        return self.filter(state__in=(EntryState.OPEN, EntryState.PART))


class BankEntry(Record):
    """One movement on the account; below zero where money has left it. `rest` is what nothing has been said of yet."""

    statement = models.ForeignKey(
        BankStatement, models.CASCADE, verbose_name=_("bank statement"), related_name="entries"
    )
    key = models.CharField(max_length=64, unique=True, editable=False)
    booked_on = models.DateField(_("booked on"))
    value_on = models.DateField(_("value date"), blank=True)
    amount = MoneyField(_("amount"), currency_from="currency")
    rest = MoneyField(_("not assigned"), currency_from="currency", editable=False)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    name = models.CharField(_("paid by or to"), max_length=140, blank=True)
    iban = models.CharField(_("their account"), max_length=34, blank=True)
    text = models.TextField(_("purpose of the payment"), max_length=1000, blank=True)
    reference = models.CharField(_("end-to-end reference"), max_length=80, blank=True)
    is_returned = models.BooleanField(_("came back"), default=False)
    state = models.CharField(
        _("state"), max_length=6, choices=EntryState.choices, default=EntryState.OPEN, editable=False
    )
    name_key = SortKey("name")

    objects: ClassVar[models.Manager] = BankEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank entry")
        verbose_name_plural = _("bank entries")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="bank_entry_state_known"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, rest__gte=0, rest__lte=F("amount"))
                | Q(amount__lt=0, rest__lte=0, rest__gte=F("amount")),
                name="bank_entry_rest_is_of_it",
            ),
        ]
        indexes = [
            models.Index(fields=["booked_on", "id"], name="bank_entry_by_day"),
            models.Index(fields=["amount", "id"], name="bank_entry_by_amount"),
            models.Index(fields=["name_key", "id"], name="bank_entry_by_name"),
            models.Index(fields=["state", "booked_on", "id"], name="bank_entry_of_state"),
            models.Index(fields=["iban"], name="bank_entry_of_account", condition=~Q(iban="")),
        ]

    def __str__(self) -> str:
        return self.name or self.text[:60]


class Payment(Record):
    """So much was paid on an invoice, and so much taken off it for early payment. Below zero it went back to the
    customer. Whoever booked it by mistake deletes it: then the invoice is open again."""

    invoice = models.ForeignKey(
        Invoice, models.PROTECT, verbose_name=_("invoice"), related_name="payments", db_index=False
    )
    entry = models.ForeignKey(
        BankEntry, models.PROTECT, verbose_name=_("bank entry"), related_name="payments", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    kind = models.CharField(_("how"), max_length=11, choices=PaymentKind.choices, default=PaymentKind.TRANSFER)
    paid_on = models.DateField(_("paid on"), default=timezone.localdate)
    amount = MoneyField(_("amount"), currency_from="invoice__currency")
    discount = MoneyField(
        _("discount taken"), currency_from="invoice__currency", default=0, db_default=0, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    note = models.CharField(_("note on the payment"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("booked by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PaymentKind.values), name="payment_kind_known"),
            models.CheckConstraint(condition=~Q(amount=0) | ~Q(discount=0), name="payment_of_something"),
            models.CheckConstraint(condition=Q(discount__gte=0), name="payment_discount_not_negative"),
        ]
        indexes = [
            models.Index(fields=["paid_on", "id"], name="payment_by_day"),
            models.Index(fields=["amount", "id"], name="payment_by_amount"),
            models.Index(fields=["invoice", "paid_on", "id"], name="payment_of_invoice"),
        ]
