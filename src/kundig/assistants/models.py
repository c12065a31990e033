"""What assistants would like to change."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.assistants.enums import State
from kundig.platform.ids import uuid7


class Proposal(models.Model):
    """One record as an assistant would make or change it. Nothing of it holds until somebody takes it over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    """In whose name the assistant works; they decide."""
    assistant = models.CharField(max_length=80)
    """The name of its token."""
    object = models.CharField(max_length=60)
    record = models.UUIDField(null=True)
    """None where a new one is proposed."""
    title = models.CharField(max_length=300, blank=True)
    values = models.JSONField(default=dict)
    """Field → value, as the assistant sent them."""
    seen = models.JSONField(default=dict)
    """Field → text of the value that the record had then, to tell what somebody has changed since."""
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    change_set = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes: ClassVar = [
            models.Index(fields=("user", "-at", "-id"), name="proposals_of_user"),
            models.Index(fields=("record",), name="proposals_about_record"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="proposal_state_known"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN
