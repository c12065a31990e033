"""How invoices and their positions are described."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.orders import actions
from kundig.orders.models import Invoice, InvoiceLine
from kundig.platform.navigation import Section
from kundig.records.bulk.acting import RecordAction, one_by_one
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.records.fields import Field
from kundig.records.kinds.numbers import Money


class InvoiceDescription(Description):
    model = Invoice
    name = "invoices"
    icon = "receipt"
    nav_section = Section.SELL
    title, subtitle = "number", "party"
    columns = "number party kind state issued_on due_on gross balance owner"
    search = "number party.name customer_reference buyer_reference"
    filters = "state kind party owner issued_on due_on balance"
    sort = "-issued_on"
    form = (
        "party person order delivered_on period_from period_until currency language payment_days discount_percent "
        "discount_days buyer_reference customer_reference rebate_percent rebate_amount rebate_reason charge_amount "
        "charge_reason text closing owner"
    )
    page = Page(
        header="state kind issued_on due_on gross balance",
        sections={
            _("Invoice"): "party person order contract corrects returned customer_reference buyer_reference language",
            _("Delivery and payment"): "delivered_on period_from period_until payment_days discount_percent "
            "discount_days reminder_level reminded_on",
            _("Amounts"): "net tax settled currency owner team",
            _("Texts"): "text closing",
        },
    )
    hidden = "seller buyer tax_sums references paper ubl cii"
    calendar = Calendar("due_on")
    create, change, delete = actions.create_invoice, actions.rewrite_invoice, actions.remove_invoice
    follows = "state settled balance reminder_level reminded_on"
    brought_back: ClassVar[Callable[..., None] | None] = actions.invoices_brought_back
    actions: ClassVar[Sequence[RecordAction]] = (
        RecordAction("issue", _("Issue"), one_by_one(actions.issue), icon="check"),
    )


class MoneyOfInvoice(Money):
    """An amount in the currency of the invoice that the position belongs to."""

    def sources(self, field: Field) -> tuple[str, ...]:
        return (field.path, "invoice__currency")


class InvoiceLineDescription(Description):
    model = InvoiceLine
    name = "invoice-lines"
    icon = "list"
    nav = False
    title = "title"
    subtitle = "invoice"
    columns = "invoice position title product quantity unit unit_price discount net"
    search = "title number"
    filters = "invoice"
    form = "invoice product title text quantity unit unit_price discount tax_category tax_percent position"
    unsaid = "unit unit_price discount tax_category tax_percent"
    kinds: ClassVar[dict[str, Any]] = {
        "net": MoneyOfInvoice(), "unit_price": MoneyOfInvoice(), "unit_cost": MoneyOfInvoice(),
    }  # fmt: skip
    read_only = "net"
    hidden = "given_back"
    owner = team = None
    parent = "invoice"
    create, change = actions.create_invoice_line, actions.rewrite_invoice_line
    delete: ClassVar[Any] = actions.remove_invoice_line
    brought_back: ClassVar[Callable[..., None] | None] = actions.invoice_lines_brought_back
