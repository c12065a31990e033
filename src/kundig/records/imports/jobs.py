"""The job that does an import, and the one that forgets files nobody needs any more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.models import User
from kundig.platform import jobs
from kundig.platform.enums import JobState
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.imports.mapping import remember
from kundig.records.imports.models import KEPT, ImportRun, RunState
from kundig.records.imports.plan import SKIP, UnusablePlan
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.running import outcome_counts, perform
from kundig.records.imports.uploads import SOURCE, plan_of, table_of
from kundig.records.imports.waiting import bring_waiting
from kundig.records.roundtrips.reading import SLIP
from kundig.records.roundtrips.running import compare_in_portions, is_returned
from kundig.records.roundtrips.running import perform as perform_returned

KIND = "import"


def start(run: ImportRun, *, by: User, undecided: list[int]) -> None:
    """Let a worker do the import. Rows that may be there already, and nobody decided about, are left for later."""
    description = registry.get(run.object)
    table = table_of(run)
    assert description is not None
    decisions = {**run.plan.get("decisions", {}), **{str(row): SKIP for row in undecided}}
    run.plan = {**run.plan, "decisions": decisions}
    remember(plan_of(run, table), table, description, by=by)
    queue(run, by=by)


def queue(run: ImportRun, *, by: User) -> None:
    """Let a worker do an import about which everything is decided."""
    run.state = RunState.QUEUED
    title = _("Import of %(name)s") % {"name": run.name}
    job = jobs.start(KIND, title=title, by=by, lock=f"{KIND}:{run.object}", run_id=str(run.pk))
    run.job_id = job.pk
    run.save(update_fields=("plan", "state", "job_id"))


def queue_comparison(run: ImportRun, *, by: User) -> None:
    """Let a worker compare a large file that came back; once, however often somebody asks."""
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.job_id is None:
            title = _("Comparison of %(name)s") % {"name": run.name}
            locked.job_id = jobs.start("import_comparison", title=title, by=by, run_id=str(run.pk)).pk
            locked.save(update_fields=("job_id",))
    run.job_id = locked.job_id


def queue_again(run: ImportRun, *, by: User) -> None:
    """Let a worker try the rows that wait again."""
    title = _("Waiting rows of %(name)s") % {"name": run.name}
    jobs.start("import_waiting", title=title, by=by, lock=f"{KIND}:{run.object}", run_id=str(run.pk))


def _page(run_id: str) -> str:
    run = _opened(run_id)
    return f"/{run.object}/import/{run.pk}/" if run is not None else ""


@jobs.job(KIND, page=_page)
def do_import(progress: jobs.Progress, *, run_id: str) -> dict[str, Any]:
    """Does an import, or goes on with one that was interrupted."""
    run = _opened(run_id)
    if run is None:
        return {}
    if run.is_over:  # and was interrupted while the rows were tried that wait for what it brought
        bring_waiting()
        return {}
    with _as_its_user(run) as by:
        (perform_returned if is_returned(run) else perform)(run, by=by, watch=progress.progress)
    for name in (SOURCE, SLIP):
        (run.folder / name).unlink(missing_ok=True)
    Path(run.path).unlink(missing_ok=True)
    if bring_waiting():
        run.refresh_from_db()
    return outcome_counts(run.counts)


def settle(run: ImportRun) -> None:
    """An import whose job has given up is over, too: it says why, and can be discarded."""
    if run.is_over or run.job_id is None:
        return
    job = JobRun.objects.filter(pk=run.job_id, state=JobState.FAILED).first()
    if job is not None:
        run.state, run.error, run.finished_at = RunState.FAILED, job.error, job.finished_at
        run.save(update_fields=("state", "error", "finished_at"))


@jobs.job("import_files", cron="17 2 * * *", title="Forget old import files")
def prune(progress: jobs.Progress) -> dict[str, Any]:
    """Forget what imports left behind: files with the data of people are not kept longer than somebody needs them."""
    old = ImportRun.objects.filter(created_at__lt=timezone.now() - KEPT)
    forgotten = 0
    for run in old:
        settle(run)
        if run.state in (RunState.QUEUED, RunState.RUNNING):
            continue
        shutil.rmtree(run.folder, ignore_errors=True)
        run.delete()
        forgotten += 1
    folder = Path(settings.DATA) / "imports"
    known = {str(key) for key in ImportRun.objects.values_list("pk", flat=True)}
    for left in folder.iterdir() if folder.is_dir() else ():
        if left.name not in known and left.stat().st_mtime < (timezone.now() - KEPT).timestamp():
            shutil.rmtree(left, ignore_errors=True)
    return {"forgotten": forgotten}


@jobs.job("import_comparison", page=_page)
def compare_returned(progress: jobs.Progress, *, run_id: str) -> dict[str, Any]:
    """Compares a file that came back with what is there."""
    run = _opened(run_id)
    if run is None or run.preview or run.state != RunState.MAPPING:
        return {}
    with _as_its_user(run) as by:
        compare_in_portions(run, by=by, watch=progress.progress)
    return {}


@jobs.job("import_waiting", page=_page)
def try_again(progress: jobs.Progress, *, run_id: str) -> dict[str, Any]:
    """Tries the rows of an import that wait; what goes in may be what others wait for."""
    run = _opened(run_id)
    if run is not None and bring_waiting(only=run):
        bring_waiting()
    return {}


def _opened(run_id: str) -> ImportRun | None:
    return ImportRun.objects.filter(pk=UUID(run_id)).first()


@contextmanager
def _as_its_user(run: ImportRun) -> Iterator[User]:
    """Whoever started the run, with the rights they have now and in their language. Where they are gone, or the file or
    the plan turns out to be unusable, the run is over and says why."""
    by = User.objects.with_access(run.created_by_id) if run.created_by_id else None
    if by is None:
        raise _rejected(run, _("Who started this import may not do it any more."))
    with override(by.language):
        try:
            yield by
        except (UnusableFile, UnusablePlan) as error:
            raise _rejected(run, str(error)) from error


def _rejected(run: ImportRun, reason: str) -> jobs.Rejected:
    run.state, run.error, run.finished_at = RunState.FAILED, reason, timezone.now()
    run.save(update_fields=("state", "error", "finished_at"))
    return jobs.Rejected(reason)
