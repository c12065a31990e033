"""What has been handed to the books."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kundig.orders.models.invoices import Invoice
from kundig.orders.models.payments import Payment
from kundig.platform.ids import uuid7
from kundig.platform.models import StoredFile


class BookingBatch(models.Model):
    """A file of bookings: of which days, when it was made and by whom. An administrator may take its marks back; the
    file stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("exported by"), related_name="+", null=True
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("taken back by"), related_name="+", null=True
    )

    class Meta:
        verbose_name = _("file of bookings")
        verbose_name_plural = _("files of bookings")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="booking_batch_in_order"),
        ]
        indexes = [models.Index(fields=["made_at", "id"], name="booking_batch_by_time")]


class Booked(models.Model):
    """The mark of an invoice, or of a payment, that a file of bookings holds. Who has one is handed over again only if
    somebody asks for it; then it has one for each file."""

    batch = models.ForeignKey(BookingBatch, models.CASCADE, verbose_name=_("file of bookings"), related_name="marks")
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, verbose_name=_("invoice"), related_name="booked", null=True, db_index=False
    )
    payment = models.ForeignKey(
        Payment, models.PROTECT, verbose_name=_("payment"), related_name="booked", null=True, db_index=False
    )

    class Meta:
        verbose_name = _("mark of a booking")
        verbose_name_plural = _("marks of bookings")
        constraints = [
            models.CheckConstraint(
                condition=Q(invoice=None, payment__isnull=False) | Q(invoice__isnull=False, payment=None),
                name="booked_is_one_of_both",
            ),
            models.UniqueConstraint(fields=("invoice", "batch"), name="booked_invoice_once_a_file"),
            models.UniqueConstraint(fields=("payment", "batch"), name="booked_payment_once_a_file"),
        ]
