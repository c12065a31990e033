"""The page of an import that runs or is over: sentences and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.platform.formats import Formats
from kundig.platform.models import JobRun
from kundig.records.description import Description
from kundig.records.imports.models import KEPT, ImportRun, RunState
from kundig.records.imports.running import outcome_counts
from kundig.records.imports.targets import Outcome
from kundig.records.imports.waiting import is_taken_back, waits_in_words, waits_of
from kundig.records.ledger.models import ChangeSet

_KINDS = {
    Outcome.CREATED: "new", Outcome.UPDATED: "fill", Outcome.UNCHANGED: "skip", Outcome.SKIPPED: "skip",
    Outcome.FAILED: "ask", Outcome.WAITING: "ask",
}  # fmt: skip
DELETED = "deleted"
"""Counted where a file that came back has taken records out, too."""


def result_of(run: ImportRun, description: Description, formats: Formats) -> dict[str, Any]:
    """What the templates of progress and result show."""
    counts = outcome_counts(run.counts)
    total = sum(counts.values())
    return {
        "run": run,
        "here": f"{description.url()}import/{run.pk}/",
        "description": description,
        "is_over": run.is_over,
        "has_failed": run.state == RunState.FAILED,
        "headline": _headline(run, counts, formats),
        "percent": int(100 * run.position / run.rows) if run.rows else 0,
        "progress": _progress(run, formats),
        "waits_because": _trouble(run),
        "lines": [
            {"kind": _KINDS[outcome], "label": outcome.label, "count": formats.number(counts[outcome]),
             "why": _why(run, outcome, formats)}
            for outcome in Outcome if counts.get(outcome) or outcome in (Outcome.CREATED, Outcome.FAILED)
        ] + [
            {"kind": "skip", "label": _("deleted"), "count": formats.number(count), "why": ""}
            for count in (run.counts.get(DELETED, 0),) if count
        ],
        "reasons": sorted(run.reasons.items(), key=lambda item: -item[1])[:12],
        "returned": bool(run.returned_bytes),
        **_waiting(run, formats),
        "mended": run.counts.get("joined", 0) if run.mended_bytes else 0,
        "returned_rows": formats.number(_returned(run, counts)),
        "looked_at": ngettext("%(total)s row looked at", "%(total)s rows looked at", total)
        % {"total": formats.number(total)},
        "id": run.pk,
        "can_undo": run.is_over and bool(_taken(run, counts)) and _is_kept(run),
        "is_undone": run.is_over and is_taken_back(run),
        "list_address": description.url() + ("?sort=-changed_at" if "changed_at" in description.fields else ""),
    }  # fmt: skip


def _waiting(run: ImportRun, formats: Formats) -> dict[str, Any]:
    """For what its rows wait, and until when."""
    groups = waits_of(run) if run.counts.get(Outcome.WAITING) and run.is_over and not is_taken_back(run) else []
    rows, named = run.counts.get(Outcome.WAITING, 0), sum(group["rows"] for group in groups)
    return {
        "waits": [waits_in_words(group) for group in groups],
        "waits_besides": formats.number(rows - named) if groups and rows > named else "",
        "waits_until": formats.date((run.created_at + KEPT).date()),
    }


def _is_kept(run: ImportRun) -> bool:
    """Whether the ledger knows what it did."""
    return ChangeSet.objects.filter(pk=run.pk).exists()


def _headline(run: ImportRun, counts: dict[str, int], formats: Formats) -> str:
    if run.state == RunState.FAILED:
        return _("The import stopped")
    if run.state != RunState.DONE:
        return _("The rows are being taken in")
    taken = _taken(run, counts)
    if not taken and (waiting := counts.get(Outcome.WAITING, 0)):
        return ngettext("%(count)s row waits", "%(count)s rows wait", waiting) % {"count": formats.number(waiting)}
    if not taken:
        return _("Nothing changed")
    return ngettext("%(count)s row is in", "%(count)s rows are in", taken) % {"count": formats.number(taken)}


def _taken(run: ImportRun, counts: dict[str, int]) -> int:
    return counts[Outcome.CREATED] + counts[Outcome.UPDATED] + run.counts.get(DELETED, 0)


def _progress(run: ImportRun, formats: Formats) -> str:
    if run.state == RunState.QUEUED or not run.rows:
        return _("The import begins in a moment. You may leave this page, it goes on.")
    done, rows = formats.number(run.position), formats.number(run.rows)
    return _("%(done)s of %(rows)s rows. You may leave this page, it goes on.") % {"done": done, "rows": rows}


def _trouble(run: ImportRun) -> str:
    """Why a job waits for its next attempt, or has given up."""
    if run.error:
        return run.error
    job = JobRun.objects.filter(pk=run.job_id).first() if run.job_id and not run.is_over else None
    return job.error if job else ""


def _why(run: ImportRun, outcome: Outcome, formats: Formats) -> str:
    counts = run.counts
    if outcome == Outcome.CREATED:
        return ", ".join(_coming_with(counts, formats))
    if outcome == Outcome.UPDATED and counts.get("filled"):
        return ngettext("%(count)s value", "%(count)s values", counts["filled"]) % {
            "count": formats.number(counts["filled"])
        }
    if outcome == Outcome.UNCHANGED:
        return _("everything was there already")
    if outcome == Outcome.WAITING:
        return _("until a later import brings what they name")
    return ""


def _returned(run: ImportRun, counts: dict[str, int]) -> int:
    return counts[Outcome.FAILED] + run.counts.get("left", 0)


def _coming_with(counts: dict[str, int], formats: Formats) -> Iterator[str]:
    """What the rows brought beside what they are: contact persons, and organisations that were only named."""
    if persons := counts.get("persons"):
        yield ngettext("with %(count)s person", "with %(count)s persons", persons) % {"count": formats.number(persons)}
    if companies := counts.get("companies"):
        text = ngettext("with %(count)s new organisation", "with %(count)s new organisations", companies)
        yield text % {"count": formats.number(companies)}
