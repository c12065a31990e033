"""Records as JSON: which fields an item has, how rows become items."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from kundig.accounts.models import User
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.references import File
from kundig.records.rows import Row, RowPlan

FILES = "/api/v1/files/"


def item_fields(description: Description, user: User | None) -> dict[str, Field]:
    """The fields of an item: those that `user` may read, an address as one object instead of its parts.

    Told both ways, an address that a program changes and sends back would contradict itself.
    """
    known = description.fields_for(user)
    parts = address_parts(description)
    return {name: field for name, field in known.items() if name not in parts}


def address_parts(description: Description) -> dict[str, str]:
    """The columns that are part of a composed field → the name of that field."""
    return {part: name for name in description.composed for part in description.field(name).sources}


class ItemPlan:
    """Reads rows of one description and writes them as items for one user, with all fields or those called `names`."""

    def __init__(self, description: Description, user: User, *, names: Collection[str] | None = None) -> None:
        self.description = description
        known = item_fields(description, user)
        self.fields = {name: field for name, field in known.items() if names is None or name in names}
        self.rows = RowPlan(self.fields.values(), user)
        self._parts = [(name, _writer(field), self.rows.getter(field)) for name, field in self.fields.items()]

    def item(self, row: Row) -> dict[str, Any]:
        return {name: write(*values(row)) for name, write, values in self._parts}

    def one(self, record_id: UUID, user: User) -> Row | None:
        """The row of a record that the user may see, else None."""
        return self.rows.seen(self.description, user, record_id)

    def in_order(self, ids: Iterable[UUID]) -> list[dict[str, Any]]:
        """The items of records that are known to be visible, in the order of `ids`."""
        return [self.item(row) for row in self.rows.in_order(self.description, ids)]


def _writer(field: Field) -> Any:
    return _file_json if isinstance(field.kind, File) else field.kind.to_json


def _file_json(*values: Any) -> Any:
    """A file says where its bytes are."""
    file_id, name = values
    return None if file_id is None else {"id": str(file_id), "title": name, "url": f"{FILES}{file_id}"}
