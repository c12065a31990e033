"""What the steps of taking back share: who does it, what was decided, what has come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models

from kundig.accounts.enums import Action, FieldRight
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.ledger.results import UndoResult
from kundig.records.ledger.sight import Sight
from kundig.records.ledger.tables import Watched, field_of
from kundig.records.ledger.telling import Telling
from kundig.records.rights import field_right

Choice = tuple[UUID, str]
"""A record and one of its columns; the column is "" for the whole record."""


@dataclass
class Work:
    """One taking back."""

    by: User
    result: UndoResult
    choices: Mapping[Choice, bool]
    overwrite: bool
    coming: frozenset[str] = frozenset()
    """Records that the change deleted: what points at them may come back before them."""
    telling: Telling = field(default_factory=Telling)

    def is_taken_back(self, record: UUID, column: str = "") -> bool:
        """What was decided about something that was touched since."""
        return self.choices.get((record, column), self.overwrite)

    def allowed(self, watched: Watched, rows: Mapping[UUID, Any], action: Action) -> set[UUID]:
        """Those of these rows (id → columns), which are there, on which `by` may do `action`."""
        if watched.descriptions:
            return set().union(*(self._of(each, rows, action) for each in watched.descriptions))
        if watched.whole is None:
            return set()
        _description, column = watched.whole
        owners = {UUID(str(row[column])) for row in rows.values() if row.get(column)}
        open_owners = self.changeable(watched.references[column].related_model, owners)
        return {key for key, row in rows.items() if row.get(column) and UUID(str(row[column])) in open_owners}

    def changeable(self, model: type[models.Model], ids: Iterable[UUID]) -> set[UUID]:
        """Those of these records that `by` may change."""
        wanted = list(ids)
        return set().union(*(self._of(each, wanted, Action.CHANGE) for each in registry.covering(model)))

    def _of(self, description: Description, ids: Iterable[UUID], action: Action) -> set[UUID]:
        if not description.may(self.by, action):
            return set()
        return set(description.visible_to(self.by, action).filter(pk__among=list(ids)).values_list("pk", flat=True))

    @cached_property
    def sight(self) -> Sight:
        return Sight(self.by)

    @cached_property
    def _may_set(self) -> dict[tuple[str, str], bool]:
        return {}

    def may_set(self, description: Description | None, column: str) -> bool:
        """Whether `by` may write what a column shows; what no surface shows goes along."""
        if description is None:
            return True
        key = (description.name, column)
        if key not in self._may_set:
            shown = field_of(description, column)
            self._may_set[key] = shown is None or (
                description.is_on(shown) and field_right(description, self.by, shown.name) is FieldRight.WRITE
            )
        return self._may_set[key]
