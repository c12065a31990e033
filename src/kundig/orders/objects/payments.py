"""How payments, bank statements and reminders are described."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.orders import actions
from kundig.orders.models import BankEntry, BankStatement, Payment, Reminder, ReminderLine, ReminderStop
from kundig.records.bulk.acting import RecordAction, one_by_one
from kundig.records.description import Description, Page


class PaymentDescription(Description):
    model = Payment
    name = "payments"
    icon = "euro"
    in_navigation = False
    title, subtitle = "invoice", "amount"
    columns = "paid_on invoice amount discount kind entry note"
    search = "invoice.number note"
    filters = "kind paid_on invoice"
    sort = "-paid_on"
    form = "invoice paid_on amount discount kind note"
    page = Page(header="paid_on amount discount", sections={_("Payment"): "invoice kind entry note by"})
    owner = team = None
    parent = "invoice"
    create, change = actions.create_payment, actions.rewrite_payment
    delete: ClassVar[Any] = actions.remove_payment
    brought_back: ClassVar[Callable[..., None] | None] = actions.payments_brought_back


class BankStatementDescription(Description):
    model = BankStatement
    name = "bank-statements"
    icon = "doc"
    in_navigation = False
    title, subtitle = "number", "iban"
    columns = "number iban until_on opening closing entries_count file_name read_by"
    search = "number iban file_name"
    filters = "until_on iban"
    sort = "-until_on"
    form = "number iban currency until_on opening closing"
    page = Page(
        header="until_on opening closing", sections={_("Statement"): "iban currency entries_count file_name read_by"}
    )
    owner = team = None
    create: ClassVar[Any] = actions.create_statement
    delete: ClassVar[Any] = actions.remove_statement


class BankEntryDescription(Description):
    model = BankEntry
    name = "bank-entries"
    icon = "euro"
    in_navigation = False
    title, subtitle = "name", "booked_on"
    columns = "booked_on name text amount rest state"
    search = "name text reference iban"
    filters = "state booked_on amount statement"
    sort = "-booked_on"
    form = "statement booked_on value_on amount currency name iban text reference is_returned"
    page = Page(
        header="state amount rest booked_on",
        sections={_("Bank entry"): "name iban text reference value_on currency is_returned statement"},
    )
    hidden = "key"
    owner = team = None
    personal = True
    impersonal = "booked_on value_on amount rest currency state is_returned statement"
    purpose = "customer_care"
    create: ClassVar[Any] = actions.create_entry
    change: ClassVar[Any] = actions.rewrite_entry
    delete: ClassVar[Any] = actions.remove_entry
    follows = "rest"
    brought_back: ClassVar[Callable[..., None] | None] = actions.entries_brought_back
    actions: ClassVar[Sequence[RecordAction]] = (
        RecordAction("set-aside", _("Not about invoices"), one_by_one(actions.set_aside), icon="x"),
        RecordAction("take-up", _("To be assigned after all"), one_by_one(actions.take_up), icon="undo"),
    )


class ReminderDescription(Description):
    model = Reminder
    name = "payment-reminders"
    icon = "letter"
    in_navigation = False
    title, subtitle = "number", "party"
    columns = "number party level issued_on pay_by due fee interest total"
    search = "number party.name"
    filters = "issued_on level party"
    sort = "-issued_on"
    form = "party text"
    page = Page(
        header="level issued_on pay_by total",
        sections={_("Payment reminder"): "party due fee interest currency by", _("Letter"): "text"},
    )
    recorded_along = (ReminderLine,)
    owner = team = None
    parent = "party"
    create: ClassVar[Any] = actions.create_reminder
    change: ClassVar[Any] = actions.rewrite_reminder
    delete: ClassVar[Any] = actions.remove_reminder
    brought_back: ClassVar[Callable[..., None] | None] = actions.reminders_brought_back


class ReminderStopDescription(Description):
    model = ReminderStop
    name = "reminder-stops"
    icon = "x"
    nav = False
    title, subtitle = "reason", "party"
    columns = "party reason until"
    form = "party reason until"
    owner = team = None
    parent = "party"
