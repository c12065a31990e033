"""Which record went into which: so that old addresses and ids lead on, and a merge can be taken back."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7


class Merged(models.Model):
    """One record that became another one of the same kind; `object` is the name of their description.

    It keeps ids alone, so that nothing about a person survives its erasure here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object = models.CharField(max_length=60)
    record_id = models.UUIDField()
    """The one that went."""
    survivor_id = models.UUIDField()
    change_set = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False)
    moved: Any = models.JSONField(default=list)
    """What was led to the survivor in tables that the ledger does not watch; see `moving`."""
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("merge"), _("merges")
        constraints = [
            models.UniqueConstraint(fields=("record_id",), name="merged_once", condition=Q(undone_at=None)),
        ]
        indexes = [models.Index(fields=("change_set",), name="merged_by_change_set")]
