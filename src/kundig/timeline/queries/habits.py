"""Last real contacts and habits of many parties, in one statement: the same arithmetic as `rules.silence`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from kundig.platform.lookups import array_of_ids
from kundig.timeline.models import Involvement, Touchpoint
from kundig.timeline.protocol import habit_sources
from kundig.timeline.rules.silence import APART, CONSISTENT, FACTOR, FEWEST, LEAST_SPREAD, MOST, Habit

LOOKED_BACK = dt.timedelta(days=5 * 366)
"""What lies further back is nobody's habit any more, and its partitions are not opened."""
CONTACTS = "contacts"
_POINT, _WITH = Touchpoint._meta.db_table, Involvement._meta.db_table
# Of the party itself, of its people, and of talks it took part in.
_CONTACTS = f"""
    SELECT t.party_id AS id, t.kind, t.at FROM {_POINT} t
    WHERE t.two_way AND t.party_id = ANY(%(ids)s) AND t.at > %(since)s
    UNION ALL
    SELECT t.organisation_id, t.kind, t.at FROM {_POINT} t
    WHERE t.two_way AND t.organisation_id = ANY(%(ids)s) AND t.at > %(since)s AND t.party_id <> t.organisation_id
    UNION ALL
    SELECT i.party_id, t.kind, t.at FROM {_WITH} i CROSS JOIN LATERAL (
        SELECT kind, at, two_way FROM {_POINT} WHERE id = i.touchpoint_id AND at = i.at LIMIT 1
    ) AS t
    WHERE t.two_way AND i.party_id = ANY(%(ids)s) AND i.at > %(since)s
"""  # noqa: S608 - names of our own tables
CONTACT_DAYS = "SELECT id, (at AT TIME ZONE %(zone)s)::date AS day FROM contacts_"
# Contacts are read once for both. Whoever joins the talks of the third branch instead of looking each of them up in its
# quarter reads, for two thousand customers, the whole table.
_PASTS = """
WITH contacts_ AS MATERIALIZED ({contacts}),
days_ AS ({sources}),
gaps_ AS (SELECT id, source, day, day - lag(day) OVER (PARTITION BY id, source ORDER BY day) AS gap
    FROM (SELECT DISTINCT id, source, day FROM days_) AS once_),
latest_ AS (SELECT id, source, ln(gap) AS log FROM (
    SELECT id, source, gap, row_number() OVER (PARTITION BY id, source ORDER BY day DESC) AS place
    FROM gaps_ WHERE gap >= %(apart)s) AS apart_ WHERE place <= %(most)s),
middle_ AS (SELECT id, source, percentile_cont(0.5) WITHIN GROUP (ORDER BY log) AS middle
    FROM latest_ GROUP BY id, source HAVING count(*) >= %(fewest)s),
spread_ AS (SELECT id, source, middle, %(consistent)s * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(log - middle))
    AS spread FROM latest_ JOIN middle_ USING (id, source) GROUP BY id, source, middle),
last_ AS (SELECT id, source, max(day) AS day FROM days_ GROUP BY id, source)
SELECT id, source, day, round(exp(middle)::numeric)::int,
    ceil(least(exp(middle + %(factor)s * greatest(spread, %(least)s)), 32000))::int
FROM spread_ JOIN last_ USING (id, source)
UNION ALL
SELECT id, kind, (max(at) AT TIME ZONE %(zone)s)::date, NULL, NULL FROM contacts_ GROUP BY id, kind
"""


@dataclass
class Past:
    """What is known of a party: kind of contact → day of the last real one, and what it usually does."""

    last: dict[str, dt.date] = field(default_factory=dict)
    habits: list[Usual] = field(default_factory=list)


@dataclass(frozen=True)
class Usual:
    """A habit, where it is read from, and when the party did so last."""

    source: str
    last_on: dt.date
    habit: Habit

    @property
    def silent_from(self) -> dt.date:
        """The first day on which it is unusual that nothing has come."""
        return self.last_on + dt.timedelta(days=self.habit.patience + 1)


def pasts_of(ids: Sequence[UUID]) -> Mapping[UUID, Past]:
    """The past of each of these parties, of those that have one."""
    params: dict[str, Any] = {
        "ids": array_of_ids(ids), "zone": timezone.get_current_timezone_name(), "since": timezone.now() - LOOKED_BACK,
        "apart": APART, "most": MOST, "fewest": FEWEST, "consistent": CONSISTENT, "factor": FACTOR,
        "least": LEAST_SPREAD,
    }  # fmt: skip
    found: dict[UUID, Past] = {}
    with connection.cursor() as cursor:
        sources = " UNION ALL ".join(
            f"SELECT id, '{source.name}' AS source, day FROM ({source.sql}) AS source_"  # noqa: S608 - registered
            for source in habit_sources()
        )
        statement = _PASTS.format(contacts=_CONTACTS, sources=sources)
        cursor.execute(statement.replace("%(ids)s", "%(ids)s::uuid[]"), params)
        for key, name, day, usual, patience in cursor.fetchall():
            past = found.setdefault(key, Past())
            if usual is None:
                past.last[name] = day
            else:
                past.habits.append(Usual(name, day, Habit(usual=usual, patience=patience)))
    return found
