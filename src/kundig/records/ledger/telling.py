"""What has to hear that records were put back: search, browsers, handlers, and the domain that keeps things in step."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.ledger.tables import Watched

Pointed = dict[str, set[UUID]]
"""Column → the records that a row pointed at by it, before or after."""


class Telling:
    """Collects the records that were put back, and tells at the end."""

    def __init__(self) -> None:
        self._records: dict[Description, dict[UUID, Pointed]] = defaultdict(dict)
        self.names: dict[str, None] = {}
        """What browsers should fetch again, in order: "organisations:<id>"."""

    def hears(self, watched: Watched, *rows: dict[str, Any]) -> None:
        """A row that was put back, as it was and as it is."""
        for row in rows:
            description = watched.description_of(row)
            if description is not None:
                pointed = self._records[description].setdefault(UUID(row["id"]), defaultdict(set))
                for name in watched.references:
                    if row.get(name):
                        pointed[name].add(UUID(row[name]))
            elif watched.whole is not None and row.get(watched.whole[1]):
                self._hears_part_of(watched.references[watched.whole[1]].related_model, UUID(row[watched.whole[1]]))

    def _hears_part_of(self, model: Any, record: UUID) -> None:
        for description in registry.covering(model):
            if description.everything().filter(pk=record).exists():
                self._records[description].setdefault(record, defaultdict(set))

    def tell(self, *, by: User) -> None:
        """Bring everything in step, inside the transaction."""
        for description, records in self._records.items():
            if description.brought_back is not None:
                type(description).brought_back(records, by=by)  # type: ignore[misc]
            announce(description, list(records), by=by, via=Via.UNDO)
            self.names.update((f"{description.name}:{record}", None) for record in records)
            for record in records.values() if description.parent else ():
                column: Any = description.model._meta.get_field(description.parent)
                for parent in registry.covering(column.related_model):
                    self.names.update((f"{parent.name}:{key}", None) for key in record.get(column.column, ()))
