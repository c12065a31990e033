"""What was answered to requests with an `Idempotency-Key`."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class KeptAnswer(models.Model):
    """The answer to a request that did something, for whoever sends the same request once more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    caller = models.CharField(max_length=50)
    """The token it came with, or the user of a session: another token may not do the same, and is told nothing."""
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)
    """A checksum of method, address, demanded state and body."""
    rights = models.CharField(max_length=64)
    """A checksum of what the caller could do then."""
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("caller", "key"), name="one_answer_per_key")]
        indexes = [models.Index(fields=("at",), name="kept_answers_by_time")]
