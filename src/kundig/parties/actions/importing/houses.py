"""Organisations at which an import has placed persons: they are found by their people, so their entries follow.

Once for each at the end, not once for each portion: a list of people names the same companies again and again. Only the
names come to what an entry says already.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from kundig.parties.actions.importing.drafts import Draft
from kundig.platform.copying import copy_rows
from kundig.records.imports.models import PendingReference

PORTION = 2000
_TARGET = "people"
_TAKE = f"""
DELETE FROM {PendingReference._meta.db_table} WHERE id = ANY (ARRAY(
    SELECT id FROM {PendingReference._meta.db_table} WHERE run_id = %s AND target = %s ORDER BY record_id LIMIT %s))
RETURNING record_id, text
"""  # noqa: S608 - the name of our table


class Houses:
    """Keeps the organisations and their new people with the import, so that an interrupted one does not forget them."""

    def __init__(self, run: UUID) -> None:
        self._run = run

    def keep(self, drafts: Iterable[Draft]) -> None:
        """Note the organisations of new roles and who has them, in the transaction that writes these; search learns it
        anyway of those that are written themselves."""
        each = list(drafts)
        here = {draft.id for draft in each if draft.is_new or draft.is_touched}
        rows = [
            (self._run, draft.post.organisation, _TARGET, draft.values.get("name") or "")
            for draft in each
            if draft.post and draft.post.id is None and draft.post.organisation not in here
        ]
        copy_rows(PendingReference, ("run_id", "record_id", "target", "text"), rows)

    def next_portion(self) -> dict[UUID, list[str]]:
        """Some of those kept with the names of their new people; they are forgotten with that."""
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [self._run, _TARGET, PORTION])
            found: dict[UUID, list[str]] = {}
            for record, name in sorted(cursor.fetchall()):
                found.setdefault(record, []).append(name)
        return {record: [name for name in names if name] for record, names in found.items()}
