"""Invoices as they are, in every state: for the sample company. Nobody's right is asked, and nobody is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from kundig.catalog.queries import to_cents
from kundig.orders.actions.billing import TAKEN
from kundig.orders.actions.issuing import take_down
from kundig.orders.actions.settling import settle
from kundig.orders.actions.writing import described
from kundig.orders.enums import InvoiceKind
from kundig.orders.models import Invoice, InvoiceLine, Order, Payment, Reminder, ReminderLine
from kundig.orders.queries.invoices import language_of, lines_of
from kundig.orders.queries.reminders import reminder_levels
from kundig.orders.rules.wording import reminder_words
from kundig.records import search


@dataclass(frozen=True)
class Bill:
    """An invoice of all of an order, and what came of it: shares of it that were paid, a first reminder, a piece that
    was credited. Its numbers are those of no series, so that the house's own begin at their beginning."""

    order: Order
    number: str
    issued_on: dt.date
    payment_days: int
    paid: Sequence[tuple[dt.date, Decimal]] = ()
    reminder: str = ""
    reminded_on: dt.date | None = None
    credit: str = ""
    credited_on: dt.date | None = None


def bring_in_invoices(bills: Iterable[Bill]) -> int:
    """Make them within the transaction and change set at hand; answers how many, credit notes included."""
    made: list[Invoice] = []
    reminders: list[Reminder] = []
    payments: list[Payment] = []
    for bill in bills:
        invoice = _invoice(bill)
        made.append(invoice)
        for paid_on, share in bill.paid:
            amount = to_cents(invoice.gross * share)
            payments.append(Payment.objects.create(invoice=invoice, paid_on=paid_on, amount=amount))
        if bill.credited_on is not None:
            made.append(_credit(invoice, bill.credit, bill.credited_on))
        settle(invoice)
        if bill.reminded_on is not None:
            reminders.append(_remind(invoice, bill.reminder, bill.reminded_on))
    for model, records in ((Invoice, made), (Payment, payments), (Reminder, reminders)):
        search.refresh(described(model), [each.pk for each in records])
    return len(made)


def _invoice(bill: Bill) -> Invoice:
    order = bill.order
    invoice = Invoice.objects.create(
        number=bill.number, party_id=order.party_id, person_id=order.person_id, order=order, currency=order.currency,
        payment_days=bill.payment_days, delivered_on=order.delivered_on, owner_id=order.owner_id,
        team_id=order.team_id, customer_reference=order.customer_reference,
    )  # fmt: skip
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice, position=at, order_line=line, quantity=line.quantity,
            **{name: getattr(line, name) for name in TAKEN},
        )
        for at, line in enumerate(order.lines.order_by("position", "id"), start=1)
    )  # fmt: skip
    return _issued(invoice, bill.issued_on)


def _issued(invoice: Invoice, day: dt.date) -> Invoice:
    take_down(invoice, lines_of(invoice), on=day)
    invoice.save()
    return invoice


def _credit(invoice: Invoice, number: str, day: dt.date) -> Invoice:
    """One piece of its first position goes back."""
    note = Invoice.objects.create(
        kind=InvoiceKind.CREDIT_NOTE, number=number, corrects=invoice, delivered_on=invoice.delivered_on,
        **{name: getattr(invoice, name) for name in ("party_id", "person_id", "order_id", "currency", "owner_id",
                                                     "team_id", "customer_reference")},
    )  # fmt: skip
    line = lines_of(invoice)[0]
    taken: dict[str, Any] = {name: getattr(line, name) for name in TAKEN}
    InvoiceLine.objects.create(
        invoice=note, position=1, corrects=line, order_line_id=line.order_line_id, quantity=Decimal(1), **taken
    )
    _issued(note, day)
    settle(note)
    return note


def _remind(invoice: Invoice, number: str, day: dt.date) -> Reminder:
    level = reminder_levels()[0]
    assert invoice.due_on is not None, "it was issued"
    with override(language_of(invoice)):
        text = level.text or reminder_words(level.level)
    reminder = Reminder.objects.create(
        number=number, party_id=invoice.party_id, level=level.level, issued_on=day,
        pay_by=day + dt.timedelta(days=level.days_to_pay), currency=invoice.currency, due=invoice.balance,
        fee=level.fee, total=invoice.balance + level.fee, text=text, by_id=invoice.owner_id,
    )  # fmt: skip
    ReminderLine.objects.create(
        reminder=reminder, invoice=invoice, level=level.level, due_on=invoice.due_on, balance=invoice.balance
    )
    invoice.reminder_level, invoice.reminded_on = level.level, day
    invoice.save(update_fields=("reminder_level", "reminded_on", "changed_at"))
    return reminder
