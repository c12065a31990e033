"""Leading everything that points at one record to another one, and leading it back.

What is written down about a table that the ledger does not watch is plain data:

    {"table", "column", "pk", "ids": […]}            rows that were led to the survivor
    {"table", "column", "pk", "texts": {id: [was, is]}}   texts in which the id stood
    {"table", "pk", "rows": [{column: value}]}       rows that were there twice and went
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.custom.storage import COLUMN
from kundig.records.description import Description
from kundig.records.ledger.triggers import TOUCHED
from kundig.records.merging.models import Merged
from kundig.records.merging.pointing import Loose, Pointer, loose, pointers_to

Entry = dict[str, Any]
_OF_NO_MATTER = ("created_at", TOUCHED)
"""Two rows that differ in nothing else say the same."""


@dataclass
class Moved:
    """What a merge has led elsewhere."""

    entries: list[Entry] = field(default_factory=list)
    """Of tables that the ledger does not watch."""
    records: dict[Description, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    """Described records that point at the survivor now."""
    count: int = 0


def merge_references(description: Description, gone: UUID, survivor: UUID) -> Moved:
    """Lead everything that points at `gone` to `survivor`, within the transaction at hand.

    A row that would then be there twice goes. The survivor itself does not begin to point at itself.

    Raises:
        ValidationError: if something is there for both that cannot be one.
    """
    moved = Moved()
    for pointer in pointers_to(description):
        _move(pointer, gone, survivor, moved)
    moved.entries += move_loose(gone, survivor)
    moved.count += sum(len(each.get("ids", ())) for each in moved.entries)
    return moved


def move_loose(gone: UUID, survivor: UUID) -> list[Entry]:
    """The same for the columns that hold ids without being keys."""
    entries: list[Entry] = []
    for each in loose():
        if each.is_text:
            entries += _replace(each, gone, survivor)
        else:
            column: Any = each.model._meta.get_field(each.column)
            entries += _moved_rows(Pointer(each.model, str(column.column)), gone, survivor)
    return entries


def move_unwatched(description: Description, gone: UUID, survivor: UUID) -> list[Entry]:
    """Everything outside of the ledger's view once more: when taking a merge back is taken back."""
    entries = [
        entry
        for pointer in pointers_to(description)
        if not pointer.is_watched
        for entry in _moved_rows(pointer, gone, survivor)
    ]
    return [*entries, *move_loose(gone, survivor)]


def remember(
    description: Description, gone: UUID, survivor: UUID, moved: Moved, *, by: User, change_set: UUID
) -> Merged:
    """Write down that one record became another, so that its address leads on and the merge can be taken back."""
    return Merged.objects.create(
        object=description.name, record_id=gone, survivor_id=survivor, change_set=change_set, by=by,
        moved=moved.entries,
    )  # fmt: skip


def move_back(entries: Iterable[Entry], gone: UUID, survivor: UUID) -> None:
    """Lead back what was led to the survivor, as far as it still points there."""
    for entry in entries:
        table, pk = _quoted(entry["table"]), _quoted(entry["pk"])
        with connection.cursor() as cursor:
            if "ids" in entry:
                column = _quoted(entry["column"])
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {column} = %s AND {pk}::text = ANY(%s)",  # noqa: S608
                    [gone, survivor, entry["ids"]],
                )
            for key, (was, now) in entry.get("texts", {}).items():
                column = _quoted(entry["column"])
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {pk}::text = %s AND {column}::text = %s",  # noqa: S608
                    [was, key, now],
                )
        if "rows" in entry:
            _bring_back(entry)


# -- inside ----------------------------------------------------------------------------------------------------------


def _move(pointer: Pointer, gone: UUID, survivor: UUID, moved: Moved) -> None:
    if not pointer.is_watched:
        moved.entries += _moved_rows(pointer, gone, survivor)
        return
    ids = _moved_keys(pointer, gone, survivor) if pointer.key else _moved_ids(pointer, gone, survivor)[0]
    moved.count += len(ids)
    for description in registry.covering(pointer.model) if ids else ():
        there = description.everything().filter(pk__in=ids).values_list("pk", flat=True)
        moved.records[description] |= set(there)


def _moved_keys(pointer: Pointer, gone: UUID, survivor: UUID) -> list[Any]:
    """Values of an added field; ids of the records that have it."""
    table = _quoted(pointer.table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET custom = jsonb_set(custom, ARRAY[%s], to_jsonb(%s::text)), changed_at = now()"  # noqa: S608
            " WHERE custom ->> %s = %s AND id <> %s RETURNING id",
            [pointer.key, str(survivor), pointer.key, str(gone), survivor],
        )
        return [key for (key,) in cursor.fetchall()]


def _moved_rows(pointer: Pointer, gone: UUID, survivor: UUID) -> list[Entry]:
    """Rows of a table that the ledger does not watch, as they are written down."""
    ids, dropped = _moved_ids(pointer, gone, survivor)
    about = {"table": pointer.table, "column": pointer.column, "pk": pointer.pk}
    entries: list[Entry] = [{**about, "ids": [str(key) for key in ids]}] if ids else []
    return [*entries, {**about, "rows": dropped}] if dropped else entries


