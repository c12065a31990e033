"""On the page of a bank entry: what it may be for. On the page of a reminder: its letter."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.orders.enums import EntryState
from kundig.orders.models import BankEntry, Invoice, Reminder
from kundig.orders.queries.banking import proposals
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel

MOST = 5


def assignment(request: HttpRequest, description: Description, record: Any) -> str:
    """What an entry was booked on, and the invoices that the rest of it may be for."""
    user: Any = request.user
    formats = current_formats()
    invoices: Any = registry.for_model(Invoice)
    may_change = description.may(user, Action.CHANGE, record)
    is_open = record.state in (EntryState.OPEN, EntryState.PART) and record.rest != 0
    found = proposals(record)[:MOST] if is_open and may_change else []
    seen = set(invoices.visible_to(user).filter(pk__in=[one.invoice.id for one in found]).values_list("pk", flat=True))
    reasons = {
        "number": _("the number is named"), "amount": _("the amount is the same"), "name": _("the name is alike"),
        "discount": _("the amount less the discount"), "account": _("has paid from this account before"),
        "customer number": _("the customer number is named"),
    }  # fmt: skip
    rows = []
    for one in found:
        if one.invoice.id not in seen:
            continue
        due = one.invoice.amount - one.discount
        takes = min(record.rest, due) if record.rest > 0 else max(record.rest, due)
        rows.append(
            {
                "id": one.invoice.id, "number": one.invoice.number, "name": one.invoice.name,
                "open": formats.money(one.invoice.amount, record.currency),
                "why": ", ".join(str(reasons[each]) for each in one.reasons),
                "amount": formats.number(takes, places=2),
                "takes": formats.money(takes, record.currency),
                "discount": formats.number(one.discount, places=2) if takes == due and one.discount else "",
            }
        )  # fmt: skip
    payments = [
        {
            "id": each.pk, "invoice": each.invoice, "amount": formats.money(each.amount, record.currency),
            "discount": formats.money(each.discount, record.currency) if each.discount else "",
        }
        for each in record.payments.select_related("invoice").order_by("created_at")
    ]  # fmt: skip
    context = {
        "record": record, "rows": rows, "payments": payments, "is_open": is_open, "may_change": may_change,
        "is_aside": record.state == EntryState.ASIDE,
        "rest": formats.money(record.rest, record.currency), "rest_plain": formats.number(record.rest, places=2),
    }  # fmt: skip
    return render_to_string("orders/payments/_assignment.html", context, request=request)


def letter(request: HttpRequest, description: Description, record: Any) -> str:
    """The invoices that a reminder asks for, and the letter."""
    formats = current_formats()
    lines = [
        {
            "invoice": each.invoice, "due": formats.date(each.due_on),
            "amount": formats.money(each.balance, record.currency),
        }
        for each in record.lines.select_related("invoice").order_by("due_on")
    ]  # fmt: skip
    return render_to_string("orders/reminders/_letter.html", {"record": record, "lines": lines}, request=request)


PANELS = (
    Panel("assignment", gettext_lazy("Assignment"), BankEntry, assignment, side="history", order=5),
    Panel("letter", gettext_lazy("Letter"), Reminder, letter, side="history", order=5),
)
