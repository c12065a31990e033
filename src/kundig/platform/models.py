"""What the house's machinery keeps: facts in the outbox, jobs, files. It knows no customer and no user, only ids."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kundig.platform.columns import IdentityField, TransactionField
from kundig.platform.enums import JobState
from kundig.platform.ids import uuid7


class OutboxEvent(models.Model):
    """A fact that happened, written in the transaction that made it happen."""

    pk = models.CompositePrimaryKey("tx", "id")
    tx = TransactionField()
    id = IdentityField()
    name = models.CharField(max_length=120)
    payload = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        indexes = [models.Index(fields=["at"], name="outbox_event_at")]


class HandlerState(models.Model):
    """How far one handler has read: everything up to `(tx, event_id)` is done."""

    name = models.CharField(primary_key=True, max_length=200)
    tx = models.PositiveBigIntegerField(default=0)
    event_id = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        verbose_name, verbose_name_plural = _("handler"), _("handlers")


class FailedDelivery(models.Model):
    """An event a handler could not take even after many attempts: set aside so that the others go on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    handler = models.CharField(max_length=200)
    name = models.CharField(max_length=120)
    payload = models.JSONField()
    error = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("failed delivery"), _("failed deliveries")


class JobRun(models.Model):
    """One run of a job somebody started, from the queue to its result."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(default="")
    attempts = models.PositiveIntegerField(default=0)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("job"), _("jobs")
        indexes = [models.Index(fields=["kind", "-created_at"], name="job_kind_created_at")]

    @property
    def is_finished(self) -> bool:
        return JobState(self.state).is_final


class StoredFile(models.Model):
    """A file's name and facts; its bytes lie in the data folder under their checksum."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.UUIDField(null=True)
    unused_since = models.DateTimeField(null=True)
    """When nothing pointed at it any more; filled at night."""

    class Meta:
        verbose_name, verbose_name_plural = _("file"), _("files")
