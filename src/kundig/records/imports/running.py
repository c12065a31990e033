"""Doing an import: the file is read in portions, each is one transaction, and an interrupted run goes on."""

from __future__ import annotations

import datetime as dt
import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.behind import save, writing_behind
from kundig.platform.copying import copy_rows
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.imports.mapping import importer_of, settled
from kundig.records.imports.models import ImportRun, RunState, WaitingRow
from kundig.records.imports.plan import Plan, plan_from_json
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.reading.opening import reopen
from kundig.records.imports.reading.table import Row, Table
from kundig.records.imports.returned import ReturnedRows
from kundig.records.imports.targets import Fate, Outcome, Portion, Session, Shown
from kundig.records.ledger.sets import change_set

PORTION = 2000
MOST_REASONS, MOST_WARNINGS = 100, 200
LONGEST_REASON = 200
RETURNED, MENDED = "returned.csv", "mended.csv"
COUNTED = ("counts", "reasons", "warnings", "returned_bytes")
_LOCK = 0x6B756E64  # "kund"
Watch = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Prepared:
    """What an import needs to run."""

    description: Description
    table: Table
    plan: Plan
    by: User


def prepared(run: ImportRun, *, by: User) -> Prepared:
    """Open the file of an import and settle its plan.

    Raises:
        UnusableFile: if the file is gone.
        UnusablePlan: if the plan does not fit.
    """
    description = registry.get(run.object)
    if description is None or not Path(run.path).exists():
        raise UnusableFile("the file of this import is gone")
    table = reopen(Path(run.path), run.form)
    plan = plan_from_json(run.plan)
    return Prepared(description, table, settled(plan, importer_of(description), table, by=by), by)


def perform(run: ImportRun, *, by: User, watch: Watch | None = None) -> ImportRun:
    """Do the import, or go on with it; answers it with its result. `watch(done, total)` is told after each portion."""
    work = prepared(run, by=by)
    # Under the id of the run an import that was interrupted goes on as one change.
    changes = change_set(by=by, via=Via.IMPORT, title=run.name, key=run.pk)
    with alone(run.object), changes, writing_behind(), collecting_by_hand() as collect:
        _begin(run, work.table, by=by)
        session = _session(run, work)
        returned, mended = returned_rows(run), _mended(run)
        portions = Ahead(portions_of(work.table, after=run.position), session)
        for rows in portions:
            with transaction.atomic():
                portion = session.examine(rows)
                portions.look_ahead(unwritten=portion)
                session.write(portion)
                keep_waiting(run, portion.fates)
                run.returned_bytes = returned.add(portion.fates)
                run.mended_bytes = mended.write(_put_together(rows, run.form["delimiter"]))
                count(run, portion)
                run.position = rows[-1].number
                save(run, *COUNTED, "position", "mended_bytes")
            del rows, portion  # what is left to look through for garbage is little then
            collect()
            if watch:
                watch(run.position, run.rows)
        finish(run, session)
        run.state, run.finished_at = RunState.DONE, timezone.now()
        run.save(update_fields=("state", "finished_at"))
    return run


def try_out(run: ImportRun, *, by: User, watch: Watch | None = None) -> ImportRun:
    """Say what the import would do, row by row, and change nothing but the (unsaved) run."""
    work = prepared(run, by=by)
    session = _session(run, work, since=timezone.now())
    run.columns = list(work.table.columns)
    run.make_folder()
    returned = returned_rows(run)
    with collecting_by_hand() as collect:
        for rows in portions_of(work.table):
            portion = session.examine(rows)
            session.remember(portion)
            run.returned_bytes = returned.add(portion.fates)
            count(run, portion)
            run.position = rows[-1].number
            del rows, portion
            collect()
            if watch:
                watch(run.position, run.rows)
    return run


class Ahead:
    """The portions of a file, each of which can be looked up before the one before it is written."""

    def __init__(self, portions: Iterator[list[Row]], session: Session) -> None:
        self._portions, self._session = portions, session
        self._read: list[Row] | Exception | None = None

    def __iter__(self) -> Iterator[list[Row]]:
        while True:
            rows = self._next()
            self._read = None
            if isinstance(rows, Exception):
                raise rows
            if not rows:
                return
            yield rows

    def look_ahead(self, *, unwritten: Portion) -> None:
        """Look at the next portion; what is wrong with the file there is told when it is its turn.

        Raises:
            DatabaseError: what went wrong with what was being written.
        """
        rows = self._next()
        if rows and not isinstance(rows, Exception):
            self._session.look_ahead(rows, unwritten=unwritten)

    def _next(self) -> list[Row] | Exception:
        if self._read is None:
            try:
                self._read = next(self._portions, [])
            except Exception as error:
                self._read = error
        return self._read


