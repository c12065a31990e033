"""What happens to described records."""

import enum
from dataclasses import dataclass


class Via(enum.StrEnum):
    """By what means somebody changed something."""

    HAND = "hand"
    IMPORT = "import"
    BULK = "bulk"
    MERGE = "merge"
    RULE = "rule"
    API = "api"
    ASSISTANT = "assistant"
    SAMPLE = "sample"
    UPKEEP = "upkeep"
    MIGRATION = "migration"
    UNDO = "undo"
    ERASURE = "erasure"
    FORM = "form"
    """A stranger, by a form of the house."""
    MAIL = "mail"
    """A stranger, by a mail to the house."""
    OUTSIDE = "outside"
    """Nobody said: another program, or somebody at the database itself."""


@dataclass(frozen=True)
class RecordsChanged:
    """Records of one kind were created, changed or deleted; `object` is the name of their description."""

    object: str
    ids: tuple[str, ...]
    by_id: str
    via: str
    for_id: str = ""
    """Whom `by_id` stood in for while they did it."""
    change_set: str = ""
    """Where the ledger has what changed."""

    @property
    def live_names(self) -> tuple[str, ...]:
        """What browsers should fetch again."""
        return tuple(f"{self.object}:{record_id}" for record_id in self.ids)


@dataclass(frozen=True)
class FilesChanged:
    """A file was put to a record, renamed, taken away or brought back."""

    object: str
    record_id: str
    file_id: str
    by_id: str
    via: str
    for_id: str = ""
    """Whom `by_id` stood in for while they did it."""

    @property
    def live_names(self) -> tuple[str, ...]:
        return (f"files:{self.record_id}",)


@dataclass(frozen=True)
class FieldsChanged:
    """A field of an object was added, changed, retired, brought back or deleted."""

    object: str
    field: str
    by_id: str

    @property
    def live_names(self) -> tuple[str, ...]:
        return ("added_fields",)


@dataclass(frozen=True)
class ObjectsChanged:
    """An object of one's own was made, called something else, retired, brought back or deleted."""

    object: str
    by_id: str

    @property
    def live_names(self) -> tuple[str, ...]:
        return ("added_fields",)


@dataclass(frozen=True)
class ValuesCalculated:
    """Calculated fields of records have other values now, though nobody has changed these records themselves.

    They follow from `change_set`, "" where from the day, and from what came `via`.
    """

    object: str
    ids: tuple[str, ...]
    fields: tuple[str, ...]
    change_set: str = ""
    via: str = ""

    @property
    def live_names(self) -> tuple[str, ...]:
        return tuple(f"{self.object}:{record_id}" for record_id in self.ids)
