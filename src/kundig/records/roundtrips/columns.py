"""The columns of a file that came back: which field each is, and whether it may be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.roundtrips import marks
from kundig.records.roundtrips.cells import come_back
from kundig.records.roundtrips.reading import Line, Sheet, places_of
from kundig.records.roundtrips.rights import why_kept
from kundig.records.roundtrips.slip import Slip

LOOKED_AT = 200
"""Rows by whose contents a column with another header is known again."""


@dataclass(frozen=True)
class Column:
    """One column. `place` counts the visible columns; `mark_at` is where its marks stand in the version of a row."""

    name: str
    label: str
    place: int
    mark_at: int
    field: Field | None
    why_kept: str
    """Why nobody, or not this person, can write it; empty if they can."""


@dataclass(frozen=True)
class Columns:
    """All that is known of them. `own` are headers that were not in the export, `gone` labels no longer in the file,
    `renamed` pairs of the header in the file and what it was."""

    known: tuple[Column, ...]
    own: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]


def columns_of(sheet: Sheet, slip: Slip, description: Description, *, by: User) -> Columns:
    """Match the columns of the file with the fields of the export: by header, else by what stands in them."""
    places = places_of(sheet.columns, slip)
    free = [place for place, header in enumerate(sheet.columns) if place not in places.values() and header]
    missing = [(at, name, label) for at, (name, label) in enumerate(slip.fields) if name not in places]
    renamed: list[tuple[str, str]] = []
    if missing and free:
        sample = list(islice(sheet.lines(), LOOKED_AT))
        for at, name, label in missing:
            field = field_named(description, name, by=by)
            place = next((p for p in free if _holds(sample, p, name, at, field)), None)
            if place is not None:
                places[name] = place
                free.remove(place)
                renamed.append((sheet.columns[place], label))
    known = []
    for at, (name, label) in enumerate(slip.fields):
        if name in places:
            field = field_named(description, name, by=by)
            why = why_kept(description, field, by) if field is not None else _retired(label)
            known.append(Column(name, label, places[name], at, field, why))
    return Columns(
        tuple(known), tuple(sheet.columns[place] for place in free),
        tuple(label for name, label in slip.fields if name not in places), tuple(renamed),
    )  # fmt: skip


def field_named(description: Description, name: str, *, by: User) -> Field | None:
    """The field of the export as it is today; None if it is gone, switched off or not for `by`."""
    try:
        field = description.field(name)
    except FieldDoesNotExist:
        return None
    return field if description.may_read(by, field) else None


def _holds(sample: Sequence[Line], place: int, name: str, at: int, field: Field | None) -> bool:
    """Whether a column holds what the export had in that field, in most of the rows."""
    if field is None:
        return False
    known = [line for line in sample if is_version(line, at)]
    same = sum(_mark_in(line, at) == marks.of_cell(line.key, name, _text(line, place, field)) for line in known)
    told = len({_text(line, place, field) for line in known})
    return bool(known) and same * 2 > len(known) and told > 1


def is_version(line: Line, at: int) -> bool:
    """Whether the version of a row says something about the column `at`."""
    return len(line.version) >= marks.WIDTH * (at + 2)


def _mark_in(line: Line, at: int) -> str:
    return line.version[marks.WIDTH * (at + 1) : marks.WIDTH * (at + 2)]


def _text(line: Line, place: int, field: Field) -> str:
    return come_back(line.texts[place], field.kind) if place < len(line.texts) else ""


def _retired(label: str) -> str:
    return _("There is no field “%(field)s” any more, or it is not for you.") % {"field": label}
