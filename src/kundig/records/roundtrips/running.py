"""A file that came back, from the comparison to its change set. Lines are kept, so that both can be interrupted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import formats as formats_of
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.imports.models import ImportRun, RunState
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.reading.table import Row
from kundig.records.imports.results import DELETED
from kundig.records.imports.returned import ReturnedRows
from kundig.records.imports.running import RETURNED, Watch, alone
from kundig.records.imports.targets import Fate, Outcome
from kundig.records.ledger.sets import change_set
from kundig.records.roundtrips import deeds
from kundig.records.roundtrips.columns import Columns, columns_of
from kundig.records.roundtrips.comparing import (
    CHANGE,
    CONFLICT,
    REFUSED,
    Cell,
    Comparing,
    Found,
    cells_of,
    changed_since,
    told,
)
from kundig.records.roundtrips.models import LineKind, ReturnedLine
from kundig.records.roundtrips.reading import SLIP, Sheet, sheet_of
from kundig.records.roundtrips.slip import Slip, read_slip

PORTION = 500
MOST_COMPARED, MOST_BYTES = 3000, 400_000
"""Rows of the export, and bytes of the file, that are compared while the page waits; more is work for a job."""
MOST_TRIED = 300
"""So many lines are tried out while the page waits; of more, what the house refuses shows when they are taken in."""
MOST_BY_ONE = 200
"""Who may not change in bulk brings back so many changed rows at once."""
_CREATE = (LineKind.NEW, LineKind.DOUBLE)


@dataclass
class Work:
    """What is needed to compare a file, and to take it in."""

    run: ImportRun
    description: Description
    slip: Slip
    sheet: Sheet
    columns: Columns
    comparing: Comparing
    by: User

    def missing(self) -> Iterator[Found]:
        """The records whose rows were removed."""
        return self.comparing.missing(self.slip.ids, since=self.slip.at)


def is_returned(run: ImportRun) -> bool:
    """Whether an import is a file that was exported to be edited."""
    return "slip" in run.plan


@contextmanager
def opened(run: ImportRun, *, by: User) -> Iterator[Work]:
    """The file of an import, in its own language while it is worked with.

    Raises:
        UnusableFile: if it is gone, or its object is.
    """
    slip = read_slip(run.folder / SLIP) if (run.folder / SLIP).exists() else None
    description = registry.get(run.object)
    if slip is None or description is None:
        raise UnusableFile(_("The file of this import is gone."))
    with override(slip.language):
        sheet, formats = sheet_of(run.folder), formats_of(slip.language)
        columns = columns_of(sheet, slip, description, by=by)
        comparing = Comparing(run, description, columns, by=by, formats=formats)
        yield Work(run, description, slip, sheet, columns, comparing, by)


def compare(run: ImportRun, *, by: User, watch: Watch | None = None) -> ImportRun:
    """Find what is different, once; the lines are kept with the run.

    Whoever looks first, it is compared with the rights of the person who brought the file and will take it in.

    Raises:
        UnusableFile: if the file is gone, or that person has no access any more.
    """
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if not run.preview:
            with opened(run, by=_whose(run, by)) as work:
                seen: Counter[str] = Counter()
                for found in _differences(work):
                    _keep(found, seen)
                _conclude(work, seen)
    return run


def compare_in_portions(run: ImportRun, *, by: User, watch: Watch) -> None:
    """As `compare`, for a job: each portion is a transaction, so that others see how far it is.

    One that was interrupted begins anew; one whose file was discarded meanwhile ends.

    Raises:
        UnusableFile: as `compare`.
    """
    with opened(run, by=_whose(run, by)) as work:
        run.lines.all().delete()
        seen: Counter[str] = Counter()
        for found in _differences(work):
            with transaction.atomic():
                if not _is_awaited(run):
                    return
                _keep(found, seen)
            watch(seen["rows"], max(seen["rows"], len(work.slip.ids)))
        with transaction.atomic():
            if _is_awaited(run):
                _conclude(work, seen)


def is_large(run: ImportRun) -> bool:
    """Whether comparing takes longer than somebody waits for a page: by the rows that were exported, or the bytes."""
    if run.size > MOST_BYTES:
        return True
    slip = read_slip(run.folder / SLIP) if (run.folder / SLIP).exists() else None
    return slip is not None and len(slip.ids) > MOST_COMPARED


def perform(run: ImportRun, *, by: User, watch: Watch | None = None) -> ImportRun:
    """Take the file in, or go on with it: all of it is one change set, under the id of the run."""
    changes = change_set(by=by, via=Via.IMPORT, title=run.name, key=run.pk)
    with alone(run.object), opened(run, by=by) as work, changes:
        run.state, run.error = RunState.RUNNING, ""
        run.started_at = run.started_at or timezone.now()
        run.save(update_fields=("state", "error", "started_at"))
        returned = ReturnedRows(
            run.folder / RETURNED, columns=work.sheet.columns, delimiter=";", written=run.returned_bytes
        )
        done, total = run.lines.exclude(outcome="").count(), run.lines.count()
        while lines := list(run.lines.filter(outcome="").order_by("id")[:PORTION]):
            with transaction.atomic():
                if not _goes_on(run):
                    return run
                fates = _do(work, lines)
                run.returned_bytes = returned.add(fates)
                _count(run, lines, fates)
                ReturnedLine.objects.bulk_update(lines, ["outcome", "cells", "why", "record_id", "refusals"])
                run.save(update_fields=("counts", "reasons", "returned_bytes", "position"))
            done += len(lines)
            if watch:
                watch(done, total)
        with transaction.atomic():
            if not _goes_on(run):
                return run
            run.counts["unchanged"] = run.counts.get("unchanged", 0) + run.preview.get("unchanged", 0)
            run.state, run.finished_at, run.position = RunState.DONE, timezone.now(), run.rows or 0
            left = run.lines.filter(Q(outcome=Outcome.FAILED.value) | Q(refusals__gt=0), record_id__isnull=False)
            # Whose rows lie in the file of those not taken: who is erased, is erased there, too.
            run.plan = {**run.plan, "left": [str(key) for key in left.values_list("record_id", flat=True)]}
            run.save(update_fields=("state", "finished_at", "counts", "position", "plan"))
            run.lines.all().delete()  # They hold values of people, and have told all they had to tell.
    return run


# -- inside ----------------------------------------------------------------------------------------------------------


def _whose(run: ImportRun, by: User) -> User:
    """With whose rights a file is compared: of who brought it."""
    if run.created_by_id == by.pk:
        return by
    owner = User.objects.with_access(run.created_by_id) if run.created_by_id else None
    if owner is None:
        raise UnusableFile(_("Who started this import may not do it any more."))
    return owner


def _differences(work: Work) -> Iterator[Found]:
    yield from work.comparing.compare(work.sheet.lines())
    yield from work.missing()


def _keep(found: Found, seen: Counter[str]) -> None:
    ReturnedLine.objects.bulk_create(found.lines, batch_size=PORTION)
    seen.update(rows=found.rows, unchanged=found.unchanged, retitled=found.retitled)


def _conclude(work: Work, seen: Counter[str]) -> None:
    """Say what else is to be known, and that the comparison is done."""
    _try_out(work)
    run, columns = work.run, work.columns
    run.rows = seen["rows"]
    run.preview = {
        **seen, "own": list(columns.own), "gone": list(columns.gone),
        "renamed": [list(each) for each in columns.renamed],
    }  # fmt: skip
    run.save(update_fields=("rows", "preview"))


def _is_awaited(run: ImportRun) -> bool:
    """Whether a file is still there that nobody has compared yet; it stays so until the end of the transaction."""
    now = ImportRun.objects.select_for_update().filter(pk=run.pk).first()
    return now is not None and now.state == RunState.MAPPING and not now.preview


def _goes_on(run: ImportRun) -> bool:
    """Whether nobody has stopped it meanwhile, as erasing a record that is in the file does."""
    now = ImportRun.objects.select_for_update().filter(pk=run.pk).values_list("state", flat=True).first()
    return now == RunState.RUNNING


def _is_taken(cell: Cell) -> bool:
    return cell.state == CHANGE or (cell.state == CONFLICT and cell.take)


def _try_out(work: Work) -> None:
    """Do all that is not in conflict, see what the house says to it, and take it back."""
    lines = list(work.run.lines.exclude(kind__in=(LineKind.REFUSED, LineKind.REMOVED)).order_by("id")[: MOST_TRIED + 1])
    if len(lines) > MOST_TRIED:
        return
    tried: list[tuple[ReturnedLine, list[Cell], Exception]] = []
    with transaction.atomic(), change_set(by=work.by, via=Via.IMPORT):
        changes, creations = _sorted_out(work, lines, is_trial=True)
        pairs = [(record, values) for _line, _cells, record, values in changes]
        refused = deeds.change(work.description, pairs, by=work.by)
        tried += [(changes[place][0], changes[place][1], error) for place, error in refused.items()]
        made = deeds.create(work.description, [values for _line, _cells, values in creations], by=work.by)
        for (line, cells, _values), record in zip(creations, made, strict=True):
            if isinstance(record, Exception):
                tried.append((line, cells, record))
        transaction.set_rollback(True)
    for line, cells, error in tried:
        deeds.refuse(work.description, line, cells, error)
        if line.why and not line.refusals:
            line.kind, line.is_wanted = LineKind.REFUSED, False
        line.save()


def _sorted_out(work: Work, lines: Sequence[ReturnedLine], *, is_trial: bool = False) -> tuple[list[Any], list[Any]]:
    """Of these lines what changes a record and what makes one, read anew; cells say what cannot be done."""
    targets = [line.record_id for line in lines if line.kind == LineKind.CHANGED]
    records = deeds.allowed(work.description, targets, Action.CHANGE, by=work.by)
    rows = work.comparing.rows_now(list(records))
    changes, creations = [], []
    for line in lines:
        cells = cells_of(line)
        if line.kind in _CREATE and (line.is_wanted or is_trial):
            creations.append((line, cells, work.comparing.values(None, [c for c in cells if c.state == CHANGE])))
        elif line.kind == LineKind.CHANGED and line.is_wanted:
            record = records.get(line.record_id)
            taken = [cell for cell in cells if _is_taken(cell)]
            if record is None:
                line.why = _("It is not there any more, or you may not change it.")
                continue
            now = work.comparing.theirs(rows[record.pk])
            for cell in taken:
                if now.get(cell.field, cell.theirs) not in (cell.theirs, cell.mine):
                    cell.state, cell.why = REFUSED, _("Somebody has changed this while the file was being looked at.")
            changes.append((line, cells, record, work.comparing.values(record, taken)))
    return changes, creations


def _do(work: Work, lines: Sequence[ReturnedLine]) -> list[Fate]:
    """Do these lines; answers those of which something comes back."""
    changes, creations = _sorted_out(work, lines)
    fates: list[Fate] = []
    some = [each for each in changes if each[3]]
    refused = deeds.change(work.description, [(record, values) for _l, _c, record, values in some], by=work.by)
    for place, (line, cells, _record, _values) in enumerate(some):
        line.outcome = Outcome.UPDATED.value
        if place in refused:
            line.outcome = Outcome.FAILED.value
            deeds.refuse(work.description, line, cells, refused[place])
    made = deeds.create(work.description, [values for _line, _cells, values in creations], by=work.by)
    for (line, cells, _values), record in zip(creations, made, strict=True):
        line.outcome = Outcome.FAILED.value if isinstance(record, Exception) else Outcome.CREATED.value
        if isinstance(record, Exception):
            deeds.refuse(work.description, line, cells, record)
        else:
            line.record_id = record.pk
    _delete(work, [line for line in lines if line.kind == LineKind.REMOVED and line.is_wanted])
    cells_by_line = {id(line): cells for line, cells, *_rest in (*changes, *creations)}
    for line in lines:
        cells = cells_by_line.get(id(line), cells_of(line))
        told(line, cells)
        if not line.outcome:
            is_left = line.kind in (LineKind.REMOVED, LineKind.DOUBLE) or not (line.why or line.refusals)
            line.outcome = (Outcome.SKIPPED if is_left else Outcome.FAILED).value
        if line.row and (line.outcome == Outcome.FAILED or line.refusals):
            fates.append(_fate(line, cells))
    return fates


def _delete(work: Work, lines: Sequence[ReturnedLine]) -> None:
    seen = [line for line in lines if not line.conflicts]
    changed = changed_since(
        work.description, {line.record_id for line in seen if line.record_id}, work.slip.at, but_by=work.run.pk
    )
    for line in seen:
        if line.record_id in changed:
            line.outcome = Outcome.FAILED.value
            line.why = _("Somebody has changed this while the file was being looked at.")
    lines = [line for line in lines if not line.outcome]
    records = deeds.allowed(work.description, [line.record_id for line in lines], Action.DELETE, by=work.by)
    there = [line for line in lines if line.record_id in records]
    refused = deeds.delete(work.description, [records[line.record_id] for line in there], by=work.by)
    for line in lines:
        if line.record_id not in records:
            line.outcome, line.why = Outcome.FAILED.value, _("You may look at this, but not delete it.")
    for place, line in enumerate(there):
        line.outcome = Outcome.FAILED.value if place in refused else DELETED
        line.why = deeds.reason(refused[place]) if place in refused else ""


def _fate(line: ReturnedLine, cells: Sequence[Cell]) -> Fate:
    whys = [f"{cell.label}: {cell.why}" for cell in cells if cell.state == REFUSED and cell.why]
    text = " ".join(filter(None, [line.why, *whys]))
    row = Row(line.number, list(line.row))
    return Fate(row, Outcome(line.outcome), text, line.title, line.record_id, comes_back=True)


def _count(run: ImportRun, lines: Sequence[ReturnedLine], fates: Sequence[Fate]) -> None:
    counts = Counter(line.outcome for line in lines)
    counts["left"] = sum(fate.outcome != Outcome.FAILED for fate in fates)
    for name, count in counts.items():
        run.counts[name] = run.counts.get(name, 0) + count
    for line in lines:
        cells = [cell for cell in cells_of(line) if cell.state == REFUSED and cell.why]
        whys = [line.why] if line.why and line.outcome == Outcome.FAILED else []
        for why in (*whys, *(f"{cell.label}: {cell.why}" for cell in cells)):
            short = why[:200]
            if short in run.reasons or len(run.reasons) < 100:
                run.reasons[short] = run.reasons.get(short, 0) + 1
