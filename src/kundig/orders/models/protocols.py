"""What was done at the customer's, and that they have signed it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.accounts.models import Team
from kundig.orders.enums import ProtocolKind, Result
from kundig.orders.models.orders import Order
from kundig.parties.models import Party
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.timeline.models import Appointment


class Protocol(Record):
    """Installation, assembly, training, acceptance, maintenance: planned as an appointment, written down on the spot,
    signed on the phone. Once signed nobody changes it; the database sees to that (migration `0003_signed`)."""

    number = models.CharField(
        _("protocol number"), max_length=40, blank=True, help_text=_("Left empty, the next free number is taken.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ProtocolKind.choices, default=ProtocolKind.INSTALLATION)
    party = models.ForeignKey(Party, models.PROTECT, verbose_name=_("customer"), related_name="protocols")
    order = models.ForeignKey(
        Order,
        models.SET_NULL,
        verbose_name=pgettext_lazy("order", "order"),
        related_name="protocols",
        null=True,
        blank=True,
    )
    asset = models.ForeignKey(
        "orders.Asset", models.SET_NULL, verbose_name=_("asset"), related_name="protocols", null=True, blank=True
    )
    appointment = models.ForeignKey(
        Appointment, models.SET_NULL, verbose_name=_("appointment"), related_name="protocols", null=True, blank=True
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    text = models.TextField(_("what was done"), max_length=10_000, blank=True)
    defects = models.TextField(_("open defects"), max_length=4000, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices, blank=True)
    signed_name = models.CharField(_("signed by"), max_length=120, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True, editable=False)
    signature = models.ForeignKey(
        "platform.StoredFile", models.PROTECT, verbose_name=_("signature"), related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    fingerprint = models.CharField(
        _("fingerprint"), max_length=64, blank=True, editable=False,
        help_text=_("SHA-256 of what was signed: whoever reckons it again sees that nothing was changed."),
    )  # fmt: skip
    signed_for = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    """The names that stood above it when it was signed: `customer`, and `asset` if there is one. They go, it stays."""
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("who does it"), related_name="+", null=True,
        blank=True,
    )  # fmt: skip
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    number_key = SortKey("number", natural=True)

    class Meta:
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        constraints = [
            models.UniqueConstraint(fields=("number",), name="protocol_number_unique"),
            models.CheckConstraint(condition=Q(kind__in=ProtocolKind.values), name="protocol_kind_known"),
            models.CheckConstraint(condition=Q(result__in=["", *Result.values]), name="protocol_result_known"),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_name="", fingerprint="")
                | (
                    Q(signed_at__isnull=False, done_on__isnull=False)
                    & ~Q(signed_name="")
                    & ~Q(fingerprint="")
                    & ~Q(result="")
                ),
                name="protocol_signed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["number_key", "id"], include=["owner", "team"], name="protocol_by_number"),
            models.Index(fields=["done_on", "id"], include=["owner", "team"], name="protocol_by_day"),
        ]

    def __str__(self) -> str:
        return self.number
