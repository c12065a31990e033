"""What a customer has ordered from us."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.accounts.models import Team
from kundig.catalog.models import Line, line_constraints
from kundig.orders.enums import Channel, OrderState
from kundig.parties.models import Party, Person
from kundig.platform.money import MoneyField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.sales.models import Deal, Quote

ZERO = 0
_BEGUN = (OrderState.PARTLY, OrderState.DELIVERED, OrderState.COMPLETED)
_WHOLE = (OrderState.DELIVERED, OrderState.COMPLETED)


class OrderQuerySet(models.QuerySet):
    def counted(self) -> Self:
        """Those that count as revenue: all that were not cancelled."""
        return self.exclude(state=OrderState.CANCELLED)

    def to_deliver(self) -> Self:
        """Those of which something is still to go to the customer."""
        return self.filter(state__in=(OrderState.CONFIRMED, OrderState.PARTLY))


class Order(Record):
    """An order. Its state follows from the days on which it got so far: one without the day before it is refused by
    the database. `net` and `cost` are the sums of its lines, kept by the database (migration `0002_counts`)."""

    number = models.CharField(
        _("order number"), max_length=40, blank=True, help_text=_("Left empty, the next free number is taken.")
    )
    external_key = models.CharField(
        _("number in another system"), max_length=80, blank=True,
        help_text=_("What the order is called where it came from; each only once."),
    )  # fmt: skip
    customer_reference = models.CharField(
        _("customer's order number"), max_length=80, blank=True, help_text=_("Stands on every document about it.")
    )
    party = models.ForeignKey(Party, models.PROTECT, verbose_name=_("customer"), related_name="orders", db_index=False)
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("contact person"), related_name="+", null=True, blank=True
    )
    quote = models.ForeignKey(
        Quote, models.SET_NULL, verbose_name=_("from the quote"), related_name="orders", null=True, blank=True
    )
    deal = models.ForeignKey(
        Deal, models.SET_NULL, verbose_name=_("deal"), related_name="orders", null=True, blank=True
    )
    ordered_on = models.DateField(_("ordered on"), default=timezone.localdate)
    requested_on = models.DateField(_("requested for"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=OrderState.choices, default=OrderState.PLACED)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    begun_on = models.DateField(_("first delivered on"), null=True, blank=True, editable=False)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=200, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    net = MoneyField(_("net amount"), currency_from="currency", default=ZERO, db_default=ZERO, editable=False)
    cost = MoneyField(
        _("variable cost"), currency_from="currency", null=True, blank=True, editable=False,
        help_text=_("What the positions cost us; those without a cost count nothing."),
    )  # fmt: skip
    costed = MoneyField(
        _("net amount of the positions with a cost"), currency_from="currency", null=True, blank=True, editable=False
    )
    """Less `cost` it is what is earned: a position whose cost nobody knows does not count as free of cost."""
    delivery_address = models.TextField(
        _("delivery address"), max_length=600, blank=True, help_text=_("As it was when the order came.")
    )
    invoice_address = models.TextField(_("invoice address"), max_length=600, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), null=True, blank=True)
    channel = models.CharField(_("sales channel"), max_length=8, choices=Channel.choices, blank=True)
    region = models.CharField(_("region of the order"), max_length=80, blank=True)
    note = models.TextField(_("note on the order"), max_length=4000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("handled by"), related_name="+", null=True,
        blank=True, db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    number_key = SortKey("number", natural=True)

    kept_by_database: ClassVar = ("net", "cost", "costed")
    """Not part of its story: they follow from the lines, and the ledger leaves them out."""
    objects: ClassVar[models.Manager] = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("order", "order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=("number",), name="order_number_unique"),
            models.UniqueConstraint(fields=("quote",), condition=Q(quote__isnull=False), name="order_of_quote_once"),
            models.UniqueConstraint(
                fields=("external_key",), condition=~Q(external_key=""), name="order_external_key_unique"
            ),
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(condition=Q(channel__in=["", *Channel.values]), name="order_channel_known"),
            models.CheckConstraint(
                condition=~Q(state=OrderState.CONFIRMED) | Q(confirmed_on__isnull=False), name="order_confirmed_has_day"
            ),
            models.CheckConstraint(
                condition=Q(begun_on=None, delivered_on=None, completed_on=None)
                | Q(begun_on__isnull=False, confirmed_on__isnull=False),
                name="order_delivered_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_BEGUN, begun_on__isnull=False) | (~Q(state__in=_BEGUN) & Q(begun_on=None)),
                name="order_begun_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_WHOLE, delivered_on__isnull=False)
                | (~Q(state__in=_WHOLE) & Q(delivered_on=None)),
                name="order_delivered_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.COMPLETED, completed_on__isnull=False)
                | (~Q(state=OrderState.COMPLETED) & Q(completed_on=None)),
                name="order_completed_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.CANCELLED, cancelled_on__isnull=False)
                | (~Q(state=OrderState.CANCELLED) & Q(cancelled_on=None)),
                name="order_cancelled_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["number_key", "id"], include=["owner", "team"], name="order_by_number"),
            # What lists, boards and reports add up stands in the index, so that they need not read the orders.
            models.Index(
                fields=["ordered_on", "id"],
                include=["owner", "team", "state", "party", "channel", "currency", "net", "cost", "costed"],
                name="order_by_day",
            ),
            models.Index(fields=["requested_on", "id"], include=["owner", "team"], name="order_by_request"),
            models.Index(fields=["net", "id"], include=["owner", "team"], name="order_by_net"),
            models.Index(
                fields=["state", "ordered_on", "id"],
                include=["owner", "team", "currency", "net"],
                name="order_of_state",
            ),
            models.Index(fields=["owner", "ordered_on", "id"], name="order_of_owner"),
            models.Index(
                fields=["party", "ordered_on", "id"], include=["net", "cost", "costed", "state"], name="order_of_party"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(Line):
    """A position of an order. What was delivered and came back is counted by the database from deliveries and returns
    (migration `0002_counts`), and can never be more than was ordered, or delivered."""

    order = models.ForeignKey(
        Order, models.CASCADE, verbose_name=pgettext_lazy("order", "order"), related_name="lines", db_index=False
    )
    ships = models.BooleanField(
        _("is delivered"), default=True, help_text=_("Off for what nobody sends: a discount, a fee, a subscription.")
    )
    delivered = models.DecimalField(
        pgettext_lazy("order", "delivered"),
        max_digits=14,
        decimal_places=3,
        default=ZERO,
        db_default=ZERO,
        editable=False,
    )
    returned = models.DecimalField(
        _("sent back"), max_digits=14, decimal_places=3, default=ZERO, db_default=ZERO, editable=False
    )
    given_again = models.DecimalField(
        _("replaced or repaired"), max_digits=14, decimal_places=3, default=ZERO, db_default=ZERO, editable=False,
        help_text=_("How much of what came back has gone to the customer again."),
    )  # fmt: skip

    kept_by_database: ClassVar = ("delivered", "returned", "given_again")

    class Meta:
        verbose_name = _("position of an order")
        verbose_name_plural = _("positions of orders")
        ordering = ("position", "id")
        constraints = [
            *line_constraints("order_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity_positive"),
            models.CheckConstraint(condition=Q(delivered__gte=0), name="order_line_delivered_positive"),
            models.CheckConstraint(
                condition=Q(delivered=0) | Q(delivered__lte=F("quantity")), name="order_line_delivered_was_ordered"
            ),
            models.CheckConstraint(condition=Q(returned__gte=0), name="order_line_returned_positive"),
            models.CheckConstraint(
                condition=Q(returned__lte=F("delivered") + F("given_again")), name="order_line_returned_was_delivered"
            ),
            models.CheckConstraint(
                condition=Q(given_again__gte=0, given_again__lte=F("returned")), name="order_line_given_was_returned"
            ),
        ]
        indexes = [models.Index(fields=["order", "position", "id"], name="order_line_of_order")]
