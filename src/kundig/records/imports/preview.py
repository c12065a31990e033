"""What an import would do: counted row by row without changing anything, kept until the plan changes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.imports.mapping import importer_of
from kundig.records.imports.models import ImportRun
from kundig.records.imports.plan import IS_NEW, SKIP
from kundig.records.imports.running import collecting_by_hand, portions_of, prepared
from kundig.records.imports.targets import Fate, Outcome, Portion, Session

MOST_ROWS = 20_000
MOST_TWINS, MOST_BESIDE, MOST_SHOWN = 2000, 30, 20
"""Rows kept that may be there already, and those among them of which people see what is different."""
LONGEST = 300


@dataclass
class Preview:
    """What would become of the rows looked at; plain data, so that it can be kept."""

    rows: int = 0
    is_whole: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    reasons: list[list[Any]] = field(default_factory=list)
    """Row and why it cannot be taken: the first of them."""
    waits: dict[str, int] = field(default_factory=dict)
    """For what rows wait (“customer “ALFKI””) → how many."""
    skipped: dict[str, int] = field(default_factory=dict)
    warnings: list[list[Any]] = field(default_factory=list)
    twins: list[dict[str, Any]] = field(default_factory=list)


def version_of(run: ImportRun) -> str:
    """What a preview depends on, decisions about single rows aside."""
    plan = {name: value for name, value in run.plan.items() if name != "decisions"}
    return hashlib.sha256(json.dumps([plan, run.form], sort_keys=True).encode()).hexdigest()[:12]


def preview_of(run: ImportRun, *, by: User) -> Preview:
    """The kept preview, or a new one.

    Raises:
        UnusableFile, UnusablePlan: as `running.prepared`.
    """
    version = version_of(run)
    if run.preview.get("version") == version:
        return Preview(**run.preview["seen"])
    preview = _look(run, by=by)
    run.preview = {"version": version, "seen": asdict(preview)}
    run.save(update_fields=("preview",))
    return preview


def _look(run: ImportRun, *, by: User) -> Preview:
    work = prepared(run, by=by)
    session = importer_of(work.description).begin(
        replace(work.plan, decisions={}), columns=work.table.columns, by=by, source=run.name, run=run.pk,
        since=timezone.now(),
    )  # fmt: skip
    preview, counts = Preview(), Counter[str]()
    with collecting_by_hand():
        for rows in portions_of(work.table, most=MOST_ROWS):
            portion = session.examine(rows)
            session.remember(portion)
            preview.rows += len(rows)
            counts.update(fate.outcome.value for fate in portion.fates)
            counts.update(portion.counts)
            counts["joined"] += sum(row.is_joined for row in rows)
            _note(preview, portion, session)
    preview.is_whole = preview.rows < MOST_ROWS or next(work.table.rows(after=MOST_ROWS), None) is None
    preview.counts = dict(counts)
    return preview


def _note(preview: Preview, portion: Portion, session: Session) -> None:
    for fate in portion.fates:
        if fate.outcome == Outcome.FAILED and len(preview.reasons) < MOST_SHOWN:
            preview.reasons.append([fate.row.number, fate.reason[:LONGEST]])
        if fate.outcome == Outcome.WAITING:
            named = _("%(what)s “%(text)s”") % {"what": fate.awaits[0], "text": fate.awaits[1][:60]}
            if named in preview.waits or len(preview.waits) < MOST_SHOWN:
                preview.waits[named] = preview.waits.get(named, 0) + 1
        if fate.outcome == Outcome.SKIPPED:
            _count_skipped(preview, fate)
    room = MOST_SHOWN - len(preview.warnings)
    preview.warnings += [[row, text[:LONGEST]] for row, text in portion.warnings[:room]]
    if len(preview.twins) < MOST_TWINS:
        twins = session.twins(portion)[: MOST_TWINS - len(preview.twins)]
        room = MOST_BESIDE - len(preview.twins)
        told = [twin if place < room else replace(twin, values=()) for place, twin in enumerate(twins)]
        preview.twins += [{**asdict(twin), "record": str(twin.record)} for twin in told]


def _count_skipped(preview: Preview, fate: Fate) -> None:
    if fate.reason in preview.skipped or len(preview.skipped) < MOST_SHOWN:
        preview.skipped[fate.reason] = preview.skipped.get(fate.reason, 0) + 1


@dataclass(frozen=True)
class Tally:
    """The rows looked at, by what people have to know about them."""

    new: int
    completed: int
    to_check: int
    skipped: int
    undecided: int
    waiting: int

    @property
    def taken(self) -> int:
        """Those that wait among them: they are taken in and kept."""
        return self.new + self.completed + self.waiting


def tally_of(preview: Preview, decisions: dict[str, str]) -> Tally:
    """Counts with the decisions about rows that may be there already; undecided ones wait."""
    counts = preview.counts
    answers = [decisions.get(str(twin["row"]), "") for twin in preview.twins]
    undecided, left = answers.count(""), answers.count(SKIP)
    completing = len(answers) - undecided - left - answers.count(IS_NEW)
    return Tally(
        new=counts.get(Outcome.CREATED, 0) - undecided - left - completing,
        completed=counts.get(Outcome.UPDATED, 0) + completing,
        to_check=counts.get(Outcome.FAILED, 0) + undecided,
        skipped=counts.get(Outcome.UNCHANGED, 0) + counts.get(Outcome.SKIPPED, 0) + left,
        undecided=undecided,
        waiting=counts.get(Outcome.WAITING, 0),
    )
