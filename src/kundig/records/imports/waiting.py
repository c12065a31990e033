"""Rows that name what is not there yet: kept with their import, tried again when another one is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.events import Via
from kundig.records.imports.mapping import importer_of, settled_for
from kundig.records.imports.models import ImportRun, RunState, WaitingRow
from kundig.records.imports.plan import Plan, UnusablePlan, plan_from_json
from kundig.records.imports.reading.table import Row
from kundig.records.imports.running import (
    COUNTED,
    PORTION,
    alone,
    collecting_by_hand,
    count,
    finish,
    keep_waiting,
    returned_rows,
)
from kundig.records.imports.targets import Importer, Outcome, Session
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.sets import change_set, hold

MOST_SHOWN = 12


def bring_waiting(*, only: ImportRun | None = None) -> int:
    """Try the waiting rows of all imports, or of one, again until nothing more comes in: what goes in may be what
    others wait for. Answers how many rows were taken."""
    taken = 0
    while more := sum([_bring(run) for run in _with_waiting(only)]):
        taken += more
    return taken


def hand_back(run: ImportRun) -> None:
    """Wait no longer: the rows go into the file of rows that were not taken, each with its reason."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        run.make_folder()
        rows = list(run.waiting.order_by("number"))
        run.returned_bytes = returned_rows(run).write((Row(each.number, each.cells), each.reason) for each in rows)
        run.counts[Outcome.WAITING] = 0
        run.counts[Outcome.FAILED] = run.counts.get(Outcome.FAILED, 0) + len(rows)
        run.save(update_fields=COUNTED)
        run.waiting.all().delete()


def waits_of(run: ImportRun, *, most: int = MOST_SHOWN) -> list[dict[str, Any]]:
    """For what the rows of an import wait, and how many each: those that most wait for first."""
    groups = run.waiting.values("what", "text").annotate(rows=Count("pk")).order_by("-rows", "what", "text")
    return [dict(group) for group in groups[:most]]


def waits_in_words(group: Mapping[str, Any]) -> str:
    """ "12 rows wait for customer “ALFKI”"."""
    text = ngettext(
        "%(count)s row waits for %(what)s “%(text)s”", "%(count)s rows wait for %(what)s “%(text)s”", group["rows"]
    )
    count = current_formats().number(group["rows"])
    return text % {"count": count, "what": group["what"], "text": group["text"][:60]}


def is_taken_back(run: ImportRun) -> bool:
    """Whether an import was undone: nothing more comes of it."""
    return ChangeSet.objects.filter(undoes=run.pk).exists()


# -- one import --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Work:
    """An import whose file is gone, and how to go on with it."""

    run: ImportRun
    importer: Importer
    plan: Plan
    by: User

    def session(self) -> Session:
        run = self.run
        return self.importer.begin(
            self.plan, columns=run.columns, by=self.by, source=run.name, run=run.pk,
            since=run.started_at or timezone.now(),
        )  # fmt: skip


def _with_waiting(only: ImportRun | None) -> list[ImportRun]:
    over = ImportRun.objects.filter(state__in=(RunState.DONE, RunState.FAILED))
    wanted = over.filter(pk=only.pk) if only is not None else over
    return list(wanted.filter(pk__in=WaitingRow.objects.values("run")).order_by("created_at"))


def _bring(run: ImportRun) -> int:
    """The rows of one import that can be taken now; how many there were."""
    if is_taken_back(run):
        run.waiting.all().delete()
        return 0
    by = house() if run.by_house else User.objects.with_access(run.created_by_id) if run.created_by_id else None
    if by is None:
        run.waiting.update(reason=_("Who started this import may not do it any more."))
        return 0
    with override(get_language() if run.by_house else by.language):
        try:
            work = _work(run, by)
        except UnusablePlan as error:
            run.waiting.update(reason=str(error))
            return 0
        # Under the id of the import its rows are one change with those that came at once.
        changes = change_set(by=by, via=Via.IMPORT, title=run.name, key=run.pk)
        with alone(run.object), changes, collecting_by_hand() as collect:
            come = _come(work)
            session = work.session()
            taken = 0
            for ids in _portions(run, come):
                taken += _take(run, session, ids)
                collect()
            if taken:
                finish(run, session)
    return taken


def _work(run: ImportRun, by: User) -> _Work:
    description = registry.get(run.object)
    if description is None:
        raise UnusablePlan(_("“%(name)s” does not exist any more.") % {"name": run.object})
    if not description.may(by, Action.CREATE):  # it was asked when the import began, which may be weeks ago
        raise UnusablePlan(_("Who started this import may not do it any more."))
    importer = importer_of(description)
    plan = plan_from_json(run.plan, decimal=run.form["decimal"], dates=run.form["dates"])
    return _Work(run, importer, settled_for(plan, importer, run.columns, by=by), by)


def _come(work: _Work) -> set[tuple[str, str]]:
    """What rows have waited for that is there now: one row of each is tried, so that many rows cost little."""
    firsts = work.run.waiting.order_by("what", "text", "number").distinct("what", "text")
    come = set()
    each_one = firsts.iterator(chunk_size=PORTION)
    while some := list(islice(each_one, PORTION)):
        fates = work.session().examine([Row(each.number, each.cells) for each in some]).fates
        come |= {
            (each.what, each.text)
            for each, fate in zip(some, fates, strict=True)
            if fate.outcome != Outcome.WAITING or fate.awaits != (each.what, each.text)
        }
    return come


def _portions(run: ImportRun, come: Iterable[tuple[str, str]]) -> Iterator[Sequence[int]]:
    """The ids of rows that waited for these, in the order of the file."""
    wanted = sorted(come)
    if not wanted:
        return
    texts = Q(text__in=[text for _what, text in wanted])
    ids = [
        pk for pk, *of in run.waiting.filter(texts).order_by("number").values_list("pk", "what", "text")
        if tuple(of) in come  # type: ignore[operator]
    ]  # fmt: skip
    for start in range(0, len(ids), PORTION):
        yield ids[start : start + PORTION]


def _take(run: ImportRun, session: Session, ids: Sequence[int]) -> int:
    with transaction.atomic():
        run.refresh_from_db(fields=COUNTED, from_queryset=ImportRun.objects.select_for_update())
        # Since they were found, the rows may have been handed back, or the import taken back; that is waited for.
        hold(run.pk)
        if is_taken_back(run):
            run.waiting.all().delete()
        rows = list(run.waiting.filter(pk__in=ids).order_by("number"))
        if not rows:
            return 0
        portion = session.examine([Row(each.number, each.cells) for each in rows])
        session.write(portion)
        run.waiting.filter(pk__in=[each.pk for each in rows]).delete()
        keep_waiting(run, portion.fates)
        run.make_folder()
        run.returned_bytes = returned_rows(run).add(portion.fates)
        run.counts[Outcome.WAITING] = run.counts.get(Outcome.WAITING, 0) - len(rows)
        count(run, portion)
        run.save(update_fields=COUNTED)
    return sum(fate.outcome != Outcome.WAITING for fate in portion.fates)
