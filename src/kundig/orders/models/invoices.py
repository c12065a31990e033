"""What we charge for, and what we give back."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.accounts.models import Team
from kundig.catalog.models import Line, line_constraints
from kundig.orders.enums import InvoiceKind, InvoiceState
from kundig.parties.enums import Language
from kundig.parties.models import Party, Person
from kundig.platform.money import MoneyField, PercentField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record

ZERO = 0
LONGEST_TERM = 365
UNPAID = (InvoiceState.OPEN, InvoiceState.PART_PAID)


def _kept_file() -> models.ForeignKey:
    return models.ForeignKey(
        "platform.StoredFile", models.PROTECT, related_name="+", null=True, blank=True, editable=False, db_index=False
    )


class InvoiceQuerySet(models.QuerySet):
    def issued(self) -> Self:
        return self.filter(issued_on__isnull=False)

    def unpaid(self) -> Self:
        """Invoices of which something is still to come."""
        return self.filter(state__in=UNPAID)

    def overdue(self, *, on: dt.date) -> Self:
        """Those of which the day of payment is past."""
        return self.unpaid().filter(kind=InvoiceKind.INVOICE, due_on__lt=on)


class Invoice(Record):
    """An invoice, or a credit note (whose amounts are positive, too: its kind says that they are given back).

    As long as it has no day of issue it is a draft. From then on the database lets nobody change what it says
    (migration `0010_issued`); what has been paid on it, and what is open, are reckoned anew with each payment and each
    credit note. `seller`, `buyer`, `references` (the numbers of order and contract) and `tax_sums` are what stood on
    the document when it was issued.
    """

    number = models.CharField(
        _("invoice number"), max_length=40, blank=True, editable=False,
        help_text=_("A draft has a number of its own series; the one of the books is given when it is issued."),
    )  # fmt: skip
    kind = models.CharField(
        _("kind"), max_length=11, choices=InvoiceKind.choices, default=InvoiceKind.INVOICE, editable=False
    )
    state = models.CharField(
        _("state"), max_length=9, choices=InvoiceState.choices, default=InvoiceState.DRAFT, editable=False
    )
    party = models.ForeignKey(
        Party, models.PROTECT, verbose_name=_("customer"), related_name="invoices", db_index=False
    )
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("contact person"), related_name="+", null=True, blank=True
    )
    order = models.ForeignKey(
        "orders.Order",
        models.PROTECT,
        verbose_name=pgettext_lazy("order", "order"),
        related_name="invoices",
        null=True,
        blank=True,
    )
    contract = models.ForeignKey(
        "orders.Contract", models.PROTECT, verbose_name=_("contract"), related_name="invoices", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    returned = models.ForeignKey(
        "orders.Return", models.PROTECT, verbose_name=_("because of the return"), related_name="credit_notes",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    corrects = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("corrects"), related_name="corrections", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    issued_on = models.DateField(_("issued on"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, blank=True, editable=False)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_until = models.DateField(_("period until"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, blank=True, help_text=_("Left empty, the customer's.")
    )
    payment_days = models.PositiveSmallIntegerField(
        _("days to pay"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_TERM)],
        help_text=_("Left empty, as the settings for invoices say."),
    )  # fmt: skip
    discount_percent = PercentField(
        _("discount for early payment"), default=ZERO, db_default=ZERO,
        validators=[MinValueValidator(0), MaxValueValidator(50)],
    )  # fmt: skip
    discount_days = models.PositiveSmallIntegerField(
        _("days for the discount"), default=ZERO, db_default=ZERO, validators=[MaxValueValidator(LONGEST_TERM)]
    )
    buyer_reference = models.CharField(
        _("buyer reference"), max_length=60, blank=True,
        help_text=_("The Leitweg-ID of an authority, or what else the customer wants to find on the invoice."),
    )  # fmt: skip
    customer_reference = models.CharField(_("customer's order number"), max_length=80, blank=True)
    text = models.TextField(_("text before the positions"), max_length=4000, blank=True)
    closing = models.TextField(_("text after the positions"), max_length=4000, blank=True)
    rebate_percent = PercentField(
        _("discount on the whole invoice"), default=ZERO, db_default=ZERO,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    rebate_amount = MoneyField(
        _("discount on the whole as an amount"), currency_from="currency", default=ZERO, db_default=ZERO, blank=True,
        validators=[MinValueValidator(0)], help_text=_("Net. It comes on top of a discount in percent."),
    )  # fmt: skip
    rebate_reason = models.CharField(_("what the discount is for"), max_length=120, blank=True)
    charge_amount = MoneyField(
        _("shipping and other charges"), currency_from="currency", default=ZERO, db_default=ZERO, blank=True,
        validators=[MinValueValidator(0)], help_text=_("Net. It is taxed as the positions are."),
    )  # fmt: skip
    charge_reason = models.CharField(_("what the charge is for"), max_length=120, blank=True)
    net = MoneyField(_("net amount"), currency_from="currency", default=ZERO, db_default=ZERO, editable=False)
    tax = MoneyField(_("tax"), currency_from="currency", default=ZERO, db_default=ZERO, editable=False)
    gross = MoneyField(_("gross amount"), currency_from="currency", default=ZERO, db_default=ZERO, editable=False)
    settled = MoneyField(
        _("paid and credited"), currency_from="currency", default=ZERO, db_default=ZERO, editable=False
    )
    balance = MoneyField(
        _("open amount"), currency_from="currency", default=ZERO, db_default=ZERO, editable=False,
        help_text=_("Below zero it is what we owe the customer."),
    )  # fmt: skip
    reminder_level = models.PositiveSmallIntegerField(
        _("reminder level"), default=ZERO, db_default=ZERO, editable=False
    )
    reminded_on = models.DateField(_("last reminded on"), null=True, blank=True, editable=False)
    seller = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    buyer = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    tax_sums = models.JSONField(default=list, db_default=[], blank=True, editable=False)
    references = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    paper = _kept_file()
    """The PDF as it was issued, with the e-invoice in it."""
    ubl = _kept_file()
    cii = _kept_file()
    """XRechnung in both syntaxes, as it was issued."""
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("handled by"), related_name="+", null=True,
        blank=True, db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    number_key = SortKey("number", natural=True)

    kept_by_database: ClassVar = ("paper", "ubl", "cii")
    objects: ClassVar[models.Manager] = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(fields=("number",), name="invoice_number_unique"),
            models.CheckConstraint(condition=~Q(number=""), name="invoice_has_number"),
            models.CheckConstraint(condition=Q(kind__in=InvoiceKind.values), name="invoice_kind_known"),
            models.CheckConstraint(condition=Q(state__in=InvoiceState.values), name="invoice_state_known"),
            models.CheckConstraint(
                condition=Q(state=InvoiceState.DRAFT, issued_on=None)
                | (~Q(state=InvoiceState.DRAFT) & Q(issued_on__isnull=False)),
                name="invoice_issued_has_day",
            ),
            models.CheckConstraint(
                condition=Q(kind=InvoiceKind.CREDIT_NOTE) | Q(corrects=None, returned=None),
                name="invoice_only_credit_notes_correct",
            ),
            models.CheckConstraint(
                condition=Q(rebate_percent__gte=0, rebate_percent__lte=100, rebate_amount__gte=0, charge_amount__gte=0),
                name="invoice_allowances_not_negative",
            ),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="invoice_does_not_correct_itself"),
            models.CheckConstraint(
                condition=Q(period_from=None) | Q(period_until=None) | Q(period_until__gte=F("period_from")),
                name="invoice_period_in_order",
            ),
            models.CheckConstraint(condition=Q(balance=F("gross") - F("settled")) | Q(state=InvoiceState.DRAFT)
                                   | Q(kind=InvoiceKind.CREDIT_NOTE), name="invoice_balance_adds_up"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["number_key", "id"], include=["owner", "team"], name="invoice_by_number"),
            models.Index(fields=["issued_on", "id"], include=["owner", "team"], name="invoice_by_day"),
            models.Index(fields=["due_on", "id"], include=["owner", "team"], name="invoice_by_due"),
            models.Index(fields=["gross", "id"], include=["owner", "team"], name="invoice_by_gross"),
            models.Index(fields=["balance", "id"], include=["owner", "team"], name="invoice_by_balance"),
            models.Index(fields=["state", "due_on", "id"], include=["owner", "team"], name="invoice_of_state"),
            models.Index(fields=["kind", "issued_on", "id"], include=["owner", "team"], name="invoice_of_kind"),
            models.Index(fields=["owner", "issued_on", "id"], name="invoice_of_owner"),
            models.Index(fields=["party", "issued_on", "id"], include=["balance", "state"], name="invoice_of_party"),
            models.Index(fields=["due_on"], condition=Q(state__in=UNPAID), name="invoice_unpaid_by_due"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_draft(self) -> bool:
        return self.issued_on is None

    @property
    def is_credit_note(self) -> bool:
        return self.kind == InvoiceKind.CREDIT_NOTE


class InvoiceLine(Line):
    """A position of an invoice. `corrects` is the position of the invoice that a credit note gives back."""

    invoice = models.ForeignKey(
        Invoice, models.CASCADE, verbose_name=_("invoice"), related_name="lines", db_index=False
    )
    order_line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, verbose_name=_("position of the order"), related_name="invoice_lines",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    corrects = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("corrects the position"), related_name="corrections", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    given_back = models.DecimalField(
        _("quantity that is given back"), max_digits=14, decimal_places=3, null=True, blank=True, editable=False
    )
    """So much of what it corrects, where the position is an amount (1 × 4.47); left empty, its quantity."""

    class Meta:
        verbose_name = _("position of an invoice")
        verbose_name_plural = _("positions of invoices")
        ordering = ("position", "id")
        constraints = [
            *line_constraints("invoice_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="invoice_line_quantity_positive"),
            models.CheckConstraint(condition=Q(given_back=None) | Q(given_back__gt=0), name="invoice_line_gives_back"),
        ]
        indexes = [models.Index(fields=["invoice", "position", "id"], name="invoice_line_of_invoice")]


class InvoiceSettings(models.Model):
    """How the house charges and keeps its books: exactly one row."""

    THE_ONE = 1

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    payment_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=14, validators=[MaxValueValidator(LONGEST_TERM)]
    )
    discount_percent = PercentField(
        _("discount for early payment"), default=ZERO, validators=[MinValueValidator(0), MaxValueValidator(50)]
    )
    discount_days = models.PositiveSmallIntegerField(
        _("days for the discount"), default=ZERO, validators=[MaxValueValidator(LONGEST_TERM)]
    )
    contact = models.CharField(
        _("contact person on invoices"), max_length=120, blank=True,
        help_text=_("E-invoices to authorities must name one. Left empty, whoever handles the invoice."),
    )  # fmt: skip
    text = models.TextField(_("text before the positions"), max_length=4000, blank=True)
    closing = models.TextField(_("text after the positions"), max_length=4000, blank=True)
    consultant = models.PositiveIntegerField(
        _("consultant number"), null=True, blank=True,
        validators=[MinValueValidator(1001), MaxValueValidator(9_999_999)],
        help_text=_("Your tax adviser knows it, and the client number."),
    )  # fmt: skip
    client = models.PositiveIntegerField(
        _("client number"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99_999)]
    )
    chart = models.CharField(
        _("chart of accounts"), max_length=2, default="03", choices=(("03", "SKR03"), ("04", "SKR04"))
    )
    year_begins = models.PositiveSmallIntegerField(
        _("month in which the business year begins"), default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )  # fmt: skip
    account_length = models.PositiveSmallIntegerField(
        _("digits of an account"), default=4, validators=[MinValueValidator(4), MaxValueValidator(8)],
        help_text=_(
            "Accounts of customers have one more. Where it grows, they get a zero at the end, as in the books."
        ),
    )  # fmt: skip
    first_debtor = models.PositiveIntegerField(_("first account of customers"), default=10000)
    accounts = models.TextField(
        _("accounts of one's own"), max_length=2000, blank=True,
        help_text=_("One in each line, as “S 20 = 8420”: tax category, rate, account; also “bank = 1210”."),
    )  # fmt: skip

    closed_until = models.DateField(
        _("books are closed until"), null=True, blank=True,
        help_text=_("Up to this day nothing is issued, booked or taken back. Emptied, the books are open again."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("settings for invoices")
        verbose_name_plural = _("settings for invoices")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="invoice_settings_only_one")]


class DebtorAccount(models.Model):
    """The account of a customer in the books. One that two have become may have two; the lower one is used."""

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("customer"), related_name="+")
    number = models.PositiveIntegerField(_("account"), unique=True)

    class Meta:
        verbose_name = _("account of a customer")
        verbose_name_plural = _("accounts of customers")