@contextmanager
def collecting_by_hand() -> Iterator[Callable[[], None]]:
    """Python's collector rests while a portion is in memory: looking through its hundred thousands of objects again and
    again, none of which is garbage, would take as long as the work itself. What is yielded collects between portions.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield _collect_young
    finally:
        if was_on:
            gc.enable()


def show_row(run: ImportRun, row: Row, *, by: User) -> tuple[list[Shown], str]:
    """How one row arrives, and why it does not, for people to look at; raises like `prepared`."""
    work = prepared(run, by=by)
    session = _session(run, work, since=timezone.now())
    portion = session.examine([row])
    return session.show(portion), portion.fates[0].reason


def _collect_young() -> None:
    gc.collect(0)


def portions_of(table: Table, *, after: int = 0, most: int | None = None) -> Iterator[list[Row]]:
    """The rows of the file in portions."""
    rows = islice(table.rows(after=after), most)
    while portion := list(islice(rows, PORTION)):
        yield portion


def outcome_counts(counts: dict[str, int]) -> dict[str, int]:
    """Rows by outcome, in their order; zero where there is none. Those that wait are named where there are any."""
    found = {outcome.value: counts.get(outcome.value, 0) for outcome in Outcome}
    return {name: count for name, count in found.items() if count or name != Outcome.WAITING}


def keep_waiting(run: ImportRun, fates: Iterable[Fate]) -> None:
    """Keep the rows that wait, in the transaction of their portion."""
    names = ("run_id", "number", "cells", "what", "text", "reason")
    copy_rows(WaitingRow, names, (
        (run.pk, fate.row.number, json.dumps(fate.row.cells).replace("\\u0000", ""), *fate.awaits, fate.reason)
        for fate in fates if fate.outcome == Outcome.WAITING
    ))  # fmt: skip


def _session(run: ImportRun, work: Prepared, *, since: dt.datetime | None = None) -> Session:
    return importer_of(work.description).begin(
        work.plan, columns=work.table.columns, by=work.by, source=run.name, run=run.pk,
        since=since or run.started_at or timezone.now(),
    )  # fmt: skip


def returned_rows(run: ImportRun) -> ReturnedRows:
    """The file of an import's rows that were not taken."""
    return _rows_beside(run, RETURNED, run.returned_bytes)


def _mended(run: ImportRun) -> ReturnedRows:
    return _rows_beside(run, MENDED, run.mended_bytes)


def _rows_beside(run: ImportRun, name: str, written: int) -> ReturnedRows:
    return ReturnedRows(run.folder / name, columns=run.columns, delimiter=run.form["delimiter"], written=written)


def _put_together(rows: Iterable[Row], delimiter: str) -> Iterator[tuple[Row, str]]:
    reason = _(
        "Read with “%(text)s” as one text: a “%(sign)s” without quotation marks stands in it, and a blank behind it."
    )
    for row in rows:
        if row.is_joined:
            yield row, reason % {"text": row.joint(delimiter)[:80], "sign": delimiter}


def _begin(run: ImportRun, table: Table, *, by: User) -> None:
    run.make_folder()
    run.state, run.error, run.columns = RunState.RUNNING, "", list(table.columns)
    run.rows = table.count() if run.rows is None or not run.position else run.rows
    run.started_at, run.by_house = run.started_at or _now(), by._state.adding
    run.save(update_fields=("state", "error", "columns", "rows", "started_at", "by_house"))


def finish(run: ImportRun, session: Session) -> None:
    """What could not be done before all rows were there."""
    more = True
    while more:
        with transaction.atomic():
            counts = session.finish()
            _add(run, counts)
            run.save(update_fields=("counts",))
            more = bool(counts)


def count(run: ImportRun, portion: Portion) -> None:
    """Bring what became of a portion into the counts of its import."""
    outcomes = Counter(fate.outcome.value for fate in portion.fates)
    _add(run, outcomes + portion.counts)
    left = sum(fate.comes_back and fate.outcome == Outcome.SKIPPED for fate in portion.fates)
    _add(run, Counter({"joined": sum(fate.row.is_joined for fate in portion.fates), "left": left}))
    for reason, count in portion.reasons.items():
        short = reason[:LONGEST_REASON]
        if short in run.reasons or len(run.reasons) < MOST_REASONS:
            run.reasons[short] = run.reasons.get(short, 0) + count
    run.warnings += [list(warning) for warning in portion.warnings[: MOST_WARNINGS - len(run.warnings)]]
    _add(run, Counter({"warnings": len(portion.warnings)}))


def _add(run: ImportRun, counts: Counter[str]) -> None:
    for name, count in counts.items():
        if count:
            run.counts[name] = run.counts.get(name, 0) + count


def _now() -> dt.datetime:
    """The time of the database, which also dates the rows it makes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


@contextmanager
def alone(object_name: str) -> Iterator[None]:
    """One import of a kind of record at a time: two at once would not see what the other is about to make."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_LOCK, object_name])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK, object_name])
