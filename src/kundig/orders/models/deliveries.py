"""What went to the customer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.orders.enums import DeliveryKind
from kundig.orders.models.orders import Order, OrderLine
from kundig.platform.sorting import SortKey
from kundig.records.models import Record


class Delivery(Record):
    """Goods that have left the house for one order, all of it or a part."""

    number = models.CharField(
        _("delivery number"), max_length=40, blank=True, help_text=_("Left empty, the next free number is taken.")
    )
    order = models.ForeignKey(
        Order, models.PROTECT, verbose_name=pgettext_lazy("order", "order"), related_name="deliveries"
    )
    kind = models.CharField(
        _("delivered was"), max_length=11, choices=DeliveryKind.choices, default=DeliveryKind.ORDERED, editable=False
    )
    cause = models.ForeignKey(
        "orders.Return", models.PROTECT, verbose_name=_("because of the return"), related_name="deliveries", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    shipped_on = models.DateField(_("shipped on"), default=timezone.localdate)
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=60, blank=True)
    address = models.TextField(_("delivered to"), max_length=600, blank=True)
    note = models.TextField(_("note on the delivery"), max_length=2000, blank=True)
    number_key = SortKey("number", natural=True)

    class Meta:
        verbose_name = pgettext_lazy("order", "delivery")
        verbose_name_plural = pgettext_lazy("order", "deliveries")
        constraints = [
            models.UniqueConstraint(fields=("number",), name="delivery_number_unique"),
            models.CheckConstraint(condition=Q(kind__in=DeliveryKind.values), name="delivery_kind_known"),
            models.CheckConstraint(
                condition=Q(arrived_on=None) | Q(arrived_on__gte=F("shipped_on")), name="delivery_arrives_after_shipped"
            ),
            models.CheckConstraint(
                condition=Q(kind=DeliveryKind.ORDERED, cause=None)
                | (~Q(kind=DeliveryKind.ORDERED) & Q(cause__isnull=False)),
                name="delivery_again_has_return",
            ),
        ]
        indexes = [
            models.Index(fields=["number_key", "id"], name="delivery_by_number"),
            models.Index(fields=["shipped_on", "id"], name="delivery_by_day"),
            models.Index(fields=["tracking"], name="delivery_by_tracking", condition=~Q(tracking="")),
        ]

    def __str__(self) -> str:
        return self.number


class DeliveryLine(Record):
    """How much of a position a delivery holds. Of a replacement, `returned` is what it replaces."""

    delivery = models.ForeignKey(
        Delivery, models.CASCADE, verbose_name=pgettext_lazy("order", "delivery"), related_name="lines"
    )
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, verbose_name=_("position of the order"), related_name="deliveries"
    )
    returned = models.ForeignKey(
        "orders.ReturnLine", models.PROTECT, verbose_name=_("replaces"), related_name="deliveries", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    quantity = models.DecimalField(_("quantity delivered"), max_digits=12, decimal_places=3)
    serials = models.TextField(_("serial numbers"), max_length=8000, blank=True, help_text=_("One in each line."))

    class Meta:
        verbose_name = _("position of a delivery")
        verbose_name_plural = _("positions of deliveries")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="delivery_line_quantity_positive"),
            models.UniqueConstraint(
                fields=("delivery", "order_line", "returned"), nulls_distinct=False, name="delivery_line_once"
            ),
        ]
