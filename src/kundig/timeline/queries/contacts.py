"""The last contacts of many parties at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from kundig.platform.lookups import array_of_ids
from kundig.timeline.models import Touchpoint

_LAST = f"""
SELECT asked.id, last.id, last.at, last.kind, last.direction, last.two_way, last.summary, last.mood, last.party_id
FROM unnest(%(ids)s::uuid[]) AS asked (id) CROSS JOIN LATERAL (
    SELECT * FROM (
        (SELECT id, at, kind, direction, two_way, summary, mood, party_id FROM {Touchpoint._meta.db_table}
         WHERE party_id = asked.id AND (two_way OR NOT %(real)s) ORDER BY at DESC, id DESC LIMIT %(n)s)
        UNION
        (SELECT id, at, kind, direction, two_way, summary, mood, party_id FROM {Touchpoint._meta.db_table}
         WHERE organisation_id = asked.id AND (two_way OR NOT %(real)s) ORDER BY at DESC, id DESC LIMIT %(n)s)
    ) AS both_ ORDER BY at DESC, id DESC LIMIT %(n)s
) AS last
"""  # noqa: S608 - the name of our own table


@dataclass(frozen=True)
class LastContact:
    id: UUID
    at: dt.datetime
    kind: str
    direction: str
    two_way: bool
    summary: str
    mood: int | None
    party_id: UUID
    """With whom it was: the party itself or one of its people."""


def last_contacts(party_ids: Iterable[UUID], n: int = 1, *, only_real: bool = False) -> dict[UUID, list[LastContact]]:
    """The last `n` contacts of each party, the newest first, of an organisation with those of its people; parties
    without any are missing. `only_real` leaves out those that do not count for the rhythm.

    Nobody's rights are asked: the caller shows what they may see.
    """
    found: dict[UUID, list[LastContact]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"ids": array_of_ids(list(party_ids)), "n": n, "real": only_real})
        for asked, *values in cursor.fetchall():
            found[asked].append(LastContact(*values))
    return {key: sorted(each, key=lambda last: (last.at, last.id), reverse=True) for key, each in found.items()}
