"""What is kept of bulk runs: what was asked of which records, and what became of each."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7
from kundig.records.bulk.acting import Outcome


class BulkState(models.TextChoices):
    """How far a run is."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")
    FAILED = "failed", _("failed")


class BulkRun(models.Model):
    """One action on many records, from the question to the result.

    Its lines are written once, when it begins: the records that were meant then. Those without an outcome are still to
    be done, so that an interrupted run goes on where it was. Its id is that of its change set in the ledger, by
    which it is taken back; taking back a long one is a run of its own (`undoes`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    object = models.CharField(max_length=60)
    action = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    """What the action was given, as it was typed or as JSON; read anew when it runs, with the rights of then."""
    selection = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    """What is done, in the words of whoever asked."""
    via = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=BulkState.choices, default=BulkState.QUEUED)
    job_id = models.UUIDField(null=True)
    total = models.PositiveBigIntegerField(null=True)
    """How many records were meant; None until that is settled."""
    changed = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    is_to_stop = models.BooleanField(default=False)
    undoes = models.ForeignKey("self", models.CASCADE, related_name="undone_by", null=True, db_index=False)
    error = models.TextField(default="")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = _("bulk run"), _("bulk runs")
        indexes = [
            models.Index(fields=("created_by", "-created_at"), name="bulk_run_of_user"),
            models.Index(fields=("undoes",), condition=models.Q(undoes__isnull=False), name="bulk_run_undoes"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def done(self) -> int:
        return self.changed + self.unchanged + self.refused

    @property
    def is_over(self) -> bool:
        return self.state in (BulkState.DONE, BulkState.STOPPED, BulkState.FAILED)


class BulkLine(models.Model):
    """One record of a run."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="lines", db_index=False)
    record_id = models.UUIDField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, null=True)  # noqa: DJ001 - NULL is open
    reason = models.TextField(default="", db_default="")

    class Meta:
        verbose_name, verbose_name_plural = _("line of a bulk run"), _("lines of bulk runs")
        constraints = [models.UniqueConstraint(fields=("run", "record_id"), name="bulk_line_once")]
        indexes = [
            models.Index(fields=("run", "id"), condition=models.Q(outcome=None), name="bulk_line_open"),
            models.Index(fields=("run", "outcome", "id"), name="bulk_line_by_outcome"),
        ]
