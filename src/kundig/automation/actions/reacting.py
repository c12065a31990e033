"""What a change sets off: for each rule that fits, a run is noted; the worker does them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.automation.actions.matching import Matcher
from kundig.automation.enums import RunState, State
from kundig.automation.models import Rule, Run
from kundig.automation.queries import Change, active_rules, changes_in, forget_rules, misfit, missing_fields
from kundig.automation.rules import DEEPEST, MOST_AN_HOUR
from kundig.notices.actions import tell
from kundig.notices.protocol import NoticeKind
from kundig.platform import jobs
from kundig.platform.enums import JobState
from kundig.platform.ids import uuid7
from kundig.platform.models import JobRun
from kundig.records.calculated.telling import Cause, Stored
from kundig.records.conditions import ConditionError
from kundig.records.description import Description
from kundig.records.events import Via

JOB = "rule_runs"
PAUSED = NoticeKind(
    key="rule_paused",
    label=gettext_lazy("A rule of yours has stopped"),
    help=gettext_lazy("Kundig has paused a rule that you made, and says why."),
    icon="bolt",
    words=lambda data, count: _("Kundig has paused it. %(why)s") % {"why": data.get("why", "")},
    headline=lambda data, count: _("Rule “%(name)s”") % {"name": data.get("rule", "")},
)
SETS_NOTHING_OFF = (Via.UNDO, Via.SAMPLE, Via.ERASURE)
"""What a rule did is undone by itself, or stays on purpose."""
logger = logging.getLogger("kundig.automation")


def react(description: Description, change_set: UUID, ids: Sequence[UUID]) -> int:
    """Note a run for each active rule and record that a change set sets off; answers how many. Safe to repeat."""
    rules = active_rules(description.name)
    changes = changes_in(change_set, description, ids)
    parents = {run.record: run for run in Run.objects.filter(change_set=change_set)}
    noted = 0
    for rule in rules:
        if missing_fields(rule):
            pause_by_itself(rule, misfit(rule))
            continue
        try:
            runs = list(_runs_of(rule, changes, change_set, parents))
        except ConditionError as error:
            pause_by_itself(rule, _("The condition is not understood any more: %(why)s") % {"why": error.messages[0]})
            continue
        noted += note(rule, runs)
    return noted


def react_to_values(description: Description, before: Stored, cause: Cause) -> None:
    """The same for calculated values that followed a change elsewhere: a roll-up that has grown sets rules off, too."""
    if cause.via in SETS_NOTHING_OFF:
        return
    changes, different = [], set()
    for record in description.everything().filter(pk__among=list(before)):
        earlier, stored, present = copy(record), before[record.pk], record.calculated
        earlier.calculated = stored
        different |= {name for name in {*stored, *present} if stored.get(name) != present.get(name)}
        changes.append(Change(record.pk, timezone.now(), earlier, record, frozenset()))
    parents: dict[UUID, Run] = {}
    if cause.change_set:
        parents = {run.record: run for run in Run.objects.filter(change_set=UUID(cause.change_set))}
    for rule in active_rules(description.name):
        try:
            if not missing_fields(rule) and different & Matcher(rule).looked_at:
                note(rule, list(_runs_of(rule, changes, uuid7(), parents)))
        except ConditionError as error:
            pause_by_itself(rule, _("The condition is not understood any more: %(why)s") % {"why": error.messages[0]})


def looks_at_values(description: Description, names: frozenset[str]) -> bool:
    """Whether an active rule waits for one of these calculated fields."""
    for rule in active_rules(description.name):
        try:
            if names & Matcher(rule).looked_at:
                return True
        except ConditionError:
            return True  # who reads it says so
    return False


def _runs_of(rule: Rule, changes: Iterable[Change], change_set: UUID, parents: dict[UUID, Run]) -> Iterable[Run]:
    matcher = Matcher(rule)
    for change in changes:
        if not matcher.is_set_off(change):
            continue
        assert change.after is not None, "what is gone sets nothing off"
        run = Run(
            rule=rule,
            object=rule.object,
            record=change.record_id,
            title=matcher.title(change.after),
            occasion=str(change_set),
            reason=matcher.reason(change.after, change=change),
            next_at=timezone.now(),
        )
        # Records that a run changed beside its own have the run as their parent, too.
        parent = parents.get(change.record_id) or next(iter(parents.values()), None)
        if parent is not None:
            _guard(run, parent)
        yield run


def _guard(run: Run, parent: Run) -> None:
    """A rule is not set off by what it did itself, however many others came between; and no chain grows for ever."""
    run.parent, run.depth = parent, parent.depth + 1
    above: Run | None = parent
    while above is not None:
        if above.rule_id == run.rule_id and above.record == run.record:
            _leave_out(run, _("The rule had made this change itself; it does not run again for it."))
            return
        above = above.parent
    if run.depth > DEEPEST:
        _leave_out(run, _("%(most)d rules had set each other off before this one.") % {"most": DEEPEST})


def _leave_out(run: Run, why: str) -> None:
    run.state, run.error, run.next_at, run.finished_at = RunState.SKIPPED, why, None, timezone.now()


def note(rule: Rule, runs: list[Run]) -> int:
    """Keep runs, each once for its occasion, and have the worker do them; answers how many are new."""
    if not runs:
        return 0
    before = Run.objects.filter(rule=rule).count() if len(runs) < 1000 else None
    Run.objects.bulk_create(runs, batch_size=1000, ignore_conflicts=True)
    lately = Run.objects.filter(rule=rule, at__gte=timezone.now() - timedelta(hours=1))[: MOST_AN_HOUR + 1].count()
    if lately > MOST_AN_HOUR:
        pause_by_itself(rule, _("It would have run more than %(most)d times within an hour.") % {"most": MOST_AN_HOUR})
    wake()
    return len(runs) if before is None else Run.objects.filter(rule=rule).count() - before


def wake() -> None:
    """Have the worker look after waiting runs, unless it is about to."""
    if not JobRun.objects.filter(kind=JOB, state=JobState.WAITING).exists():
        jobs.start(JOB, title=str(_("Rules")), by=None, lock=JOB)


def pause_by_itself(rule: Rule, reason: str) -> None:
    """Pause a rule that went wrong, saying why where administrators see it."""
    logger.warning("The rule %s was paused: %s", rule.pk, reason)
    paused = Rule.objects.filter(pk=rule.pk, state=State.ACTIVE)
    is_new = paused.update(state=State.PAUSED, state_reason=reason[:300], next_at=None)
    if is_new and rule.created_by is not None:
        tell(
            rule.created_by,
            kind=PAUSED.key,
            matter=str(rule.pk),
            data={"rule": rule.name, "why": reason[:300]},
            url=f"/settings/rules/{rule.pk}/",
        )
    Run.objects.filter(rule=rule, state=RunState.WAITING).update(
        state=RunState.SKIPPED, error=_("The rule was paused."), next_at=None, finished_at=timezone.now()
    )
    forget_rules()
