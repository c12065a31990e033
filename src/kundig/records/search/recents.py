"""What a user worked with lately: written when a record is opened, shown before anything is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from kundig.platform.prepared import prepared_cursor
from kundig.records.search.reach import Reach
from kundig.records.search.steps import RECENTLY_OPENED, Found, found

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description


def touch(user: User, description: Description, record_id: UUID) -> None:
    """Remember that `user` opened the record: one write an hour for each of them, one a day for all."""
    if not description.search or description.parent:
        return
    with prepared_cursor() as cursor:
        cursor.execute(_TOUCH, [user.pk, description.name, record_id])
        if cursor.fetchone():
            cursor.execute(_USED, [description.name, record_id])


# A conflict alone locks the row, and writes that it did: asked first, opening a record again writes nothing.
_TOUCH = """
INSERT INTO records_recentuse AS known (user_id, object, record_id, used_at)
SELECT asked.*, clock_timestamp() FROM (VALUES (%s::uuid, %s::text, %s::uuid)) AS asked(user_id, object, record_id)
WHERE NOT EXISTS (
    SELECT FROM records_recentuse AS known WHERE known.user_id = asked.user_id AND known.object = asked.object
    AND known.record_id = asked.record_id AND known.used_at >= now() - interval '1 hour'
)
ON CONFLICT (user_id, object, record_id) DO UPDATE SET used_at = clock_timestamp()
WHERE known.used_at < now() - interval '1 hour' RETURNING 1
"""
_USED = """
UPDATE records_searchentry SET used_at = now()
WHERE object = %s AND record_id = %s AND used_at < now() - interval '1 day'
"""


def recently_opened(reach: Reach, *, limit: int) -> list[Found]:
    """What the user opened last, of what may still be read."""
    within, params = reach.condition()
    return found(
        f"{RECENTLY_OPENED.format(within=within)} LIMIT {limit}",
        [reach.user_id, *params],
    )
