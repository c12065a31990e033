"""What is kept of a file that came back: the rows in which something is different, and what was decided about them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.records.imports.models import ImportRun


class LineKind(models.TextChoices):
    """What a row of the file means."""

    CHANGED = "changed", _("changed")
    NEW = "new", _("new")
    DOUBLE = "double", _("copied row")
    REMOVED = "removed", _("row removed")
    REFUSED = "refused", _("cannot be taken")


class ReturnedLine(models.Model):
    """One row of the file that is different. It goes with its import, after 30 days at the latest."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()
    """The row in the sheet, as the spreadsheet counts; of a removed row its place when the file was made."""
    record_id = models.UUIDField(null=True)
    title = models.TextField(default="")
    kind = models.CharField(max_length=8, choices=LineKind.choices)
    cells: Any = models.JSONField(default=list)
    """What is different, field by field (`kundig.records.roundtrips.comparing.Cell`)."""
    row: Any = models.JSONField(default=list)
    """The visible cells of the row, so that one that is not taken can come back."""
    why = models.TextField(default="")
    """Why the whole row cannot be taken, or what is to be known about it."""
    is_wanted = models.BooleanField(default=True)
    """Whether it is to be taken: copied and removed rows only when somebody says so."""
    changes = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    refusals = models.PositiveIntegerField(default=0)
    """How many cells are simply different, were changed on both sides, cannot be taken."""
    outcome = models.CharField(max_length=9, default="")
    """What became of it (`kundig.records.imports.targets.Outcome`, or "deleted"); empty until it is done."""

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = _("returned row"), _("returned rows")
        indexes = [models.Index(fields=("run", "id"), name="returned_line_of_run")]
