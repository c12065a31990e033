"""How much points at a record, in words: what would move with it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db import connection

from kundig.records.attachments.models import Attachment
from kundig.records.description import Description
from kundig.records.merging.pointing import pointers_to


def counts(description: Description, record_id: UUID) -> list[tuple[Any, int]]:
    """What points at a record, by the name of the thing, the most first."""
    found: Counter[Any] = Counter()
    for pointer in pointers_to(description):
        table, column = connection.ops.quote_name(pointer.table), connection.ops.quote_name(pointer.column)
        where = f"{column} ->> %s = %s" if pointer.key else f"{column} = %s"
        asked = [pointer.key, str(record_id)] if pointer.key else [record_id]
        if pointer.column in description.follows.split():
            continue  # it tells what another row tells already
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}", asked)  # noqa: S608 - our own table
            found[pointer.model._meta.verbose_name_plural] += cursor.fetchone()[0]
    files = Attachment.objects.of(description.name, record_id).count()
    found[Attachment._meta.verbose_name_plural] += files
    return [(label, count) for label, count in found.most_common() if count]
