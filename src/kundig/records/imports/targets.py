"""What a description offers to imports: the targets of columns, and the importer that turns rows into records."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.records.awaited import Awaited

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description
    from kundig.records.fields import Field
    from kundig.records.imports.plan import Plan
    from kundig.records.imports.reading.table import Row

NOTE, LEAVE_OUT = "note", "leave_out"
"""What a column may become beside a target: a line in the record's notes, or nothing."""


@dataclass(frozen=True)
class Target:
    """Something a column of a file can be: a field, a part of one, or several at once."""

    name: str
    label: Any
    group: Any = ""
    """Heading under which people choose it."""
    words: str = ""
    """How columns of this kind are called in German and English: phrases separated by commas."""
    shape: str = ""
    """Key of `guessing.shapes`: what its values look like; "" if that tells nothing."""
    repeats: bool = False
    """Whether several columns of one file may become this."""
    divides: bool = False
    """Whether one value is taken apart into several fields."""
    key_label: Any = ""
    """What rows are matched by, in words, if this can match them with existing records ("Name and town")."""
    reason: Any = ""
    """Of one that is withheld: why, in words; that its purpose is not stated where empty."""
    is_secondary: bool = False
    """Of two targets with the same words the one that is tried later."""

    @property
    def is_key(self) -> bool:
        return bool(self.key_label)

    @property
    def full_label(self) -> str:
        return f"{self.group}: {self.label}" if self.group else str(self.label)


def why_kept_back(label: Any) -> str:
    """Why the column of a field that the user's role keeps back is left out."""
    return _("Your role does not let you set “%(field)s”. The column is left out.") % {"field": label}


class Outcome(models.TextChoices):
    """What becomes of a row."""

    CREATED = "created", _("new")
    UPDATED = "updated", _("completed")
    UNCHANGED = "unchanged", _("unchanged")
    SKIPPED = "skipped", _("skipped")
    FAILED = "failed", _("failed")
    WAITING = "waiting", _("waiting")


@dataclass(slots=True)
class Fate:
    """What becomes, or became, of one row and why."""

    row: Row
    outcome: Outcome
    reason: str = ""
    title: str = ""
    record: UUID | None = None
    comes_back: bool = False
    """Whether the row stands in the file of rows that were not taken."""
    awaits: tuple[str, str] = ("", "")
    """Of a row that waits: what it names, and how that is called."""

    def wait(self, error: Awaited) -> None:
        """Let the row wait until what it names is there; for that it need not come back."""
        self.outcome, self.reason = Outcome.WAITING, " ".join(error.messages)
        self.awaits = (error.what, error.text)


@dataclass(frozen=True)
class Beside:
    """One value of a row beside the one that is there, both in words; `there` is "" where the row fills a gap."""

    label: str
    given: str
    there: str


@dataclass(frozen=True)
class Twin:
    """An existing record that may be the one a row would create."""

    row: int
    title: str
    place: str
    record: UUID
    record_title: str
    url: str
    reason: str
    values: tuple[Beside, ...] = ()
    """What the row says otherwise, and what it would add."""


@dataclass
class Portion:
    """Some rows after they were examined. `work` is what the importer keeps for writing them."""

    fates: list[Fate]
    counts: Counter[str] = field(default_factory=Counter)
    """What else is to be told, by key: companions created, values filled, values that differ and stay."""
    warnings: list[tuple[int, str]] = field(default_factory=list)
    """Row number and what happened to a value that did not fit where it should go."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why rows fail or are skipped: short reason → how many."""
    work: Any = None


@dataclass(frozen=True)
class Shown:
    """One record of a sample row as it will arrive."""

    title: str
    is_new: bool
    kind: str
    """"org" or "person": the form of its avatar."""
    tag: str
    lines: tuple[str, ...] = ()


class Session(ABC):
    """One run over a file with one plan. Rows come in portions, in their order."""

    @abstractmethod
    def examine(self, rows: Sequence[Row]) -> Portion:
        """Decide what becomes of rows; reads the database and changes nothing."""

    def look_ahead(self, rows: Sequence[Row], *, unwritten: Portion) -> None:  # noqa: B027 - not all need it
        """Read the rows to be examined next and ask the database what they mean, before `unwritten` is written. Then
        they can be examined while that is being done."""

    @abstractmethod
    def write(self, portion: Portion) -> None:
        """Do it, inside the transaction of the caller."""

    @abstractmethod
    def remember(self, portion: Portion) -> None:
        """Instead of `write`: keep what would have been written, so that later rows find it."""

    @abstractmethod
    def finish(self) -> Counter[str]:
        """After the last portion, in a transaction: what could not be done before all rows were there."""

    def twins(self, portion: Portion) -> list[Twin]:
        """Existing records that new ones of this portion may be."""
        return []

    def show(self, portion: Portion) -> list[Shown]:
        """How the first row of a portion arrives, for people to look at."""
        return []


class Importer(ABC):
    """How rows become records of one description. A description names its class as `importer`."""

    def __init__(self, description: Description) -> None:
        self.description = description

    @abstractmethod
    def targets(self, *, by: User) -> list[Target]:
        """What columns can become when `by` imports: no fields whose purpose is off or that `by` may not write."""

    @abstractmethod
    def begin(
        self, plan: Plan, *, columns: Sequence[str], by: User, source: str, run: UUID, since: dt.datetime
    ) -> Session:
        """Start, or go on with, a run that began at `since`; `columns` are the names of the file's columns, `source`
        says where the values come from."""

    def withheld(self, *, by: User) -> list[Target]:
        """What columns could become if its purpose were active or `by` might write it: such a column is left out unless
        somebody decides."""
        return []

    def recognised(self, target: str, values: Sequence[str], *, by: User) -> int | None:
        """How many of these different values name something that is there (people, teams); None where that is no
        question of names."""
        return None

    def choices_for_new(self, *, by: User) -> list[Field]:
        """Fields whose value people may choose for all new records, where the file says nothing."""
        return []

    def values_for_new(self, *, file_name: str, columns: Sequence[str]) -> dict[str, str]:
        """What is proposed for them."""
        return {}

    def adjust(self, guesses: dict[str, str], *, samples: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Correct guessed targets (column → target) by what this kind of record knows about them."""
        return guesses

    def keys(self, mapped: Sequence[str], *, targets: Sequence[Target]) -> list[tuple[str, Any]]:
        """By which of the mapped targets rows can be matched, and how that is called."""
        return [(target.name, target.key_label) for target in targets if target.is_key and target.name in mapped]

    def default_key(self, targets: Sequence[str]) -> str:
        """By which of the mapped targets rows should be matched; "" for none."""
        return ""

    def requirement(self, targets: Sequence[str]) -> str:
        """What is missing among the mapped targets for records to come about, in words; "" if nothing is."""
        return ""
