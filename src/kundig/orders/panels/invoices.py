"""Invoices on the pages of customers, orders, contracts and returns; and an invoice itself on its own page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.catalog.enums import unit_words
from kundig.orders.enums import InvoiceKind, InvoiceState, OrderState, ReturnState
from kundig.orders.models import Contract, Invoice, InvoiceLine, Order, Payment, ReminderStop, Return
from kundig.orders.panels.documents import COLUMNS
from kundig.orders.queries.billing import billable_by_now, charge_left, creditable
from kundig.orders.queries.bookings import batch_of
from kundig.orders.queries.invoices import allowances_of, document_of, lines_of, totals_of
from kundig.orders.queries.returns import is_to_be_credited
from kundig.orders.rules.einvoice import lacking
from kundig.parties.models import Party
from kundig.platform.composed import composed_once
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.records.rights import condition_of

SHOWN = 8


@dataclass(frozen=True)
class Shown:
    """An invoice as panels list it: `tone` is "", "good", "warn" or "bad"."""

    invoice: Invoice
    words: str
    amount: str
    tone: str


def document(request: HttpRequest, description: Description, record: Any) -> str:
    """Positions and sums of an invoice, what can be done with it, and what was paid."""
    user: Any = request.user
    formats = current_formats()
    lines = lines_of(record)
    sums = totals_of(record, lines)
    currency = record.currency
    rebates, charges = allowances_of(record, lines)
    beside = [
        (taken[0].reason, _exact(sum((sign * each.amount for each in taken), Decimal(0)), formats, currency))
        for sign, taken in ((-1, rebates), (1, charges)) if taken
    ]  # fmt: skip
    may_change = description.may(user, Action.CHANGE, record)
    line_description: Any = registry.for_model(InvoiceLine)
    payment_description: Any = registry.for_model(Payment)
    broken = [] if record.is_draft and not lines else lacking(document_of(record, lines=lines))
    batch = None if record.is_draft else batch_of(record)
    context = {
        "record": record,
        "lines": [
            {
                "id": each.pk, "title": each.title or (each.product.name if each.product else ""), "text": each.text,
                "quantity": f"{formats.number(each.quantity)} {unit_words(each.unit, each.quantity)}",
                "price": _exact(each.unit_price, formats), "net": _exact(each.net, formats),
                "discount": formats.percent(each.discount) if each.discount else "",
                "tax": formats.percent(each.tax_percent),
            }
            for each in lines
        ],
        "lines_net": _exact(sums.lines_net, formats, currency) if beside else "",
        "beside": beside,
        "net": _exact(sums.net, formats, currency),
        "taxes": [
            (formats.percent(each.percent), each.category, _exact(each.tax, formats, currency)) for each in sums.by_rate
        ],
        "gross": _exact(sums.gross, formats, currency),
        "balance": _exact(record.balance, formats, currency),
        "is_overdue": _is_overdue(record, timezone.localdate()),
        "payments": [
            {
                "id": each.pk, "day": formats.date(each.paid_on), "amount": _exact(each.amount, formats, currency),
                "discount": _exact(each.discount, formats, currency) if each.discount else "",
                "kind": each.get_kind_display(), "entry": each.entry_id,
            }
            for each in record.payments.order_by("paid_on", "id")
        ],
        "corrections": [_shown(each, formats) for each in record.corrections.order_by("issued_on", "number_key")],
        "reminders": [
            {"id": each.reminder_id, "number": each.reminder.number, "day": formats.date(each.reminder.issued_on)}
            for each in record.reminder_lines.select_related("reminder").order_by("reminder__issued_on")
        ],
        "booked": formats.date(batch.made_at) if batch is not None else "",
        "lacking": [words for _rule, words in broken],
        "may_change": may_change,
        "grid": COLUMNS,
        "may_add": may_change and record.is_draft and line_description.may(user, Action.CREATE),
        "may_pay": may_change and not record.is_draft and not record.corrects_id
        and payment_description.may(user, Action.CREATE),
        "may_credit": may_change and not record.is_draft and not record.is_credit_note
        and bool(creditable(record) or charge_left(record)),
    }  # fmt: skip
    return render_to_string("orders/invoices/_document.html", context, request=request)


def of_party(request: HttpRequest, description: Description, record: Any) -> str:
    """The invoices of a customer, what is open, and whether they are reminded."""
    user: Any = request.user
    described: Any = registry.for_model(Invoice)
    if not described.may(user, Action.READ):
        return ""
    rows = described.visible_to(user).filter(Q(party=record) | Q(party__organisation=record))
    stop = ReminderStop.objects.holding(timezone.localdate()).filter(party=record).first()
    sums = rows.exclude(state=InvoiceState.DRAFT).order_by().values_list("currency").annotate(sum=Sum("balance"))
    late = rows.overdue(on=timezone.localdate()).order_by().values_list("currency").annotate(sum=Sum("balance"))
    formats = current_formats()
    context = {
        "record": record,
        "rows": [_shown(each, formats) for each in rows.order_by("-issued_on", "-id")[: SHOWN + 1]],
        "shown": SHOWN,
        "open": [_exact(sum_, formats, currency) for currency, sum_ in sums if sum_],
        "late": [_exact(sum_, formats, currency) for currency, sum_ in late if sum_],
        "stop": stop,
        "may_create": described.may(user, Action.CREATE),
        "more": f"/invoices/?party={record.pk}",
        "new": f"/invoices/new/?party={record.pk}",
    }
    return render_to_string("orders/invoices/_of_party.html", context, request=request)


def of_order(request: HttpRequest, description: Description, record: Any) -> str:
    """The invoices of an order, and what of it is on none."""
    may_create, rows = _made(request, "order", record.pk)
    context = {"record": record, "rows": rows, "kind": "order", "may_create": False}
    if may_create and record.state != OrderState.CANCELLED:
        formats = current_formats()
        rest, delivered = billable_by_now(record)
        context |= {
            "may_create": bool(rest), "rest": len(rest),
            "delivered": bool(delivered) and delivered != rest,
            "positions": [(each.line.title, formats.number(each.quantity)) for each in rest[:SHOWN]],
        }  # fmt: skip
    return render_to_string("orders/invoices/_of_order.html", context, request=request)


def of_contract(request: HttpRequest, description: Description, record: Any) -> str:
    """The invoices of a contract, and the button for the next period."""
    may_create, rows = _made(request, "contract", record.pk)
    context = {"record": record, "rows": rows, "kind": "contract", "may_create": may_create}
    return render_to_string("orders/invoices/_of_order.html", context, request=request)


def of_return(request: HttpRequest, description: Description, record: Any) -> str:
    """The credit note for what came back, or the button that makes it."""
    may_create, rows = _made(request, "returned", record.pk)
    is_due = record.state in (ReturnState.DECIDED, ReturnState.SETTLED) and not rows and is_to_be_credited(record)
    if not rows and not is_due:
        return ""
    context = {"record": record, "rows": rows, "kind": "return", "may_create": may_create and is_due}
    return render_to_string("orders/invoices/_of_order.html", context, request=request)


def _made(request: HttpRequest, by: str, key: UUID) -> tuple[bool, list[Shown]]:
    user: Any = request.user
    described: Any = registry.for_model(Invoice)
    formats = current_formats()
    rows = _invoices(described, by, condition_of(described, user, Action.READ), key=key)
    return described.may(user, Action.CREATE), [_shown(each, formats) for each in rows]


@composed_once
def _invoices(described: Description, by: str, seen: Q, *, key: UUID) -> QuerySet[Any]:
    return described.everything().filter(seen, **{by: key}).order_by("issued_on", "id")


def _shown(invoice: Invoice, formats: Formats) -> Shown:
    today = timezone.localdate()
    kind = "" if invoice.kind == InvoiceKind.INVOICE else str(invoice.get_kind_display())
    day = formats.date(invoice.issued_on) if invoice.issued_on else ""
    state, tone = str(invoice.get_state_display()), ""
    if _is_overdue(invoice, today):
        assert invoice.due_on is not None, "it is overdue"
        state, tone = _("overdue since %(day)s") % {"day": formats.date(invoice.due_on)}, "bad"
    elif invoice.state in (InvoiceState.PAID, InvoiceState.CREDITED):
        tone = "good"
    words = ", ".join(part for part in (kind, day, state) if part)
    return Shown(invoice, words, _exact(invoice.gross, formats, invoice.currency), tone)


def _is_overdue(invoice: Invoice, today: dt.date) -> bool:
    is_open = invoice.state in (InvoiceState.OPEN, InvoiceState.PART_PAID)
    return is_open and invoice.balance > 0 and invoice.due_on is not None and invoice.due_on < today


def _exact(amount: Decimal, formats: Formats, currency: str = "") -> str:
    """With its cents, however round it is: amounts stand below each other here."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    text = formats.number(amount, places=places)
    return f"{text}\u00a0{'€' if currency == 'EUR' else currency}" if currency else text


PANELS = (
    Panel("document", gettext_lazy("Positions"), Invoice, document, side="history", order=5),
    Panel("invoices", gettext_lazy("Invoices"), Party, of_party, side="business", order=40, lazy=True, live="invoices"),
    Panel("invoices", gettext_lazy("Invoices"), Order, of_order, side="business", order=30, live="invoices"),
    Panel("invoices", gettext_lazy("Invoices"), Contract, of_contract, side="business", order=40, live="invoices"),
    Panel("invoices", gettext_lazy("Credit note"), Return, of_return, side="business", order=40, live="invoices"),
)
