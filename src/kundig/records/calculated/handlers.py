"""What is changed elsewhere changes values here: they are calculated anew, each in its own transaction of delivery."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kundig.platform import outbox
from kundig.records import registry
from kundig.records.calculated.computing import calculate
from kundig.records.calculated.following import Happened, following
from kundig.records.calculated.formulas import Formula, all_formulas, formulas_of
from kundig.records.calculated.jobs import recalculate
from kundig.records.calculated.telling import Cause, followers_of, tell
from kundig.records.description import Description
from kundig.records.events import RecordsChanged, ValuesCalculated

MOST_AT_ONCE = 5000
"""More records than this are brought in step by a job; the events that come after need not wait for them."""


@outbox.handler(RecordsChanged)
def follow_change(event: RecordsChanged) -> None:
    description = registry.get(event.object)
    if description is not None and _is_read(description):
        change_set = UUID(event.change_set) if event.change_set else None
        _follow(
            Happened(description, [UUID(each) for each in event.ids], change_set), Cause(event.change_set, event.via)
        )


@outbox.handler(ValuesCalculated)
def follow_values(event: ValuesCalculated) -> None:
    description = registry.get(event.object)
    if description is not None and _is_read(description):
        happened = Happened(description, [UUID(each) for each in event.ids], fields=frozenset(event.fields))
        _follow(happened, Cause(event.change_set, event.via))


def _is_read(description: Description) -> bool:
    return any(
        read.is_elsewhere and read.description is description for formula in all_formulas() for read in formula.reads
    )


def _follow(happened: Happened, cause: Cause) -> None:
    concerned: dict[Description, tuple[dict[Formula, None], dict[UUID, None]]] = {}
    for formula, rows in following(happened):
        formulas, ids = concerned.setdefault(formula.description, ({}, {}))
        formulas[formula] = None
        ids.update(dict.fromkeys(rows[: MOST_AT_ONCE + 1]))
    for description, (formulas, ids) in concerned.items():
        if len(ids) > MOST_AT_ONCE:
            recalculate(description, by=None)
            continue
        wanted = _with_what_follows(list(formulas), description)
        followers = followers_of(description, wanted)
        before = _stored(description, ids) if followers else {}
        changed = calculate(description, ids, formulas=wanted)
        if changed:
            tell(description, changed, wanted, cause=cause)
        for follower in followers if changed else ():
            follower.hear(description, {each: before[each] for each in changed if each in before}, cause)


def _stored(description: Description, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The values as they are stored, of records that nobody changes before the transaction has ended."""
    rows = description.everything().filter(pk__among=list(ids)).order_by("pk")
    return dict(rows.select_for_update(of=("self",), no_key=True).values_list("pk", "calculated"))


def _with_what_follows(formulas: list[Formula], description: Description) -> list[Formula]:
    """Formulas, and those of the same object that read them of their own record."""
    wanted = {formula.name: formula for formula in formulas}
    grows = True
    while grows:
        further = [
            each
            for each in formulas_of(description)
            if each.name not in wanted and any(each.reads_field(description, name) for name in wanted)
        ]
        wanted |= {each.name: each for each in further}
        grows = bool(further)
    return list(wanted.values())
