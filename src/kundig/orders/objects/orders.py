"""How orders and their positions are described."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.orders import actions
from kundig.orders.actions.importing import OrderImporter
from kundig.orders.models import Order, OrderLine
from kundig.orders.objects.amounts import AmountIn
from kundig.platform.navigation import Section
from kundig.records.boards import Board
from kundig.records.bulk.acting import Input, RecordAction, one_by_one
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.records.kinds.texts import Text


class OrderDescription(Description):
    model = Order
    name = "orders"
    icon = "box"
    nav_section = Section.SELL
    title, subtitle = "number", "party"
    columns = "number party ordered_on state net requested_on owner"
    search = "number party.name external_key customer_reference"
    filters = "state owner ordered_on party net requested_on"
    sort = "-ordered_on"
    form = (
        "party person customer_reference ordered_on requested_on channel region currency payment_days delivery_address "
        "invoice_address note owner"
    )
    page = Page(
        header="state net ordered_on requested_on owner",
        sections={
            _("Order"): "party person quote deal customer_reference external_key channel region payment_days note",
            _("Where it goes"): "delivery_address invoice_address",
            _("Progress"): "confirmed_on begun_on delivered_on completed_on cancelled_on cancel_reason",
        },
    )
    read_only = "quote"
    hidden = "costed"
    board = Board(by="state", sum="net", cards="ordered_on net", sort="-ordered_on")
    calendar = Calendar("requested_on")
    personal_fields = "delivery_address invoice_address note"
    purpose = "customer_care"
    create, change, delete = actions.create_order, actions.rewrite_order, actions.remove_order
    importer = OrderImporter
    brought_back: ClassVar[Callable[..., None] | None] = actions.orders_brought_back
    actions: ClassVar[Sequence[RecordAction]] = (
        RecordAction("confirm", _("Confirm"), one_by_one(actions.confirm_order), icon="check"),
        RecordAction(
            "complete", pgettext_lazy("an order", "Complete"), one_by_one(actions.complete_order), icon="check-circle"
        ),
        RecordAction(
            "cancel", _("Cancel the order"), one_by_one(actions.cancel_order), icon="ban",
            inputs=(Input("reason", _("Reason"), Text(), required=True),),
        ),
    )  # fmt: skip


class OrderLineDescription(Description):
    model = OrderLine
    name = "order-lines"
    icon = "table"
    nav = False
    owner = team = None
    parent = "order"
    title, subtitle = "title", "number"
    columns = "order position number title quantity unit unit_price discount net delivered returned"
    filters = "order product"
    form = "order product title quantity unit unit_price discount tax_category tax_percent text"
    unsaid = "unit unit_price discount tax_category tax_percent"
    page = Page(
        header="quantity unit_price net",
        sections={
            _("Position"): "order position product number text unit discount tax_category tax_percent unit_cost ships",
            _("Progress"): "delivered returned given_again",
        },
    )
    kinds: ClassVar = {name: AmountIn("order") for name in ("net", "unit_price", "unit_cost")}
    create, change, delete = actions.create_line, actions.rewrite_line, actions.remove_line
    brought_back: ClassVar[Callable[..., None] | None] = actions.lines_brought_back
