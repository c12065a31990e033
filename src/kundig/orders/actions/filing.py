"""Invoices, credit notes, payments and reminders in the history of their customer."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.orders.models import Invoice, Payment, Reminder
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform.formats import current_formats
from kundig.records.events import Via
from kundig.timeline.actions import record_touchpoint, remove_touchpoint
from kundig.timeline.models import Touchpoint

UNTOLD = frozenset({Via.SAMPLE, Via.MIGRATION})
"""What comes by the thousand: whoever brings it files the histories at once."""
NOON = dt.time(12)


def file_invoice(invoice: Invoice, *, by: User, via: Via) -> None:
    """It was issued: its number, its amount, and by when it is to be paid."""
    formats = current_formats()
    words = f"{invoice.number} · {formats.money(invoice.gross, invoice.currency)}"
    note = ""
    if invoice.is_credit_note:
        if invoice.corrects is not None:
            note = _("For invoice %(number)s") % {"number": invoice.corrects.number}
    elif invoice.due_on is not None:
        note = _("Due on %(day)s") % {"day": formats.date(invoice.due_on)}
    assert invoice.issued_on is not None, "it was issued"
    _file(invoice.kind, invoice.party_id, invoice.issued_on, words, note, "invoices", invoice.pk, by=by, via=via)


def file_payment(payment: Payment, *, by: User, via: Via) -> None:
    """Money came in, or went back."""
    invoice, money = payment.invoice, current_formats().money
    words = _("%(amount)s for %(number)s") if payment.amount >= 0 else _("%(amount)s back for %(number)s")
    words = words % {"amount": money(abs(payment.amount), invoice.currency), "number": invoice.number}
    note = payment.note
    if payment.discount:
        note = _("Discount for early payment: %(amount)s") % {"amount": money(payment.discount, invoice.currency)}
    _file("payment", invoice.party_id, payment.paid_on, words, note, "payments", payment.pk, by=by, via=via)


def unfile_payment(payment: Payment, *, by: User) -> None:
    """A booking that was taken back leaves the history."""
    for touchpoint in Touchpoint.objects.filter(
        party_id=payment.invoice.party_id, source="payments", source_id=payment.pk
    ):
        remove_touchpoint(touchpoint, by=_author(touchpoint.party, by) or house())


def file_reminder(reminder: Reminder, *, by: User, via: Via) -> None:
    """The customer was asked to pay."""
    money = current_formats().money(reminder.total, reminder.currency)
    words = _("%(number)s, level %(level)d · %(amount)s") % {
        "number": reminder.number, "level": reminder.level, "amount": money,
    }  # fmt: skip
    _file("dunning", reminder.party_id, reminder.issued_on, words, "", "payment-reminders", reminder.pk, by=by, via=via)


def _file(
    kind: str, party_id: UUID, on: dt.date, summary: str, body: str, source: str, source_id: UUID, *, by: User, via: Via
) -> None:
    if via in UNTOLD:
        return
    party = Party.objects.get(pk=party_id)
    now = timezone.now()
    at = now if on >= timezone.localdate() else timezone.make_aware(dt.datetime.combine(on, NOON))
    record_touchpoint(
        kind=kind, party=party, by=_author(party, by), at=min(at, now), summary=summary, body=body, source=source,
        source_id=source_id, via=via,
    )  # fmt: skip


def _author(party: Any, by: User) -> User | None:
    """Whoever may charge, but not change the customer, still has it told; then it is the house's word."""
    return by if by.pk and described(party).may(by, Action.CHANGE, party) else None
