"""How returns are described. Their rights are the order's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.orders import actions
from kundig.orders.models import Return, ReturnLine
from kundig.orders.objects.amounts import AmountIn
from kundig.records.boards import Board
from kundig.records.bulk.acting import RecordAction, one_by_one
from kundig.records.description import Description, Page


class ReturnDescription(Description):
    model = Return
    name = "returns"
    icon = "undo"
    in_navigation = False
    owner = team = None
    parent = "order"
    title, subtitle = "number", "order"
    columns = "number order reason state announced_on received_on decided_on"
    search = "number order.number"
    filters = "state order announced_on"
    sort = "-announced_on"
    form = "order reason announced_on complaint"
    page = Page(
        header="state order reason announced_on",
        sections={
            _("What happened"): "complaint received_on",
            _("Inspection and decision"): "inspected_on inspected_by inspection decided_on decided_by settled_on",
        },
    )
    board = Board(by="state", cards="order reason", sort="-announced_on")
    personal_fields = "complaint"
    purpose = "customer_care"
    create, change, delete = actions.create_return, actions.rewrite_return, actions.remove_return
    brought_back: ClassVar[Callable[..., None] | None] = actions.returns_brought_back
    actions: ClassVar[Sequence[RecordAction]] = (
        RecordAction("received", _("It has arrived"), one_by_one(actions.receive_return), icon="inbox"),
        RecordAction("withdraw", _("Withdraw"), one_by_one(actions.withdraw_return), icon="ban"),
        RecordAction("settle", _("Settled"), one_by_one(actions.settle_return), icon="check-circle"),
    )


class ReturnLineDescription(Description):
    model = ReturnLine
    name = "return-lines"
    icon = "table"
    nav = False
    owner = team = None
    parent = "return_to"
    title, subtitle = "order_line", "return_to"
    columns = "return_to order_line quantity condition decision credit"
    filters = "return_to order_line"
    form = "return_to order_line quantity serials condition"
    kinds: ClassVar = {"credit": AmountIn("return_to__order")}
    create, change, delete = actions.create_return_line, actions.rewrite_return_line, actions.remove_return_line
