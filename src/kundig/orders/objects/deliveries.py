"""How deliveries are described. Their rights are the order's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.orders import actions
from kundig.orders.models import Delivery, DeliveryLine
from kundig.records.bulk.acting import RecordAction, one_by_one
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page


class DeliveryDescription(Description):
    model = Delivery
    name = "deliveries"
    icon = "truck"
    in_navigation = False
    owner = team = None
    parent = "order"
    title, subtitle = "number", "order"
    columns = "number order kind shipped_on arrived_on carrier tracking"
    search = "number order.number tracking"
    filters = "order shipped_on"
    sort = "-shipped_on"
    form = "order shipped_on carrier tracking address note"
    page = Page(
        header="order shipped_on arrived_on",
        sections={pgettext_lazy("order", "Delivery"): "kind cause carrier tracking address note"},
    )
    calendar = Calendar("shipped_on")
    personal_fields = "address note"
    purpose = "customer_care"
    create, change, delete = actions.create_delivery, actions.rewrite_delivery, actions.remove_delivery
    brought_back: ClassVar[Callable[..., None] | None] = actions.deliveries_brought_back
    actions: ClassVar[Sequence[RecordAction]] = (
        RecordAction("arrived", _("It has arrived"), one_by_one(actions.note_arrival), icon="check"),
    )


class DeliveryLineDescription(Description):
    model = DeliveryLine
    name = "delivery-lines"
    icon = "table"
    nav = False
    owner = team = None
    parent = "delivery"
    title, subtitle = "order_line", "delivery"
    columns = "delivery order_line quantity serials"
    filters = "delivery order_line"
    form = "delivery order_line quantity serials"
    hidden = "returned"
    create, change, delete = (
        actions.create_delivery_line, actions.rewrite_delivery_line, actions.remove_delivery_line,
    )  # fmt: skip
