"""What came back from the customer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.orders.enums import Decision, ReturnReason, ReturnState
from kundig.orders.models.orders import Order, OrderLine
from kundig.platform.money import MoneyField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record

_ARRIVED = (ReturnState.RECEIVED, ReturnState.INSPECTED, ReturnState.DECIDED, ReturnState.SETTLED)
_LOOKED_AT = (ReturnState.INSPECTED, ReturnState.DECIDED, ReturnState.SETTLED)
_JUDGED = (ReturnState.DECIDED, ReturnState.SETTLED)


class Return(Record):
    """Something that comes back, why, in which condition, and what becomes of it."""

    number = models.CharField(
        _("return number"), max_length=40, blank=True, help_text=_("Left empty, the next free number is taken.")
    )
    order = models.ForeignKey(
        Order, models.PROTECT, verbose_name=pgettext_lazy("order", "order"), related_name="returns"
    )
    reason = models.CharField(_("reason"), max_length=10, choices=ReturnReason.choices)
    complaint = models.TextField(_("what the customer says"), max_length=4000, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=ReturnState.choices, default=ReturnState.ANNOUNCED)
    announced_on = models.DateField(_("announced on"), default=timezone.localdate)
    received_on = models.DateField(_("arrived on"), null=True, blank=True, editable=False)
    inspected_on = models.DateField(_("inspected on"), null=True, blank=True, editable=False)
    inspected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("inspected by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    inspection = models.TextField(_("what the inspection found"), max_length=4000, blank=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("decided by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    settled_on = models.DateField(_("settled on"), null=True, blank=True, editable=False)
    number_key = SortKey("number", natural=True)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.UniqueConstraint(fields=("number",), name="return_number_unique"),
            models.CheckConstraint(condition=Q(reason__in=ReturnReason.values), name="return_reason_known"),
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_state_known"),
            *(
                models.CheckConstraint(
                    condition=Q(**{"state__in": states, f"{day}__isnull": False})
                    | (~Q(state__in=states) & Q(**{day: None})),
                    name=f"return_{name}_has_day",
                )
                for name, day, states in (
                    ("arrived", "received_on", _ARRIVED),
                    ("inspected", "inspected_on", _LOOKED_AT),
                    ("decided", "decided_on", _JUDGED),
                    ("settled", "settled_on", (ReturnState.SETTLED,)),
                )
            ),
        ]
        indexes = [
            models.Index(fields=["number_key", "id"], name="return_by_number"),
            models.Index(fields=["announced_on", "id"], name="return_by_day"),
            models.Index(fields=["state", "announced_on", "id"], name="return_of_state"),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(Record):
    """How much of a position comes back, and what becomes of it. `credit` is the net amount that the customer gets."""

    return_to = models.ForeignKey(Return, models.CASCADE, verbose_name=_("return"), related_name="lines")
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, verbose_name=_("position of the order"), related_name="returns"
    )
    quantity = models.DecimalField(_("quantity that comes back"), max_digits=12, decimal_places=3)
    serials = models.TextField(_("serial numbers"), max_length=8000, blank=True, help_text=_("One in each line."))
    condition = models.CharField(_("condition"), max_length=200, blank=True)
    decision = models.CharField(_("decision"), max_length=7, choices=Decision.choices, blank=True, editable=False)
    credit = MoneyField(_("credited, net"), null=True, blank=True, editable=False)
    not_charged = models.DecimalField(
        _("never charged"), max_digits=14, decimal_places=3, null=True, blank=True, editable=False
    )
    """Of a credit: so much of it stood on no invoice, or had been given back before. It is not charged any more either;
    None until that has been looked up (`credit_return`)."""
    given_again = models.DecimalField(
        _("gone to the customer again"), max_digits=14, decimal_places=3, default=0, db_default=0, editable=False
    )

    kept_by_database: ClassVar = ("given_again", "not_charged")

    class Meta:
        verbose_name = _("position of a return")
        verbose_name_plural = _("positions of returns")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_quantity_positive"),
            models.UniqueConstraint(fields=("return_to", "order_line"), name="return_line_once"),
            models.CheckConstraint(condition=Q(decision__in=["", *Decision.values]), name="return_decision_known"),
            models.CheckConstraint(
                condition=Q(decision=Decision.CREDIT, credit__gte=0) | (~Q(decision=Decision.CREDIT) & Q(credit=None)),
                name="return_credit_has_amount",
            ),
            models.CheckConstraint(
                condition=Q(given_again__gte=0, given_again__lte=F("quantity")), name="return_given_again_came_back"
            ),
            models.CheckConstraint(
                condition=Q(not_charged=None) | Q(not_charged__gte=0, not_charged__lte=F("quantity")),
                name="return_not_charged_came_back",
            ),
        ]
