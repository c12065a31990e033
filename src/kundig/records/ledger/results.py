"""What taking back a change comes to, and what is to be decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from kundig.records.ledger.folding import Deed
from kundig.records.ledger.tables import Watched

MOST_TOLD = 200
"""Conflicts and hindrances that are told one by one; the counts go on."""


class Clash(StrEnum):
    """Why something cannot simply go back: it has been touched since."""

    FIELD = "field"
    """The field was changed again."""
    RECORD = "record"
    """The record was made by the change and has been changed, or added to, since."""


class Hindrance(StrEnum):
    """Why something cannot go back at all."""

    FORBIDDEN = "forbidden"
    GONE = "gone"
    """The record was deleted since."""
    ERASED = "erased"
    OWNER_GONE = "owner_gone"
    """What it belonged to is not there any more."""
    TAKEN = "taken"
    """A value that must be unique belongs to another record now."""
    NEEDED = "needed"
    """Another record needs it."""
    FIXED = "fixed"
    """It has gone out, or is settled otherwise, and the database keeps it so."""
    UNKNOWN = "unknown"
    """The table is not described any more."""


@dataclass(frozen=True)
class Place:
    """A record, or one column of it."""

    watched: Watched | None
    record: UUID
    column: str = ""
    row: Any = None
    """The record's columns as they are, or were."""


@dataclass(frozen=True)
class Conflict:
    """Something that was touched since; it stays as it is unless it was decided otherwise (`is_taken_back`)."""

    clash: Clash
    place: Place
    before: Any = None
    after: Any = None
    now: Any = None
    is_taken_back: bool = False


@dataclass(frozen=True)
class Obstacle:
    """Something that stays as it is, and why."""

    why: Hindrance
    place: Place


@dataclass
class UndoResult:
    """What taking back a change did, or would do; `change_set` is the one it became, None if nothing was done."""

    undone: UUID
    change_set: UUID | None = None
    counts: Counter[str] = field(default_factory=Counter)
    """Records by what was done with them: `changed`, `restored`, `removed`, and `unchanged` where nothing was left."""
    is_put_off: bool = False
    """Nothing was done, because something stood in the way that is to be decided first."""
    names: list[str] = field(default_factory=list)
    """What browsers should fetch again: "organisations:<id>"."""
    conflicts: list[Conflict] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing stood in the way."""
        return not (self.counts["conflicts"] or self.counts["obstacles"])

    @property
    def done(self) -> int:
        """How many records it put back."""
        return self.counts["changed"] + self.counts["restored"] + self.counts["removed"]

    def meets(self, conflict: Conflict) -> None:
        self.counts["conflicts"] += not conflict.is_taken_back
        if len(self.conflicts) < MOST_TOLD:
            self.conflicts.append(conflict)

    def leaves(self, why: Hindrance, place: Place) -> None:
        self.counts["obstacles"] += 1
        if len(self.obstacles) < MOST_TOLD:
            self.obstacles.append(Obstacle(why, place))


NAMES = {Deed.CHANGED: "changed", Deed.DELETED: "restored", Deed.CREATED: "removed"}
"""What becomes of a record by what the change had done to it."""
