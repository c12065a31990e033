"""Beginning bulk runs: small ones at once, large ones as a job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform import jobs
from kundig.platform.enums import JobState
from kundig.platform.formats import current_formats
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.bulk.acting import Outcome, Values
from kundig.records.bulk.generic import doing
from kundig.records.bulk.models import BulkRun, BulkState
from kundig.records.bulk.running import given_to, perform
from kundig.records.bulk.selection import Selection
from kundig.records.bulk.undoing import UNDO, can_be_undone, take_back
from kundig.records.description import Description
from kundig.records.events import Via

KIND = "bulk"
AT_ONCE = 200
"""Up to so many records are done in the request that asks for it."""
KEPT = timedelta(days=90)


def begin(
    description: Description,
    key: str,
    selection: Selection,
    values: Values,
    *,
    by: User,
    via: Via = Via.BULK,
    at_once: int = AT_ONCE,
) -> BulkRun:
    """Do something with many records: now if they are few, else by a worker. Answers the run, done or waiting.

    Raises:
        PermissionDenied: if `by` may not do it with any record, or not in bulk.
        ValidationError: if the values or the selection are not right.
    """
    action = doing(description, key, by=by, via=via)
    if action is None:
        raise ValidationError(_("There is no action “%(key)s” here.") % {"key": key[:40]})
    if not description.may(by, Action.BULK) or not description.may(by, action.right):
        raise PermissionDenied(
            _("Your role does not let you do this with many records. An administrator can change that.")
        )
    if not selection:
        raise ValidationError(_("Choose at least one record."))
    given_to(action, description, values, by=by)
    count = selection.rows(description, by, current_formats())[: at_once + 1].count()
    run = BulkRun(
        created_by=by, object=description.name, action=key, values=dict(values), selection=selection.to_json(),
        title=action.title(values)[:200], via=via.value,
    )  # fmt: skip
    return started(run, description, by=by, is_small=count <= at_once)


def undo(run: BulkRun, *, by: User) -> BulkRun:
    """Take a run back, as far as nobody has touched the records since; answers the run that does it.

    Raises:
        ValidationError: if it cannot be undone, or has been already.
    """
    description = registry.get(run.object)
    if description is None or not can_be_undone(run):
        raise ValidationError(_("This cannot be undone (any more)."))
    back = BulkRun(
        created_by=by, object=run.object, action=UNDO, via=Via.UNDO.value, undoes=run, total=run.changed,
        title=(_("Undo: %(what)s") % {"what": run.title})[:200],
    )  # fmt: skip
    return started(back, description, by=by, is_small=run.changed <= AT_ONCE)


def started(run: BulkRun, description: Description, *, by: User, is_small: bool) -> BulkRun:
    with transaction.atomic():
        run.save()
        if not is_small:
            job = jobs.start(KIND, title=run.title, by=by, lock=f"{KIND}:{by.pk}", run_id=str(run.pk))
            run.job_id = job.pk
            run.save(update_fields=("job_id",))
    if not is_small:
        return run
    return (take_back if run.undoes_id else perform)(run, description, by=by)


@jobs.job(KIND, page=lambda run_id: f"/bulk/{run_id}/")
def do_bulk(progress: jobs.Progress, *, run_id: str) -> dict[str, Any]:
    """Does a run, or goes on with one that was interrupted."""
    run = BulkRun.objects.filter(pk=UUID(run_id)).first()
    if run is None or run.is_over:
        return {}
    by = User.objects.with_access(run.created_by_id) if run.created_by_id else None
    description = registry.get(run.object)
    if by is None or description is None:
        raise _rejected(run, _("Who started this may not do it any more."))
    with override(by.language):
        try:
            (take_back if run.undoes_id else perform)(run, description, by=by, watch=progress.progress)
        except ValidationError as error:
            raise _rejected(run, " ".join(error.messages)) from error
    return {outcome.value: getattr(run, outcome.value) for outcome in Outcome}


def settle(run: BulkRun) -> None:
    """A run whose job has given up is over, too, and says why."""
    if run.is_over or run.job_id is None:
        return
    job = JobRun.objects.filter(pk=run.job_id, state=JobState.FAILED).first()
    if job is not None:
        run.state, run.error, run.finished_at = BulkState.FAILED, job.error, job.finished_at
        run.save(update_fields=("state", "error", "finished_at"))


@jobs.job("bulk_runs", cron="27 2 * * *", title="Forget old bulk runs")
def prune(progress: jobs.Progress) -> dict[str, Any]:
    """Forget runs of a quarter ago with what they replaced."""
    old = BulkRun.objects.filter(created_at__lt=timezone.now() - KEPT)
    return {"forgotten": old.delete()[0]}


def _rejected(run: BulkRun, reason: str) -> jobs.Rejected:
    run.state, run.error, run.finished_at = BulkState.FAILED, reason, timezone.now()
    run.save(update_fields=("state", "error", "finished_at"))
    return jobs.Rejected(reason)
