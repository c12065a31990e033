"""The list of change sets: newest first, by person, means and object, and what each did in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from kundig.accounts.models import User
from kundig.records.ledger.models import ChangeSet, LedgerRow
from kundig.records.ledger.tables import Watched, watched_tables

MOST_COUNTED = 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTS = """
SELECT wanted.id, counted.table_id, counted.op, counted.count FROM unnest(%s::uuid[]) AS wanted (id),
LATERAL (SELECT table_id, op::text, count(DISTINCT record) FROM (
    SELECT table_id, op, record FROM records_ledger WHERE change_set = wanted.id LIMIT %s
) AS first_ GROUP BY table_id, op) AS counted
"""


@dataclass(frozen=True)
class Count:
    """How many records of a table a change set created, changed or deleted."""

    watched: Watched
    op: str
    count: int


def visible_sets(user: User) -> QuerySet[ChangeSet]:
    """The change sets that `user` may look through: administrators all, everybody their own.

    What others did to a record stands in the history of that record, for whoever may see it.
    """
    sets = ChangeSet.objects.all()
    return sets if user.is_administrator else sets.filter(by_id=user.pk)


def sets_of(
    user: User, *, by: UUID | None = None, via: str = "", tables: Sequence[int] | None = None
) -> QuerySet[ChangeSet]:
    """Those of one person, one means, one kind of object; newest first."""
    sets = visible_sets(user)
    if by is not None:
        sets = sets.filter(by_id=by)
    if via:
        sets = sets.filter(via=via)
    if tables is not None:
        sets = sets.filter(Exists(LedgerRow.objects.filter(change_set=OuterRef("pk"), table_id__in=list(tables))))
    return sets.order_by("-at", "-id")


def page_of_sets(sets: QuerySet[ChangeSet], *, after: str = "", limit: int = 30) -> tuple[list[ChangeSet], str]:
    """One page, and the place where the next one goes on ("" at the end); a place nobody gave is the beginning."""
    moment, _bar, key = after.partition("_")
    try:
        at: Any = _EPOCH + timedelta(microseconds=int(moment)) if moment else None
        last = UUID(key) if at else None
    except (ValueError, OverflowError):
        at = last = None
    if at is not None:
        sets = sets.filter(Q(at__lt=at) | Q(at=at, id__lt=last))
    found = list(sets[: limit + 1])
    more = place_of(found[limit - 1]) if len(found) > limit else ""
    return found[:limit], more


def place_of(each: ChangeSet) -> str:
    return f"{(each.at - _EPOCH) // timedelta(microseconds=1)}_{each.pk}"


def counts_of(ids: Sequence[UUID]) -> dict[UUID, list[Count]]:
    """What these change sets did, from the first two thousand rows of each."""
    tables = watched_tables()
    found: dict[UUID, list[Count]] = {key: [] for key in ids}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [list(ids), MOST_COUNTED])
        for key, table, op, count in cursor.fetchall():
            if table in tables and tables[table].descriptions:
                found[key].append(Count(tables[table], op, count))
    for counts in found.values():
        counts.sort(key=lambda each: (each.watched.is_part, -each.count))
    return found


def undone_by(ids: Sequence[UUID]) -> dict[UUID, ChangeSet]:
    """Change set → the last one that took it back, wholly or in part."""
    found = ChangeSet.objects.filter(undoes__in=ids).order_by("at")
    return {each.undoes: each for each in found if each.undoes}
