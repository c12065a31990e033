"""What is kept of exports: the file on its way, and a log of all that ever left the house."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7
from kundig.records.exports.files import Form


class ExportState(models.TextChoices):
    """How far an export is."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class ExportRun(models.Model):
    """A file that a worker makes; it lies in a folder of its own until `KUNDIG_EXPORT_DAYS` are over.

    Of an export that was done at once only what it was is kept here, for the list of one's own runs.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    object = models.CharField(max_length=60)
    selection = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    """Names of the fields, in order."""
    form = models.CharField(max_length=10, choices=Form.choices)
    name = models.CharField(max_length=200)
    """The file's name, for people."""
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.QUEUED)
    job_id = models.UUIDField(null=True)
    total = models.PositiveBigIntegerField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    """Bytes of the file; 0 while there is none, or none any more."""
    error = models.TextField(default="")
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = _("export"), _("exports")
        indexes = [models.Index(fields=("created_by", "-created_at"), name="export_run_of_user")]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        return Path(settings.DATA) / "exports" / str(self.id)

    @property
    def path(self) -> Path:
        return self.folder / "file"

    def make_folder(self) -> Path:
        """The folder, made where it is missing; what lies in it is nobody else's business on this machine."""
        self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return self.folder

    @property
    def is_over(self) -> bool:
        return self.state in (ExportState.DONE, ExportState.FAILED)


class ExportEntry(models.Model):
    """One line of the log: who took what out of the house, and when. Written once; the database refuses to change it.

    Names stand here as they were, without keys: the log outlives what it tells about.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now())
    by_id = models.UUIDField(null=True)
    by_name = models.TextField()
    object = models.CharField(max_length=60)
    filter = models.TextField()
    """In words: what was asked for."""
    columns = models.JSONField(default=list)
    rows = models.PositiveBigIntegerField()
    form = models.CharField(max_length=10)
    via = models.CharField(max_length=10)
    """"page", "api" or "command"."""
    is_personal = models.BooleanField()

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = _("export"), _("exports")
        indexes = [
            models.Index(fields=("-at", "-id"), name="export_entry_at"),
            models.Index(fields=("by_id", "-at", "-id"), name="export_entry_by"),
        ]
