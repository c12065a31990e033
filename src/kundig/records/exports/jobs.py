"""Exports too large to wait for, and forgetting their files."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.models import User
from kundig.platform import jobs
from kundig.platform.enums import JobState
from kundig.platform.formats import current_formats
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.bulk.selection import Selection
from kundig.records.exports.files import MOST_ROWS_XLSX, Form
from kundig.records.exports.models import ExportRun, ExportState
from kundig.records.exports.running import PAGE, Asked, asked, make

KIND = "export"
AT_ONCE = 5000
"""Up to so many rows are written in the request that asks for them."""
KEPT = timedelta(days=90)
"""How long it is told that there was an export; its file goes much earlier."""


def days_kept() -> int:
    days: int = settings.EXPORT_DAYS
    return days


def noted(question: Asked) -> ExportRun:
    """A run, not saved yet, of what was asked for."""
    return ExportRun(
        created_by=question.user,
        object=question.description.name,
        selection=question.selection.to_json(),
        columns=[field.name for field in question.fields],
        form=question.form.value,
        name=question.name,
    )


def start(question: Asked) -> ExportRun:
    """Let a worker make the file."""
    run = noted(question)
    run.save()
    job = jobs.start(KIND, title=run.name, by=question.user, lock=f"{KIND}:{question.user.pk}", run_id=str(run.pk))
    run.job_id = job.pk
    run.save(update_fields=("job_id",))
    return run


@jobs.job(KIND, page=lambda run_id: f"/exports/{run_id}/")
def do_export(progress: jobs.Progress, *, run_id: str) -> dict[str, Any]:
    """Makes the file, from the beginning if it was interrupted."""
    run = ExportRun.objects.filter(pk=UUID(run_id)).first()
    if run is None or run.is_over:
        return {}
    by = User.objects.with_access(run.created_by_id) if run.created_by_id else None
    description = registry.get(run.object)
    if by is None or description is None:
        raise _rejected(run, _("Who asked for this export may not have it any more."))
    with override(by.language):
        try:
            question = asked(
                description, by, current_formats(), selection=Selection.from_json(run.selection), names=run.columns,
                form=Form(run.form),
            )  # fmt: skip
            _perform(run, question, progress)
        except (ValidationError, PermissionDenied) as error:
            text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise _rejected(run, text) from error
        except ValueError as error:
            message = _("More than %(limit)d rows do not go into a workbook. Export them as CSV, or filter the table.")
            raise _rejected(run, message % {"limit": MOST_ROWS_XLSX}) from error
    return {"rows": run.done, "bytes": run.size}


def _perform(run: ExportRun, question: Asked, progress: jobs.Progress) -> None:
    run.total, run.state = question.rows().count(), ExportState.RUNNING
    run.save(update_fields=("total", "state"))
    run.make_folder()
    with run.path.open("wb") as target:
        run.done = make(question, target, via=PAGE, watch=lambda done: progress.progress(done, run.total))
    run.path.chmod(0o600)
    run.state, run.size, run.finished_at = ExportState.DONE, run.path.stat().st_size, timezone.now()
    run.save(update_fields=("state", "done", "size", "finished_at"))


def settle(run: ExportRun) -> None:
    """An export whose job has given up is over, too, and says why."""
    if run.is_over or run.job_id is None:
        return
    job = JobRun.objects.filter(pk=run.job_id, state=JobState.FAILED).first()
    if job is not None:
        run.state, run.error, run.finished_at = ExportState.FAILED, job.error, job.finished_at
        run.save(update_fields=("state", "error", "finished_at"))


@jobs.job("export_files", cron="37 * * * *", title="Forget exported files")
def prune(progress: jobs.Progress) -> dict[str, Any]:
    """Every hour: files are gone `KUNDIG_EXPORT_DAYS` after they were made. The log stays."""
    now = timezone.now()
    old = ExportRun.objects.filter(finished_at__lt=now - timedelta(days=days_kept()), size__gt=0)
    for run in old:
        shutil.rmtree(run.folder, ignore_errors=True)
        ExportRun.objects.filter(pk=run.pk).update(size=0)
    forgotten, _by_model = ExportRun.objects.filter(created_at__lt=now - KEPT).delete()
    folder = Path(settings.DATA) / "exports"
    known = {str(key) for key in ExportRun.objects.values_list("pk", flat=True)}
    for left in folder.iterdir() if folder.is_dir() else ():
        if left.name not in known:
            shutil.rmtree(left, ignore_errors=True)
    return {"forgotten": forgotten}


def _rejected(run: ExportRun, reason: str) -> jobs.Rejected:
    run.state, run.error, run.finished_at = ExportState.FAILED, reason, timezone.now()
    run.save(update_fields=("state", "error", "finished_at"))
    shutil.rmtree(run.folder, ignore_errors=True)
    return jobs.Rejected(reason)
