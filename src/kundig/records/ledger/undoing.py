"""Taking back a change: each record is compared three ways, and what has been touched since stays unless it is decided.

What the change deleted is brought back first, then what it changed goes back, then what it created goes; each through
the tables themselves, so that everything comes back as it was. The rights are those of who takes it back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import RestrictViolation

from kundig.accounts.models import User
from kundig.records.events import Via
from kundig.records.ledger.changing import put_back
from kundig.records.ledger.folding import Deed, Fold, folds
from kundig.records.ledger.models import DELETED, ChangeSet, LedgerRow
from kundig.records.ledger.narrowing import narrowed, with_parts
from kundig.records.ledger.ordering import steps
from kundig.records.ledger.removing import remove
from kundig.records.ledger.restoring import restore
from kundig.records.ledger.results import Hindrance, Place, UndoResult
from kundig.records.ledger.sets import change_set, hold
from kundig.records.ledger.tables import watched_tables
from kundig.records.ledger.work import Choice, Work
from kundig.records.merging import trail

PORTION = 1000
Watch = Callable[[int], None]


def undo(
    change_set_id: UUID,
    *,
    by: User,
    records: Collection[UUID] | None = None,
    fields: Collection[str] = (),
    choices: Mapping[Choice, bool] | None = None,
    overwrite: bool = False,
    only_if_clean: bool = False,
    watch: Watch | None = None,
) -> UndoResult:
    """Take back a change set, or only what it did to `records` and their parts: all or nothing, as a change of its own.

    Args:
        fields: only what these fields of the records show, also where it stands in parts of them.
        choices: (record, column) → whether to take back what was touched since; `column` is "" for a whole record.
        only_if_clean: do nothing if something stands in the way that is not in `choices`; it is to be decided first.
        overwrite: take back everything that was touched since and is not in `choices`.
        watch: told after each portion how many records have been looked at.

    Raises:
        ChangeSet.DoesNotExist: if there is none of this id.
        ValidationError: if other records would be left pointing at what is not there.
    """
    return _undo(
        change_set_id, by=by, records=records, fields=fields, choices=choices, overwrite=overwrite, watch=watch,
        keeps=lambda result: result.is_clean or not only_if_clean,
    )  # fmt: skip


def try_undo(
    change_set_id: UUID,
    *,
    by: User,
    records: Collection[UUID] | None = None,
    fields: Collection[str] = (),
    choices: Mapping[Choice, bool] | None = None,
    overwrite: bool = False,
) -> UndoResult:
    """What `undo` would do: it is done, and rolled back."""
    return _undo(
        change_set_id, by=by, records=records, fields=fields, choices=choices, overwrite=overwrite, watch=None,
        keeps=lambda result: False,
    )  # fmt: skip


def _undo(
    change_set_id: UUID,
    *,
    by: User,
    records: Collection[UUID] | None,
    fields: Collection[str],
    choices: Mapping[Choice, bool] | None,
    overwrite: bool,
    watch: Watch | None,
    keeps: Callable[[UndoResult], bool],
) -> UndoResult:
    found = ChangeSet.objects.get(pk=change_set_id)
    result = UndoResult(found.pk)
    with transaction.atomic(), change_set(by=by, via=Via.UNDO, title=found.title, undoes=found.pk) as opened:
        hold(found.pk)
        trail.go_again(found.undoes, records)
        work = Work(by=by, result=result, choices=choices or {}, overwrite=overwrite, coming=_coming(found.pk))
        if records is not None:
            records = with_parts(found.pk, records)
        _go_through(work, found.pk, records, fields, watch=watch)
        trail.settle((found.pk, found.undoes), records)
        _check_references()
        result.is_put_off = not keeps(result)
        if result.is_put_off:
            transaction.set_rollback(True)
        else:
            work.telling.tell(by=by)
            result.names = list(work.telling.names)
            result.change_set = opened.id if result.done else None
    return result


def _go_through(
    work: Work, change_set_id: UUID, records: Collection[UUID] | None, fields: Collection[str], *, watch: Watch | None
) -> None:
    tables = watched_tables()
    seen = 0
    numbers = set(LedgerRow.objects.filter(change_set=change_set_id).order_by().values_list("table_id", flat=True))
    for deed, act in ((Deed.DELETED, restore), (Deed.CHANGED, put_back), (Deed.CREATED, remove)):
        for step in steps(tables, numbers, is_leaving=deed is Deed.CREATED):
            wanted = (
                fold for fold in folds(change_set_id, records=records) if fold.deed is deed and fold.table in step
            )
            for table, portion in _portions(wanted):
                watched = tables.get(table)
                if watched is None:
                    for fold in portion:
                        work.result.leaves(Hindrance.UNKNOWN, Place(None, fold.record))
                    continue
                wanted_here = narrowed(watched, portion, fields) if fields else portion
                if wanted_here:
                    act(work, watched, wanted_here)
                seen += len(portion)
                if watch:
                    watch(seen)


def _coming(change_set_id: UUID) -> frozenset[str]:
    rows = LedgerRow.objects.filter(change_set=change_set_id, op=DELETED)
    return frozenset(map(str, rows.values_list("record", flat=True)))


def _portions(each: Iterator[Fold]) -> Iterator[tuple[int, list[Fold]]]:
    """Folds of one table, some at a time."""
    held: list[Fold] = []
    for fold in each:
        if held and (fold.table != held[0].table or len(held) >= PORTION):
            yield held[0].table, held
            held = []
        held.append(fold)
    if held:
        yield held[0].table, held


def _check_references() -> None:
    """Let the database check its references now, and not when everything has been announced."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            if isinstance(error.__cause__, RestrictViolation):
                message = _("Not undone: something of it has to stay as it was entered, such as a consent.")
                raise ValidationError(message) from error
            raise ValidationError(_("Not undone: other records would point at what is not there.")) from error
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