def _moved_ids(pointer: Pointer, gone: UUID, survivor: UUID) -> tuple[list[Any], list[Any]]:
    """Ids of the rows that point at the survivor now, and the rows that were there twice and went."""
    table, column, pk = _quoted(pointer.table), _quoted(pointer.column), _quoted(pointer.pk)
    itself = f"AND {pk} <> %(survivor)s" if pointer.model._meta.pk.get_internal_type() == "UUIDField" else ""
    touched = ", changed_at = now()" if _is_touched(pointer.model) else ""
    update = f"UPDATE {table} SET {column} = %(survivor)s{touched} WHERE {column} = %(gone)s {itself}"  # noqa: S608
    asked = {"gone": gone, "survivor": survivor}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{update} RETURNING {pk}", asked)
            return [key for (key,) in cursor.fetchall()], []
    except IntegrityError:
        pass
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {pk} FROM {table} WHERE {column} = %(gone)s {itself} ORDER BY {pk}", asked)  # noqa: S608
        wanted = [key for (key,) in cursor.fetchall()]
    ids, dropped = [], []
    for key in wanted:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{update} AND {pk} = %(key)s", {**asked, "key": key})
            ids.append(key)
        except IntegrityError as error:
            dropped.append(_dropped(pointer, key, survivor, error))
    return ids, dropped


def _dropped(pointer: Pointer, key: Any, survivor: UUID, error: Exception) -> Any:
    """The row, which is deleted: the survivor has one that says the same."""
    row, others = _row(pointer, key), _rows_at(pointer, survivor)
    if not any(_says(pointer, row) == _says(pointer, other) for other in others) and not _only_points(pointer):
        raise ValidationError(
            _("“%(what)s” exists for both and cannot be one. Change or delete one of the two, then merge.")
            % {"what": pointer.model._meta.verbose_name}
        ) from error
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_quoted(pointer.table)} WHERE {_quoted(pointer.pk)} = %s", [key])  # noqa: S608
    return row


def _only_points(pointer: Pointer) -> bool:
    """Whether rows say nothing but that something points there: of those, the survivor's is as good."""
    return any(each.model is pointer.model for each in loose())


def _row(pointer: Pointer, key: Any) -> dict[str, Any]:
    return _read(pointer, pointer.pk, key)[0]


def _rows_at(pointer: Pointer, record: UUID) -> list[dict[str, Any]]:
    return _read(pointer, pointer.column, record)


def _read(pointer: Pointer, column: str, value: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(there_)::text FROM {_quoted(pointer.table)} AS there_ WHERE {_quoted(column)} = %s",  # noqa: S608
            [value],
        )
        return [json.loads(line) for (line,) in cursor.fetchall()]


def _says(pointer: Pointer, row: dict[str, Any]) -> dict[str, Any]:
    left_out = {pointer.pk, pointer.column, *_OF_NO_MATTER, *_generated(pointer.model)}
    return {name: value for name, value in row.items() if name not in left_out}


def _generated(model: type[models.Model]) -> set[str]:
    return {str(column.column) for column in model._meta.concrete_fields if getattr(column, "generated", False)}


def _is_touched(model: type[models.Model]) -> bool:
    """Whether rows are records that say when they were last changed."""
    return hasattr(model, COLUMN) and any(column.column == TOUCHED for column in model._meta.concrete_fields)


def _replace(each: Loose, gone: UUID, survivor: UUID) -> list[Entry]:
    """Texts in which the id stands; ids are never part of each other."""
    column: Any = each.model._meta.get_field(each.column)
    pk: Any = each.model._meta.pk
    table, name, key = _quoted(each.model._meta.db_table), _quoted(column.column), _quoted(pk.column)
    cast = "::jsonb" if isinstance(column, models.JSONField) else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}::text, {name}::text FROM {table} WHERE {name}::text LIKE %s",  # noqa: S608
            [f"%{gone}%"],
        )
        found = cursor.fetchall()
        texts = {}
        for record, was in found:
            cursor.execute(
                f"UPDATE {table} SET {name} = %s{cast} WHERE {key}::text = %s RETURNING {name}::text",  # noqa: S608
                [was.replace(str(gone), str(survivor)), record],
            )
            texts[record] = [was, cursor.fetchone()[0]]
    about = {"table": each.model._meta.db_table, "column": column.column, "pk": pk.column}
    return [{**about, "texts": texts}] if texts else []


def _bring_back(entry: Entry) -> None:
    table = _quoted(entry["table"])
    for row in entry["rows"]:
        names = ", ".join(map(_quoted, row))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {table} ({names}) SELECT {names}"  # noqa: S608
                    f" FROM jsonb_populate_record(NULL::{table}, %s::jsonb) ON CONFLICT DO NOTHING",
                    [json.dumps(row)],
                )
        except IntegrityError:
            continue  # what it pointed at beside the record is gone by now


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
