"""Taking a run back through the ledger, with what came of it as the result of a run of its own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.bulk.acting import Outcome
from kundig.records.bulk.models import BulkLine, BulkRun, BulkState
from kundig.records.description import Description
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.results import UndoResult
from kundig.records.ledger.undoing import undo

UNDO = "undo"
Watch = Callable[[int, int | None], None]


def can_be_undone(run: BulkRun) -> bool:
    """Whether there is something that can be taken back, and has not been already."""
    if not run.is_over or not run.changed or run.action == UNDO:
        return False
    return ChangeSet.objects.filter(pk=run.pk).exists() and not ChangeSet.objects.filter(undoes=run.pk).exists()


def take_back(run: BulkRun, description: Description, *, by: User, watch: Watch | None = None) -> BulkRun:
    """Do the taking back: all or nothing, and what somebody has touched since stays as it is.

    Raises:
        ValidationError: if other records would be left pointing at what is not there.
    """
    assert run.undoes_id is not None
    run.state, run.started_at = BulkState.RUNNING, timezone.now()
    run.save(update_fields=("state", "started_at"))
    with transaction.atomic():
        result = undo(run.undoes_id, by=by, watch=(lambda done: watch(done, run.total)) if watch else None)
        run.changed, run.unchanged = result.done, result.counts["unchanged"]
        run.refused = result.counts["conflicts"] + result.counts["obstacles"]
        reasons = reasons_of(result)
        BulkLine.objects.bulk_create(
            BulkLine(run=run, record_id=record, outcome=Outcome.REFUSED, reason=reason)
            for record, reason in reasons.items()
        )
        run.state, run.finished_at = BulkState.DONE, timezone.now()
        run.save(update_fields=("changed", "unchanged", "refused", "state", "finished_at"))
    return run


def reasons_of(result: UndoResult) -> dict[UUID, str]:
    """Why records stay as they are, as far as the ledger tells them one by one."""
    reasons = {conflict.place.record: _("Somebody has changed it since.") for conflict in result.conflicts}
    return reasons | {obstacle.place.record: _("It cannot go back.") for obstacle in result.obstacles}
