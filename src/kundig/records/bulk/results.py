"""The page of a run: how far it is, and what became of which record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.platform.models import JobRun
from kundig.records.bulk.acting import Outcome
from kundig.records.bulk.bar import counted
from kundig.records.bulk.models import BulkLine, BulkRun, BulkState
from kundig.records.bulk.undoing import UNDO, can_be_undone
from kundig.records.description import Description
from kundig.records.rows import RowPlan

SHOWN = 100
_KINDS = {Outcome.CHANGED: "new", Outcome.UNCHANGED: "skip", Outcome.REFUSED: "ask"}


@dataclass(frozen=True)
class Line:
    """A record of a run; without `url` where the user does not see it (any more)."""

    id: int
    record_id: UUID
    title: str
    url: str
    reason: str


def lines_of(
    run: BulkRun, description: Description, outcome: Outcome, *, user: User, after: int = 0, most: int = SHOWN
) -> list[Line]:
    """The records of one outcome in the order of the run, from behind the line `after`."""
    found = list(BulkLine.objects.filter(run=run, outcome=outcome, pk__gt=after).order_by("pk")[:most])
    plan = RowPlan([description.field(description.title)])
    rows = description.visible_to(user).filter(pk__in=[line.record_id for line in found])
    titles = {row[0]: str(row[1] or "") for row in plan.read(rows)}
    return [
        Line(
            line.pk, line.record_id,
            titles.get(line.record_id, "") or (_("(no name)") if line.record_id in titles else _("not visible")),
            description.url(line.record_id) if line.record_id in titles else "", line.reason,
        )
        for line in found
    ]  # fmt: skip


def result_of(
    run: BulkRun, description: Description, formats: Formats, *, user: User, shown: Outcome | None, after: str
) -> dict[str, Any]:
    """What the templates of progress and result show."""
    counts: dict[Outcome, int] = {outcome: getattr(run, outcome.value) for outcome in Outcome}
    if shown is None and run.is_over:
        shown = Outcome.REFUSED if run.refused else Outcome.CHANGED if run.changed else None
    lines = []
    if shown is not None:
        place = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0
        lines = lines_of(run, description, shown, user=user, after=place)
    back = run.undone_by.first()
    return {
        "run": run,
        "here": f"/bulk/{run.pk}/",
        "description": description,
        "headline": _headline(run, description, formats),
        "progress": _progress(run, formats),
        "percent": int(100 * run.done / run.total) if run.total else 0,
        "trouble": _trouble(run),
        "tally": _tally(counts, formats),
        "can_undo": back is None and can_be_undone(run),
        "undone_by": back,
        "shown": shown.value if shown else "",
        "shown_label": shown.label if shown else "",
        "lines": lines,
        "more": lines[-1].id if len(lines) == SHOWN else 0,
        "is_whole": not after,
    }


def _tally(counts: dict[Outcome, int], formats: Formats) -> Sequence[dict[str, Any]]:
    return [
        {"kind": _KINDS[outcome], "label": outcome.label, "value": outcome.value, "count": formats.number(count),
         "has_any": bool(count)}
        for outcome, count in counts.items()
    ]  # fmt: skip


def _headline(run: BulkRun, description: Description, formats: Formats) -> str:
    what = counted(description, run.changed, formats)
    if run.state == BulkState.FAILED:
        return _("The run broke off")
    if run.state == BulkState.STOPPED:
        return _("Stopped: %(what)s changed") % {"what": what}
    if run.state != BulkState.DONE:
        return _("The change is being taken back") if run.action == UNDO else _("The change is being made")
    if not run.changed:
        return _("Nothing changed")
    if run.action == UNDO:
        return _("Undone: %(what)s") % {"what": what}
    return (_("%(what)s deleted") if run.action == "delete" else _("%(what)s changed")) % {"what": what}


def _progress(run: BulkRun, formats: Formats) -> str:
    if run.total is None:
        return _("It begins in a moment. You may leave this page, it goes on.")
    return _("%(done)s of %(total)s. You may leave this page, it goes on.") % {
        "done": formats.number(run.done), "total": formats.number(run.total),
    }  # fmt: skip


def _trouble(run: BulkRun) -> str:
    """Why the job waits for its next attempt, or has given up."""
    if run.error:
        return run.error
    job = JobRun.objects.filter(pk=run.job_id).first() if run.job_id and not run.is_over else None
    return job.error if job else ""
