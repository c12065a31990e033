"""Doing a bulk run: its records are settled once, then done in portions, each a transaction of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.actions import announce
from kundig.records.bulk.acting import Fate, Outcome, RecordAction, Values
from kundig.records.bulk.forms import read_inputs
from kundig.records.bulk.generic import Doing, doing
from kundig.records.bulk.models import BulkLine, BulkRun, BulkState
from kundig.records.bulk.selection import Selection
from kundig.records.bulk.writing import messages_of
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.ledger import change_set

PORTION = 500
"""Records of one transaction: locked together, told to search and listeners together."""
REFUSALS = (ValidationError, PermissionDenied, IntegrityError, DataError)
Watch = Callable[[int, int | None], None]


def perform(run: BulkRun, description: Description, *, by: User, watch: Watch | None = None) -> BulkRun:
    """Do the run, or go on with it; answers it with its result. `watch(done, total)` is told after each portion.

    Raises:
        ValidationError: if what was asked for cannot be done at all (any more).
    """
    action = doing(description, run.action, by=by, via=Via(run.via))
    if action is None:
        raise ValidationError(_("“%(what)s” cannot be done any more.") % {"what": run.title})
    if run.total is None:
        _settle(run, description, by=by)
    while not _is_to_stop(run) and _portion(run, description, action, by=by):
        if watch:
            watch(run.done, run.total)
    run.state = BulkState.STOPPED if run.is_to_stop and run.done < (run.total or 0) else BulkState.DONE
    run.finished_at = timezone.now()
    run.save(update_fields=("state", "finished_at"))
    return run


def _is_to_stop(run: BulkRun) -> bool:
    run.refresh_from_db(fields=("is_to_stop",))
    return run.is_to_stop


def _settle(run: BulkRun, description: Description, *, by: User) -> None:
    """Write down which records are meant, as they are now for whoever asked."""
    with transaction.atomic():
        run.total = _write_lines(run, description, by=by)
        run.state, run.started_at = BulkState.RUNNING, timezone.now()
        run.save(update_fields=("total", "state", "started_at"))


def _write_lines(run: BulkRun, description: Description, *, by: User) -> int:
    rows = Selection.from_json(run.selection).rows(description, by, current_formats())
    try:
        sql, params = rows.order_by("pk").values("pk").query.sql_with_params()
    except EmptyResultSet:  # The roles of whoever asked do not reach a single record any more.
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE.format(rows=sql), [run.pk, *params])
        return int(cursor.rowcount)


def _portion(run: BulkRun, description: Description, action: Doing, *, by: User) -> bool:
    """Do the next records; False if there are none."""
    # All portions are one change set, also those that come after an interruption: it bears the id of the run.
    with transaction.atomic(), change_set(by=by, via=Via(run.via), title=run.title, key=run.pk):
        open_lines = BulkLine.objects.filter(run=run, outcome=None).order_by("id")
        ids = list(open_lines.values_list("record_id", flat=True)[:PORTION])
        if not ids:
            return False
        fates = _fates(description, action, ids, run, by=by)
        _note(run, fates)
        changed = [fate.record_id for fate in fates if fate.outcome == Outcome.CHANGED]
        if changed:
            announce(description, changed, by=by, via=Via(run.via), refresh=action.is_found_anew(run.values))
        counts = Counter(fate.outcome for fate in fates)
        run.changed += counts[Outcome.CHANGED]
        run.unchanged += counts[Outcome.UNCHANGED]
        run.refused += counts[Outcome.REFUSED]
        run.save(update_fields=("changed", "unchanged", "refused"))
    return True


def _fates(description: Description, action: Doing, ids: Sequence[UUID], run: BulkRun, *, by: User) -> list[Fate]:
    """What became of each record. Where they cannot be done together, halves are tried, down to the one that is meant:
    so that one bad record costs a few attempts, and the good ones still go together."""
    values = given_to(action, description, run.values, by=by)
    try:
        with transaction.atomic():
            allowed = list(
                description.visible_to(by, action.right)
                .filter(pk__in=description.visible_to(by, Action.BULK).filter(pk__in=ids).values("pk"))
                .select_for_update(of=("self",))
                .order_by("pk")
            )
            fates = list(action.run(allowed, values, by=by)) if allowed else []
    except REFUSALS as error:
        if len(ids) == 1:
            return [Fate(ids[0], Outcome.REFUSED, _reason(error))]
        half = len(ids) // 2
        return [fate for part in (ids[:half], ids[half:]) for fate in _fates(description, action, part, run, by=by)]
    told = {fate.record_id for fate in fates}
    if missing := [record_id for record_id in ids if record_id not in told]:
        seen = set(description.visible_to(by).filter(pk__in=missing).values_list("pk", flat=True))
        fates += [Fate(each, Outcome.REFUSED, _not_allowed() if each in seen else _gone()) for each in missing]
    return fates


def given_to(action: Doing, description: Description, values: Values, *, by: User) -> Values:
    """What `run` of an action takes: for an action of a domain its inputs, read; raises ValidationError."""
    if not isinstance(action, RecordAction):
        return values
    is_json = bool(values.get("is_json"))
    return read_inputs(action, description, values.get("inputs", {}), user=by, is_json=is_json)


def _reason(error: Exception) -> str:
    if isinstance(error, IntegrityError | DataError):
        return _("Another record stands against it: a value that may exist once only, or a reference.")
    return messages_of(error) or _not_allowed()


def _not_allowed() -> str:
    return _("You may look at this, but not do this with it.")


def _gone() -> str:
    return _("It is not there any more, or not visible to you.")


def _note(run: BulkRun, fates: Sequence[Fate]) -> None:
    """Write down what became of the records."""
    columns: list[Any] = [
        [fate.record_id for fate in fates],
        [fate.outcome.value for fate in fates],
        [fate.reason for fate in fates],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [*columns, run.pk])


_SETTLE = "INSERT INTO records_bulkline (run_id, record_id) SELECT %s, * FROM ({rows}) AS meant"
_NOTE = """
UPDATE records_bulkline AS line SET outcome = told.outcome, reason = told.reason
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS told (record_id, outcome, reason)
WHERE line.run_id = %s AND line.record_id = told.record_id
"""
