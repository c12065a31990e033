"""Two parties that may be one and the same, and what somebody has decided about them."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kundig.parties.enums import PartyKind
from kundig.platform.ids import uuid7


class Decision(models.TextChoices):
    """What was decided about a pair; merged ones are gone."""

    OPEN = "open", _("Open")
    LATER = "later", _("Later")
    DIFFERENT = "differ", _("Two different ones")


class DuplicatePair(models.Model):
    """Two parties of one kind, the one with the smaller id first.

    The search over the whole base writes the open ones anew each time; what was decided stays. The ids are no keys: a
    pair goes with its parties when the search comes by again, and a deletion need not wait for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=9, choices=PartyKind.choices)
    first_id = models.UUIDField()
    second_id = models.UUIDField()
    probability = models.FloatField(_("certainty"))
    """0 to 1, by the weights learned from the base."""
    reasons: Any = models.JSONField(_("reasons"), default=list)
    """Words of `rules.reasons`, in order: what speaks for it, then what speaks against it."""
    decision = models.CharField(_("decision"), max_length=6, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = _("likely duplicate"), _("likely duplicates")
        constraints = [
            models.UniqueConstraint(fields=("first_id", "second_id"), name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first_id__lt=F("second_id")), name="duplicate_pair_in_order"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="duplicate_pair_decision_known"),
        ]
        indexes = [
            models.Index(fields=("second_id",), name="duplicate_pair_second"),
            models.Index(fields=("-probability", "id"), name="duplicate_pair_open", condition=~Q(decision="differ")),
        ]
