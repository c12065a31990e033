"""Erasing for privacy reaches the files that came back, too: what they say of a record goes with it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.records.imports.models import ImportRun, RunState
from kundig.records.imports.running import RETURNED
from kundig.records.imports.uploads import SOURCE
from kundig.records.roundtrips.reading import SLIP, TABLE

_COPIES = (SOURCE, SLIP, TABLE, RETURNED)


def forget_records(ids: Collection[UUID]) -> int:
    """Delete lines and copies of the files that hold one of these records, within a transaction; answers how many.

    Rows without an id may be copies of theirs, so nothing of such a file stays. An import that was not over is then.
    """
    forgotten = 0
    for run in ImportRun.objects.filter(plan__has_key="slip").select_for_update().order_by("pk"):
        if not run.lines.filter(record_id__in=ids).exists() and not _names(run, ids):
            continue
        run.lines.all().delete()
        run.returned_bytes, run.reasons, run.warnings = 0, {}, []
        if not run.is_over:
            run.state, run.finished_at = RunState.FAILED, timezone.now()
            run.error = _("A record of this file was erased for privacy, and the file with it. Export the table anew.")
        run.save(update_fields=("returned_bytes", "reasons", "warnings", "state", "finished_at", "error"))
        transaction.on_commit(partial(_remove, run))
        forgotten += 1
    return forgotten


def _names(run: ImportRun, ids: Collection[UUID]) -> bool:
    """Whether the slip of the file names one of these records, or the rows that were not taken are theirs."""
    if not {str(each) for each in ids}.isdisjoint(run.plan.get("left", ())):
        return True
    try:
        text = (run.folder / SLIP).read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return any(str(each) in text for each in ids)


def _remove(run: ImportRun) -> None:
    for name in _COPIES:
        (run.folder / name).unlink(missing_ok=True)
