"""Parties as an import sees them: what is there, what rows add to it, and what has to be written in the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from kundig.parties.actions.importing.incoming import Incoming, IncomingPoint
from kundig.parties.enums import ContactKind, PartyKind
from kundig.parties.rules.contacts import SPOKEN, comparable
from kundig.platform import phones
from kundig.platform.ids import uuid7
from kundig.records.imports.cells import message_of

_CALLED = frozenset({ContactKind.PHONE.value, ContactKind.MOBILE.value})
PARTS = ("street", "extra", "postal_code", "city", "region", "country")


@dataclass(slots=True)
class Point:
    """A contact point of a draft; `id` is None until it is in the database."""

    kind: str
    value: str
    normalised: str
    usage: str = ""
    label: str = ""
    is_main: bool = False
    id: UUID | None = None
    is_changed: bool = False

    def is_like(self, other: Point) -> bool:
        """Whether both are the same number or address; a number may be a phone here and a mobile there."""
        if self.kind != other.kind and not (self.kind in _CALLED and other.kind in _CALLED):
            return False
        return self.value == other.value or (self.normalised != "" and self.normalised == other.normalised)


@dataclass(slots=True)
class Place:
    """An address of a draft: its kind and parts."""

    kind: str
    parts: dict[str, str]
    is_main: bool = False
    id: UUID | None = None
    is_changed: bool = False


@dataclass(slots=True)
class Post:
    """The role of a person at an organisation."""

    organisation: UUID
    function: str = ""
    department: str = ""
    id: UUID | None = None
    is_changed: bool = False


@dataclass(slots=True)
class Draft:
    """A party: either one of the database with what rows change of it, or one that is about to be made."""

    id: UUID
    kind: str
    is_new: bool = False
    is_fresh: bool = False
    """Whether this very import has made it, in an earlier portion perhaps."""
    values: dict[str, Any] = field(default_factory=dict)
    """Column → value, as far as the import touches it."""
    points: list[Point] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    post: Post | None = None
    people: list[Draft] = field(default_factory=list)
    """Persons with a role here, as far as the import brings contact persons."""
    keys: set[tuple[str, str]] = field(default_factory=set)
    new_keys: set[tuple[str, str]] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    may_change: bool = True
    origins: dict[str, Any] = field(default_factory=dict)

    @property
    def parts_changed(self) -> bool:
        points = any(point.id is None or point.is_changed for point in self.points)
        return points or any(place.id is None or place.is_changed for place in self.places)

    @property
    def is_touched(self) -> bool:
        """Whether anything of an existing party has to be written."""
        post = self.post
        return bool(
            self.changed or self.new_keys or self.parts_changed or (post and (post.id is None or post.is_changed))
        )

    @property
    def main_place(self) -> Place | None:
        """The address that lists show."""
        return next((place for place in self.places if place.is_main), None) or next(iter(self.places), None)

    @property
    def differs(self) -> bool:
        """Whether the database does not have it, or those who work there, as they are."""
        return any(each.is_new or each.is_touched for each in (self, *self.people))


@dataclass(slots=True)
class Folded:
    """What a row did to a party."""

    filled: int = 0
    differing: int = 0
    """Values of the row that differ from what is there, which stays."""

    def add(self, other: Folded) -> None:
        self.filled += other.filled
        self.differing += other.differing


def new_draft(kind: PartyKind) -> Draft:
    return Draft(id=uuid7(), kind=kind.value, is_new=True, is_fresh=True)


def points_of(incoming: Incoming, *, country: str) -> list[Point]:
    """The contact points of a row, compared by what their numbers mean in a country.

    Raises:
        ValidationError: for a text that is no number, with the name of its column.
    """
    return [_point(point, country=country) for point in incoming.points]


def _point(given: IncomingPoint, *, country: str) -> Point:
    normalised = comparable(given.kind, given.value, country=country)
    if not normalised and given.kind in SPOKEN:
        try:
            phones.normalised(given.value, country=country)  # only nonsense is refused; the rest is kept as typed
        except ValidationError as error:
            raise ValidationError(message_of(given.column, error)) from error
    return Point(given.kind, given.value, normalised, given.usage, given.label)


def fold(
    draft: Draft, incoming: Incoming, points: list[Point], *, overwrite: bool, notes: list[str] | None = None
) -> Folded:
    """Bring what a row says into a draft; values that are there stay unless `overwrite`."""
    folded = Folded()
    _fold_values(draft, incoming.values, folded, overwrite=overwrite)
    for kind, parts in incoming.places.items():
        _fold_place(draft, kind, parts, folded, overwrite=overwrite)
    if points:
        _fold_points(draft, points, folded, overwrite=overwrite)
    if notes:
        _fold_notes(draft, notes, folded)
    return folded


def _fold_values(draft: Draft, values: Mapping[str, Any], folded: Folded, *, overwrite: bool) -> None:
    known = draft.values
    for name, value in values.items():
        present = known.get(name)
        if present == value or value in (None, "", []):
            continue
        if name == "tags" and present:
            added = [tag for tag in value if tag not in present]
            if not added:
                continue
            value = [*present, *added]
        elif present not in (None, "", []) and not overwrite:
            folded.differing += 1
            continue
        known[name] = value
        draft.changed.add(name)
        folded.filled += 1


def _fold_notes(draft: Draft, lines: list[str], folded: Folded) -> None:
    """Lines that the notes do not have yet are added at their end, so that a second import adds nothing."""
    present = draft.values.get("notes") or ""
    known = set(present.splitlines())
    added = [line for text in lines for line in text.splitlines() if line not in known]
    if added:
        draft.values["notes"] = "\n".join([present, *added] if present else added)
        draft.changed.add("notes")
        folded.filled += 1


def _fold_place(draft: Draft, kind: str, parts: dict[str, str], folded: Folded, *, overwrite: bool) -> None:
    is_main_kind = kind == "visit"
    place = next((p for p in draft.places if p.kind == kind or (is_main_kind and p.is_main)), None)
    if place is None:
        is_main = is_main_kind and not any(p.is_main for p in draft.places)
        draft.places.append(Place(kind, dict(parts), is_main=is_main))
        folded.filled += len(parts)
        return
    differing = {name for name, value in parts.items() if place.parts.get(name) and place.parts[name] != value}
    missing = {name for name, value in parts.items() if not place.parts.get(name) and value}
    # Another town is another address: its street does not complete the one we have.
    if not overwrite and differing & {"city", "postal_code"}:
        folded.differing += len(differing) + len(missing)
        return
    taken = missing | differing if overwrite else missing
    folded.differing += 0 if overwrite else len(differing)
    if taken:
        place.parts.update({name: parts[name] for name in taken})
        place.is_changed = True
        folded.filled += len(taken)


def _fold_points(draft: Draft, points: list[Point], folded: Folded, *, overwrite: bool) -> None:
    """Add contact points the draft does not have: all if this import made it, else up to as many of a kind as the
    row has. A number that somebody corrected since the last import must not come back beside the corrected one.
    """
    for kind in dict.fromkeys(point.kind for point in points):
        given = [point for point in points if point.kind == kind]
        present = [point for point in draft.points if point.kind == kind]
        new = [point for point in given if not any(point.is_like(known) for known in draft.points)]
        new = [point for place, point in enumerate(new) if not any(point.is_like(other) for other in new[:place])]
        for point in new:
            if draft.is_fresh or len(present) < len(given):
                point.is_main = not present
                draft.points.append(point)
                present.append(point)
                folded.filled += 1
            elif overwrite:
                _replace(present, point)
                folded.filled += 1
            else:
                folded.differing += 1


def _replace(present: list[Point], point: Point) -> None:
    main = next((known for known in present if known.is_main), present[0])
    main.value, main.normalised, main.is_changed = point.value, point.normalised, main.id is not None
