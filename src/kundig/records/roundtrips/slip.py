"""The slip in a file that is to come back: the hidden sheet that says what the file is and whose."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from kundig.records.roundtrips import marks

SHEET = "Kundig"
"""Name of the hidden sheet, the same in every language."""
ID, VERSION = "Kundig-Id", "Kundig-Version"
"""Headers of the two hidden columns."""
SIGN = "kundig round trip 1"
IDS_AT, LISTS_AT = 3, 4
"""Columns of the sheet: pairs of name and value, a gap, the ids of the rows, then lists for drop-downs."""


class AlteredSlip(ValueError):
    """Somebody has changed the hidden sheet."""


@dataclass(frozen=True)
class Slip:
    """What travels with the file. `ids` are the records that were in it, in order."""

    house: str
    company: str
    export: str
    object: str
    language: str
    sheet: str
    at: dt.datetime
    fields: tuple[tuple[str, str], ...]
    """Name and header of each column."""
    ids: tuple[UUID, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """What stands in the first two columns of the sheet."""
        pairs = self._unmarked()
        return [("kundig", SIGN), *pairs, ("mark", self._mark(pairs))]

    def _unmarked(self) -> list[tuple[str, str]]:
        return [
            ("house", self.house),
            ("company", self.company),
            ("export", self.export),
            ("object", self.object),
            ("language", self.language),
            ("sheet", self.sheet),
            ("at", self.at.isoformat()),
            ("fields", json.dumps(self.fields, ensure_ascii=False)),
        ]

    def _mark(self, pairs: Sequence[tuple[str, str]]) -> str:
        return marks.of_slip(json.dumps([pairs, [str(each) for each in self.ids]], ensure_ascii=False))

    @property
    def is_ours(self) -> bool:
        """Whether this installation made the file."""
        return self.house == marks.of_house()

    def as_json(self) -> dict[str, Any]:
        """What an import keeps of it."""
        return {**dict(self._unmarked()), "fields": [list(each) for each in self.fields]}


def read_slip(path: Path) -> Slip | None:
    """The slip out of the hidden sheet, written out as CSV; None if it is somebody else's sheet of that name.

    Raises:
        AlteredSlip: if it is ours and does not say what we have written.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    told = {row[0]: row[1] for row in rows if len(row) > 1 and row[0]}
    if told.get("kundig") != SIGN:
        return None
    try:
        moment = dt.datetime.fromisoformat(told["at"])
        slip = Slip(
            house=told["house"], company=told.get("company", ""), export=told["export"], object=told["object"],
            language=told["language"], sheet=told["sheet"], at=moment,
            fields=tuple((str(name), str(label)) for name, label in json.loads(told["fields"])),
            ids=tuple(_ids(row[IDS_AT] for row in rows if len(row) > IDS_AT and row[IDS_AT])),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise AlteredSlip("the slip cannot be read") from error
    if slip.is_ours and dict(slip.pairs()).get("mark") != told.get("mark"):
        raise AlteredSlip("the slip was altered")
    return slip


def _ids(texts: Iterable[str]) -> Iterable[UUID]:
    return (UUID(text) for text in texts)
