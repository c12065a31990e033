"""Records as they stood once: the present, with what the ledger says came since taken back one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kundig.records.ledger import present
from kundig.records.ledger.folding import Fold
from kundig.records.ledger.models import CHANGED, CREATED, DELETED, LedgerRow
from kundig.records.ledger.sight import Sight
from kundig.records.ledger.tables import Columns, Watched

State = dict[str, Any]
_OPS = (CREATED, CHANGED, DELETED)


def states_at(watched: Watched, ids: Collection[UUID], moment: datetime) -> dict[UUID, State]:
    """Those of these records that were there at a moment, as they stood: id → column → text."""
    found: dict[UUID, State | None] = dict(present.rows_of(watched, ids))
    since = _rows(watched, ids).filter(at__gt=moment).order_by("-seq")
    for record, op, before in since.values_list("record", "op", "before"):
        found[record] = _earlier(found.get(record), op, before)
    return {record: state for record, state in found.items() if state is not None}


def withheld_states(sight: Sight, watched: Watched, folds: Sequence[Fold], last: Mapping[UUID, Columns]) -> set[int]:
    """Those of these folds (by their `id`) whose values were, or became later, something that is not for the reader.

    `last` holds the records as they are, or were when they went.
    """
    if not sight.judges_states(watched):
        return set()
    ids = {fold.record for fold in folds}
    states: dict[UUID, list[tuple[int, State]]] = defaultdict(list)
    standing: dict[UUID, State | None] = {record: dict(last[record]) for record in ids if record in last}
    for seq, record, op, before in _rows(watched, ids).order_by("-seq").values_list("seq", "record", "op", "before"):
        if op != DELETED or standing.get(record) is None:
            standing[record] = _earlier(standing.get(record), op, before)
        state = standing[record]
        if state is not None:
            states[record].append((seq, state))
    seen = {id(state) for state in _seen(sight, watched, [(key, s) for key, each in states.items() for _q, s in each])}
    return {
        id(fold)
        for fold in folds
        if any(id(state) not in seen for seq, state in states[fold.record] if seq >= fold.first_seq)
    }


def _seen(sight: Sight, watched: Watched, states: Iterable[tuple[UUID, State]]) -> Iterator[State]:
    """Those of these states that the reader may see; each round asks about one state of every record."""
    waiting: dict[UUID, list[State]] = defaultdict(list)
    for record, state in states:
        waiting[record].append(state)
    while waiting:
        asked = {record: each.pop() for record, each in waiting.items()}
        seen = sight.would_see(watched, asked)
        yield from (state for record, state in asked.items() if record in seen)
        waiting = defaultdict(list, {record: each for record, each in waiting.items() if each})


def _rows(watched: Watched, ids: Collection[UUID]) -> Any:
    return LedgerRow.objects.filter(table_id=watched.number, record__among=list(ids), op__in=_OPS)


def _earlier(state: State | None, op: str, before: State | None) -> State | None:
    """How a record stood before a row of the ledger."""
    if op == CREATED:
        return None
    if op == DELETED:
        return dict(before or {})
    return None if state is None else {**state, **(before or {})}
