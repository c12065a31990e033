"""What a reader may know of what the ledger holds: of which records, of which fields, and whose titles.

The rights are those of today. A part (a phone number) is judged as it stood, though: what was a number that the reader
may not see stays so, also where it has been deleted or has become something else since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import models

from kundig.accounts.enums import Action, FieldRight
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.ledger import present
from kundig.records.ledger.models import DELETED, LedgerRow
from kundig.records.ledger.results import Place
from kundig.records.ledger.tables import Columns, Watched, field_of
from kundig.records.rights import fields_kept_back
from kundig.records.veils import is_restricted, veil_of

Key = tuple[int, UUID]
"""A record of the ledger: the number of its table, and its id."""


class Sight:
    """What `user` may know."""

    def __init__(self, user: User) -> None:
        self.user = user

    def knows(self, description: Description | None, column: str) -> bool:
        """Whether the reader meets what a column holds; what no surface shows, nobody does."""
        shown = field_of(description, column) if description is not None else None
        return shown is not None and description is not None and description.may_read(self.user, shown)

    def sees(self, watched: Watched, ids: Iterable[UUID]) -> set[UUID]:
        """Those of these records, which are there, that the reader may see."""
        wanted = list(ids)
        found: set[UUID] = set()
        for description in watched.descriptions if wanted else ():
            if description.may(self.user, Action.READ):
                found.update(description.visible_to(self.user).filter(pk__among=wanted).values_list("pk", flat=True))
        if not watched.descriptions and watched.whole is not None and wanted:
            found.update(self._with_their_records(watched, present.rows_of(watched, wanted)))
        return found

    def would_see(self, watched: Watched, rows: Mapping[UUID, Columns]) -> set[UUID]:
        """Those of these rows (id → columns) that the reader might see if they stood in their table."""
        if not rows:
            return set()
        if not watched.descriptions:
            return self._with_their_records(watched, rows)
        with present.standing(watched, rows):
            return self.sees(watched, rows)

    def _with_their_records(self, watched: Watched, rows: Mapping[UUID, Columns]) -> set[UUID]:
        """Rows that nobody describes are seen by whoever sees the record they are part of."""
        owners = {record: watched.owner_of(row) for record, row in rows.items()}
        model = next((owner[0] for owner in owners.values() if owner), None)
        if model is None:
            return set()
        ids = {UUID(str(owner[1])) for owner in owners.values() if owner and owner[1]}
        seen = self.seen_of(model, ids)
        return {record for record, owner in owners.items() if owner and owner[1] and UUID(str(owner[1])) in seen}

    def seen_of(self, model: type[models.Model], ids: Iterable[Any]) -> set[Any]:
        """Those of these records of a model that the reader may see, however it is described."""
        wanted = list(ids)
        found: set[Any] = set()
        for description in registry.covering(model):
            found.update(description.visible_to(self.user).filter(pk__among=wanted).values_list("pk", flat=True))
        return found

    def judges_states(self, watched: Watched) -> bool:
        """Whether it depends on what stands in a row, and not only on its record, whether the reader may see it."""
        return any(
            bool(part.told_by(whole, self.user, Action.READ, prefix=""))
            for part in watched.descriptions if part.parent
            for whole in registry.covering(part.model._meta.get_field(part.parent).related_model)  # type: ignore[arg-type]
        )  # fmt: skip

    def may_read_titles(self, description: Description | None) -> bool:
        """Whether the reader may read what others have called a change: that may repeat any value of it."""
        if description is None or FieldRight.HIDDEN in fields_kept_back(description, self.user).values():
            return description is None
        return not any(veil_of(field, self.user) for field in description.fields.values())

    def titled(self, model: type[models.Model], ids: Iterable[Any]) -> set[Any]:
        """Those of these related records whose titles the reader may read; people and files always."""
        wanted = set(ids)
        if not registry.covering(model) or not is_restricted(model, self.user):
            return wanted
        return self.seen_of(model, wanted)

    # -- what taking back tells ----------------------------------------------------------------------------------------

    def seen_places(self, places: Sequence[Place]) -> set[Key]:
        """The records of these places that the reader may see, also those that are gone."""
        by_table: dict[int, set[UUID]] = defaultdict(set)
        tables: dict[int, Watched] = {}
        for place in places:
            if place.watched is not None:
                tables[place.watched.number] = place.watched
                by_table[place.watched.number].add(place.record)
        found: set[Key] = set()
        for number, ids in by_table.items():
            seen = self.sees(tables[number], ids)
            seen |= self.would_see(tables[number], last_rows(tables[number], ids - seen))
            found.update((number, record) for record in seen)
        return found


def last_rows(watched: Watched, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Those of these records that are gone, as they were last."""
    wanted = set(ids)
    wanted -= present.rows_of(watched, wanted).keys() if wanted else set()
    if not wanted:
        return {}
    rows = LedgerRow.objects.filter(table_id=watched.number, record__among=list(wanted), op=DELETED)
    return {row.record: row.before or {} for row in rows.order_by("seq")}
