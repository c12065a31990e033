"""What histories read where it lives: changes of master data from the ledger, files at the customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform.models import StoredFile
from kundig.platform.prepared import prepared_cursor
from kundig.records.attachments.models import Attachment
from kundig.records.attachments.panel import TRACE
from kundig.records.ledger.models import CHANGED, CREATED, ChangeSet, LedgerRow
from kundig.records.traces import may_have
from kundig.timeline.protocol import ReadEntry

# Names of columns only: the values are for whoever opens the history of changes.
_CHANGES = f"""
SELECT line.at, line.seq, line.op, ARRAY(SELECT jsonb_object_keys(coalesce(line.after, '{{}}'))),
    coalesce(author.name, '')
FROM {LedgerRow._meta.db_table} AS line
LEFT JOIN {ChangeSet._meta.db_table} AS change ON change.id = line.change_set
LEFT JOIN {User._meta.db_table} AS author ON author.id = change.by_id
WHERE line.record = %(party)s AND line.op IN ('{CREATED}', '{CHANGED}')
  AND (%(before)s::timestamptz IS NULL OR line.at <= %(before)s::timestamptz)
ORDER BY line.seq DESC LIMIT %(limit)s
"""  # noqa: S608 - names of our own tables
_FILES = f"""
SELECT each.id, each.created_at, file.name, coalesce(author.name, '')
FROM {Attachment._meta.db_table} AS each JOIN {StoredFile._meta.db_table} AS file ON file.id = each.file_id
LEFT JOIN {User._meta.db_table} AS author ON author.id = each.created_by_id
WHERE each.object = %(object)s AND each.record_id = %(party)s AND each.deleted_at IS NULL
  AND (%(before)s::timestamptz IS NULL OR each.created_at <= %(before)s::timestamptz)
ORDER BY each.created_at DESC LIMIT %(limit)s
"""  # noqa: S608


def changes_of(party: Party, user: User, before: dt.datetime | None, limit: int) -> Sequence[ReadEntry]:
    """When which fields of a party were changed, and by whom; fields that `user` may not read stay unnamed."""
    with prepared_cursor() as cursor:
        cursor.execute(_CHANGES, {"party": party.pk, "before": before, "limit": limit})
        found = cursor.fetchall()
    fields = described(party).fields_for(user)
    told = {field.path: field for field in fields.values() if field.editable}
    entries = []
    for at, seq, op, changed_columns, name in found:
        if op == CREATED:
            entries.append(ReadEntry(at, f"ledger-{seq:020}", _("Entered"), name))
            continue
        named = (column for key in changed_columns for column in (key, key.removesuffix("_id")))
        changed = {str(told[column].label) for column in named if column in told}
        if changed:
            title = _("Changed: %(fields)s") % {"fields": ", ".join(sorted(changed))}
            entries.append(ReadEntry(at, f"ledger-{seq:020}", title, name))
    return entries


def files_of(party: Party, user: User, before: dt.datetime | None, limit: int) -> Sequence[ReadEntry]:
    """The files that were put to a party."""
    if not may_have(party, TRACE):
        return []
    description = described(party)
    with prepared_cursor() as cursor:
        cursor.execute(_FILES, {"object": description.name, "party": party.pk, "before": before, "limit": limit})
        found = cursor.fetchall()
    base = f"{description.url(party.pk)}files/"
    return [ReadEntry(at, f"file-{key}", name, by, f"{base}{key}/") for key, at, name, by in found]
