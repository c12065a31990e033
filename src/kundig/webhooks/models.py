"""Webhooks and what was sent to them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7
from kundig.webhooks.enums import DeliveryState, State


class Webhook(models.Model):
    """Another program that is told what happens to records."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("web address"), max_length=500)
    topics = ArrayField(models.CharField(max_length=80), verbose_name=_("tell of"), default=list)
    """`organisations.created` and the like."""
    with_record = models.BooleanField(_("send the record, too"), default=False)
    secret = models.TextField(editable=False)
    old_secret = models.TextField(blank=True, editable=False)
    """Both sealed; the old one signs, too, until `old_until`."""
    old_until = models.DateTimeField(null=True, editable=False)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE, editable=False)
    state_reason = models.CharField(max_length=300, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    """When the first of the attempts was that failed since the last success."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="webhook_state_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == State.ACTIVE


class Delivery(models.Model):
    """One message. It keeps ids: what is told of the records is read when it is sent, and nothing of it stays here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    topic = models.CharField(max_length=80)
    records = ArrayField(models.UUIDField(), default=list)
    change_set = models.UUIDField(null=True)
    by_id = models.UUIDField(null=True)
    via = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=7, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    """What the other program answered last."""
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes: ClassVar = [
            models.Index(fields=("next_at", "id"), name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=("webhook", "-at", "-id"), name="delivery_log"),
            models.Index(fields=("change_set",), name="delivery_of_change_set"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
        ]
