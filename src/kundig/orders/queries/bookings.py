"""What the books know already, and up to which day they are closed."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.orders.models import BookingBatch, Invoice, Payment
from kundig.orders.queries.snapshots import invoice_settings
from kundig.platform.formats import current_formats


def batches_for(user: User) -> models.QuerySet[BookingBatch]:
    """The files of bookings that somebody has made: each holds what they may export. Administrators see all."""
    rows = BookingBatch.objects.select_related("by", "file")
    return rows if user.access.is_administrator else rows.filter(by=user)


def batch_of(record: Invoice | Payment) -> BookingBatch | None:
    """The file in which an invoice or a payment was handed to the books."""
    name = "invoice" if isinstance(record, Invoice) else "payment"
    return BookingBatch.objects.filter(**{f"marks__{name}": record}).first()


def refuse_closed(day: dt.date, *, at: str = "") -> None:
    """Raises ValidationError, at a column if one is named, for a day on which the books are closed."""
    closed = invoice_settings().closed_until
    if closed is None or day > closed:
        return
    words = _("The books are closed until %(day)s. An administrator can open them under “Settings”, “Invoices”.") % {
        "day": current_formats().date(closed)
    }
    raise ValidationError({at: words} if at else words)


def refuse_booked(payment: Payment) -> None:
    """Raises ValidationError for a payment that the books know, or whose day is closed."""
    refuse_closed(payment.paid_on)
    batch = batch_of(payment)
    if batch is not None:
        raise ValidationError(
            _("This payment was handed to the books on %(day)s. Book one the other way round, or let an administrator "
              "take the mark back.")
            % {"day": current_formats().date(batch.made_at)}
        )  # fmt: skip
