"""What is kept of imports: the run with its file and progress, mappings for next time, references not yet known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7

KEPT = timedelta(days=30)
"""How long rows that were not taken, or wait, and imports nobody finished, stay."""


class RunState(models.TextChoices):
    """How far an import is."""

    MAPPING = "mapping", _("being prepared")
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class ImportRun(models.Model):
    """One file on its way in, from the upload to the result.

    Its files lie in a folder of their own in the data folder (`kundig.records.imports.folders`). `position` is the last
    row that is in; it moves in the transaction of its portion, so that an import goes on where it was interrupted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    object = models.CharField(max_length=60)
    name = models.CharField(max_length=255)
    """The file's name, for people."""
    size = models.PositiveBigIntegerField(default=0)
    path = models.TextField()
    """Where the file lies; of a workbook, the sheet as text."""
    sheets = models.JSONField(default=list)
    form = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    """Names of the file's columns, for rows that wait when the file is gone."""
    plan = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    """What was seen when the plan was tried out (`kundig.records.imports.preview`), under the version of the plan."""
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.MAPPING)
    job_id = models.UUIDField(null=True)
    rows = models.PositiveBigIntegerField(null=True)
    position = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    """Outcome → rows, and what else importers count."""
    reasons = models.JSONField(default=dict)
    """Why rows were skipped or failed → how many."""
    warnings = models.JSONField(default=list)
    """The first of them, as pairs of row and text."""
    returned_bytes = models.PositiveBigIntegerField(default=0)
    """Length of the file of rows that were not taken."""
    mended_bytes = models.PositiveBigIntegerField(default=0)
    """Length of the file of rows that were put together before they were taken."""
    error = models.TextField(default="")
    by_house = models.BooleanField(default=False)
    """Whether nobody's rights bound it: it was begun at the command line, in the name of the house."""
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = _("import"), _("imports")
        indexes = [models.Index(fields=("object", "-created_at"), name="import_of_object")]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        return Path(settings.DATA) / "imports" / str(self.id)

    def make_folder(self) -> Path:
        """The folder, made where it is missing; what lies in it is nobody else's business on this machine."""
        self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return self.folder

    @property
    def is_over(self) -> bool:
        return self.state in (RunState.DONE, RunState.FAILED)


class SavedMapping(models.Model):
    """How a file with these columns was read and mapped the last time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    plan = models.JSONField(default=dict)
    form = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )

    class Meta:
        verbose_name, verbose_name_plural = _("saved mapping"), _("saved mappings")
        constraints = [models.UniqueConstraint(fields=("object", "fingerprint"), name="saved_mapping_once")]


class WaitingRow(models.Model):
    """A row that names a record that is not there yet. It is tried again when a later import is done."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="waiting", db_index=False)
    number = models.PositiveBigIntegerField()
    cells = models.JSONField()
    what = models.CharField(max_length=120)
    """What it names ("customer"), and `text` how that is called."""
    text = models.CharField(max_length=300)
    reason = models.TextField()

    class Meta:
        verbose_name, verbose_name_plural = _("row that waits"), _("rows that wait")
        indexes = [models.Index(fields=("run", "what", "text", "number"), name="waiting_row_of_run")]


class PendingReference(models.Model):
    """A record named by an imported row that may still come: set when all rows are in."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="pending", db_index=False)
    record_id = models.UUIDField()
    target = models.CharField(max_length=60)
    text = models.TextField()

    class Meta:
        verbose_name, verbose_name_plural = _("pending reference"), _("pending references")
        indexes = [models.Index(fields=("run", "target", "record_id"), name="pending_of_run")]
