"""What a customer has subscribed to, for how long, and how it ends."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import Team
from kundig.catalog.models import Line, line_constraints
from kundig.orders.enums import Cancelled, CancelReason, ContractKind, ContractState
from kundig.orders.models.orders import Order
from kundig.parties.models import Party, Person
from kundig.platform.money import MoneyField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record

LONGEST = 600
"""Months: fifty years. More is a slip."""


def _months(label: Any, help_text: Any = "", **kwargs: Any) -> models.PositiveSmallIntegerField:
    validators = [MinValueValidator(1), MaxValueValidator(LONGEST)]
    return models.PositiveSmallIntegerField(label, help_text=help_text, validators=validators, **kwargs)


class Contract(Record):
    """A contract or a subscription. `ends_on`, `notice_by`, `state` and `yearly` follow from the rest and from the day
    (`rules.contracts`); `keep_contracts` brings them in step every night."""

    number = models.CharField(
        _("contract number"), max_length=40, blank=True, help_text=_("Left empty, the next free number is taken.")
    )
    title = models.CharField(_("contract"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=ContractKind.choices, default=ContractKind.MAINTENANCE)
    party = models.ForeignKey(
        Party, models.PROTECT, verbose_name=_("customer"), related_name="contracts", db_index=False
    )
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("contact person"), related_name="+", null=True, blank=True
    )
    order = models.ForeignKey(
        Order, models.SET_NULL, verbose_name=_("from the order"), related_name="contracts", null=True, blank=True
    )
    starts_on = models.DateField(_("starts on"), default=timezone.localdate)
    term_months = _months(_("first term in months"), _("Empty: it runs until somebody gives notice."),
                          null=True, blank=True)  # fmt: skip
    renewal_months = _months(_("renewed by months"), _("Empty: it ends by itself."), null=True, blank=True)
    notice_months = models.PositiveSmallIntegerField(
        _("notice in months"), default=3, validators=[MaxValueValidator(LONGEST)],
        help_text=_("How long before its end notice must be given."),
    )  # fmt: skip
    ends_on = models.DateField(_("runs until"), null=True, blank=True, editable=False)
    notice_by = models.DateField(_("notice by"), null=True, blank=True, editable=False)
    renewals = models.PositiveSmallIntegerField(_("times renewed"), default=0, db_default=0, editable=False)
    cancelled_on = models.DateField(_("notice given on"), null=True, blank=True, editable=False)
    cancelled_by = models.CharField(
        _("who gave notice"), max_length=8, choices=Cancelled.choices, blank=True, editable=False
    )
    cancel_reason = models.CharField(
        _("reason of the notice"), max_length=10, choices=CancelReason.choices, blank=True, editable=False
    )
    cancel_note = models.CharField(_("words on the notice"), max_length=500, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=ContractState.choices, default=ContractState.PLANNED, editable=False
    )
    billing_months = _months(_("billed every … months"), _("The prices of the positions are for this time."), default=1)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    yearly = MoneyField(_("net amount per year"), currency_from="currency", default=0, db_default=0, editable=False)
    note = models.TextField(_("note on the contract"), max_length=4000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("handled by"), related_name="+", null=True,
        blank=True, db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    number_key = SortKey("number", natural=True)
    title_key = SortKey("title")

    kept_by_database: ClassVar = ("state", "yearly", "notice_by")
    """Not part of its story: they follow from the rest, and the ledger leaves them out."""

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.UniqueConstraint(fields=("number",), name="contract_number_unique"),
            models.CheckConstraint(condition=Q(kind__in=ContractKind.values), name="contract_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ContractState.values), name="contract_state_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="contract_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None, cancelled_by="", cancel_reason="")
                | (Q(cancelled_on__isnull=False, ends_on__isnull=False) & ~Q(cancelled_by="") & ~Q(cancel_reason="")),
                name="contract_notice_has_reason",
            ),
            models.CheckConstraint(condition=Q(billing_months__gte=1), name="contract_billing_positive"),
        ]
        indexes = [
            models.Index(fields=["number_key", "id"], include=["owner", "team"], name="contract_by_number"),
            models.Index(fields=["title_key", "id"], include=["owner", "team"], name="contract_by_title"),
            models.Index(fields=["starts_on", "id"], include=["owner", "team"], name="contract_by_start"),
            models.Index(fields=["ends_on", "id"], include=["owner", "team"], name="contract_by_end"),
            models.Index(fields=["notice_by", "id"], include=["owner", "team"], name="contract_by_notice"),
            models.Index(fields=["yearly", "id"], include=["owner", "team"], name="contract_by_amount"),
            models.Index(fields=["owner", "notice_by", "id"], name="contract_of_owner"),
            models.Index(fields=["party", "ends_on"], name="contract_of_party"),
            models.Index(fields=["state", "ends_on", "id"], name="contract_of_state"),
        ]

    def __str__(self) -> str:
        return self.title


class ContractLine(Line):
    """A position of a contract, at a price that holds for a time: a new price is a new line that follows the old."""

    contract = models.ForeignKey(Contract, models.CASCADE, verbose_name=_("contract"), related_name="lines")
    valid_from = models.DateField(_("price valid from"), null=True, blank=True)
    valid_until = models.DateField(_("price valid until"), null=True, blank=True)
    previous = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("replaces the price of"), related_name="following", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    reason = models.CharField(_("reason of the price change"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("position of a contract")
        verbose_name_plural = _("positions of contracts")
        ordering = ("position", "id")
        constraints = [
            *line_constraints("contract_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="contract_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="contract_line_valid_in_order",
            ),
            models.UniqueConstraint(
                fields=("previous",), condition=Q(previous__isnull=False), name="contract_line_followed_once"
            ),
        ]
