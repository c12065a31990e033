"""Customers who pass from one colleague to another, and who has taken them up."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kundig.parties.models import Party
from kundig.platform.ids import uuid7
from kundig.timeline.enums import HandoverReason


class Handover(models.Model):
    """That `taker` looks after a customer in place of `giver`: from a change of the person in charge, for good; or for
    the time of an absence.

    What was given at once has one `batch`: the change set that gave it, or the deputyship. It is over when `ended_at`
    is set: the change was taken back, somebody else is in charge, or the absence has ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, models.CASCADE, related_name="+", db_index=False)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=7, choices=HandoverReason.choices)
    batch: Any = models.UUIDField()
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    sentence = models.CharField(_("a sentence for the successor"), max_length=500, blank=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.UniqueConstraint(fields=("batch", "party"), name="handover_once"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="handover_to_somebody_else"),
            models.CheckConstraint(condition=Q(reason__in=HandoverReason.values), name="handover_reason_known"),
        ]
        indexes = [
            models.Index(fields=["party"], name="handover_of_party"),
            models.Index(fields=["taker", "begins_on"], condition=Q(ended_at=None), name="handover_to_taker"),
            models.Index(fields=["giver", "begins_on"], condition=Q(ended_at=None), name="handover_from_giver"),
        ]
