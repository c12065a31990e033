"""What the database knows already: which party a row means, and that party as a draft."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.accounts.queries import access_of
from kundig.parties.actions.importing.drafts import PARTS, Draft, Place, Point, Post
from kundig.parties.enums import ContactKind, PartyKind
from kundig.parties.models import Address, ContactPoint, ExternalKey, Party, Role
from kundig.parties.rules.contacts import comparable
from kundig.parties.rules.merging import FORMER_NUMBER
from kundig.platform.lookups import array_of
from kundig.platform.sorting import sort_key
from kundig.records import registry
from kundig.records.custom.storage import PATH, PREFIX
from kundig.records.description import Description

ALWAYS = ("name", "number", "notes", "country", "is_anonymous", "owner_id", "team_id")
OF_PERSONS = ("academic_title", "first_name", "family_name", "name_suffix")
_PERSONS_AT = """
SELECT party.id FROM unnest(%s::text[], %s::text[]) AS given(name, city)
JOIN parties_party AS party ON party.name_key = given.name AND party.city_key = given.city WHERE party.kind = %s
"""
_POINT = ("party_id", "kind", "value", "normalised", "usage", "label", "is_main", "id")

Candidate = tuple[UUID, str, str]
"""Id, sort key of the town, sort key of the organisation."""


class Called(NamedTuple):
    """How a row calls a party: sort keys of name, town and organisation."""

    name: str
    city: str
    company: str


# -- which party -------------------------------------------------------------------------------------------------------


def parties_by_key(keys: Collection[str], *, system: str) -> dict[str, tuple[UUID, str]]:
    """Key in the other system → id and kind of the party."""
    if not keys:
        return {}
    rows = ExternalKey.objects.filter(system=system, key__among=keys)
    return {key: (party_id, kind) for key, party_id, kind in rows.values_list("key", "party_id", "party__kind")}


def parties_by_number(numbers: Collection[str]) -> dict[str, tuple[UUID, str]]:
    """Number → id and kind of the party; a number that went with a merge means the party it went into."""
    if not numbers:
        return {}
    rows = Party.objects.filter(number__among=numbers).values_list("number", "pk", "kind")
    found = {number: (party_id, kind) for number, party_id, kind in rows}
    missing = [number for number in numbers if number not in found]
    return {**found, **parties_by_key(missing, system=FORMER_NUMBER)}


def parties_by_mail(mails: Collection[str], *, kind: str) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = defaultdict(set)
    if mails:
        wanted = {comparable(ContactKind.MAIL, mail, country="") for mail in mails}
        points = ContactPoint.objects.filter(normalised__among=wanted, kind=ContactKind.MAIL, party__kind=kind)
        for mail, party_id in points.values_list("normalised", "party_id"):
            found[mail].add(party_id)
    return found


def parties_by_name(rows: Iterable[Called], *, kind: str) -> dict[str, list[Candidate]]:
    """Sort key of a name → the parties called so that one of these rows may mean.

    A name that thousands share brings only those at the place, or at the organisation, that a row names with it: all of
    them would be read, and loaded as drafts, once for each portion.
    """
    wanted: dict[str, set[Called]] = defaultdict(set)
    for row in rows:
        if row.name:
            wanted[row.name].add(row)
    if not wanted:
        return {}
    namesakes = _persons_called if kind == PartyKind.PERSON else _organisations_called
    found: dict[str, list[Candidate]] = defaultdict(list)
    for name, party_id, city, company in namesakes([row for each in wanted.values() for row in each]):
        place = (city or "", company or "")
        if any(agreement((row.city, row.company), place, kind=kind) for row in wanted[name]):
            found[name].append((party_id, *place))
    return found


def agreement(row: tuple[str, str], other: tuple[str, str], *, kind: str) -> int:
    """Of town and organisation of two parties of one name: 2 if everything known agrees, 1 if one side knows less, 0 if
    they contradict each other.

    Persons share names more often than companies do: for them something must agree beside the name.
    """
    equal = unknown = 0
    for mine, theirs in zip(row, other, strict=True):
        if mine and theirs and mine != theirs:
            return 0
        equal += bool(mine and theirs)
        unknown += bool(mine) != bool(theirs)
    if not unknown:
        return 2
    return 1 if equal or kind != PartyKind.PERSON else 0


def _organisations_called(rows: Sequence[Called]) -> Iterable[tuple[str, UUID, str, str]]:
    named = Party.objects.filter(kind=PartyKind.ORGANISATION, name_key__among={row.name for row in rows})
    return ((name, key, city, "") for name, key, city in named.values_list("name_key", "pk", "city_key"))


def _persons_called(rows: Sequence[Called]) -> Iterable[tuple[str, UUID, str, str]]:
    """Persons of these names who agree with a row in the organisation, in the town, or in having neither."""
    shown = ("name_key", "pk", "city_key", "organisation__name_key")
    persons = Party.objects.filter(kind=PartyKind.PERSON)
    found: set[tuple[Any, ...]] = set()
    companies = {row.company for row in rows} - {""}
    houses = Party.objects.filter(kind=PartyKind.ORGANISATION, name_key__among=companies) if companies else None
    keys = list(houses.values_list("pk", flat=True)) if houses is not None else []
    if keys:
        names = {row.name for row in rows if row.company}
        found.update(persons.filter(organisation__id__among=keys, name_key__among=names).values_list(*shown))
    placed = {(row.name, row.city) for row in rows if row.city}
    if placed:
        there = _at_the_place(placed)
        found.update(persons.filter(pk__among=there).values_list(*shown) if there else ())
    bare = {row.name for row in rows if not row.city and not row.company}
    if bare:
        nowhere = Q(city_key=None) | Q(city_key="")
        alone = Q(organisation=None) | Q(organisation__name_key="")
        found.update(persons.filter(nowhere, alone, name_key__among=bare).values_list(*shown))
    return found


def _at_the_place(placed: Collection[tuple[str, str]]) -> list[UUID]:
    names, cities = zip(*placed, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS_AT, [array_of(names), array_of(cities), PartyKind.PERSON.value])
        return [key for (key,) in cursor.fetchall()]


class Unwritten:
    """Organisations that the database does not have yet as they will be, by what a file calls them."""

    def __init__(self) -> None:
        self.ids: set[UUID] = set()
        self.numbers: dict[str, set[UUID]] = defaultdict(set)
        self.names: dict[str, set[UUID]] = defaultdict(set)
        self.towns: dict[UUID, str] = {}

    def add(self, draft: Draft) -> None:
        self.ids.add(draft.id)
        for number in (draft.values.get("number", ""), *(key for _system, key in draft.new_keys)):
            self.numbers[number].add(draft.id)
        if name := sort_key(draft.values.get("name") or ""):
            self.names[name].add(draft.id)
        place = draft.main_place
        self.towns[draft.id] = sort_key(place.parts.get("city", "")) if place else ""


class Companies:
    """Organisations found by what a file calls them: their number, a key of another system, or their name."""

    def __init__(self, *, by: User) -> None:
        self._by = by
        self._known: dict[str, set[UUID]] = {}
        self._unwritten = Unwritten()
        self._towns: dict[UUID, str] = {}

    def find(self, texts: Iterable[str]) -> dict[str, set[UUID]]:
        """For each text the organisations it may mean; the database is asked once for all that are new, and again for
        what was not found: rows examined meanwhile may be it."""
        wanted = set(texts)
        self._known = {text: found for text, found in self._known.items() if found}
        new = wanted - self._known.keys()
        if len(self._known) > 100_000:
            self.forget()
            new = wanted
        if new:
            self._ask(new)
        return {text: self._known[text] for text in wanted}

    def nearest(self, found: set[UUID], *, town: str) -> set[UUID]:
        """Those of several organisations of one name that are in the town of the row, if that tells them apart."""
        there = {key for key in found if town and self._towns.get(key) == sort_key(town)}
        return there or found

    def learn(self, text: str, party: UUID) -> None:
        """Say that a company was made; rows to come will mean it."""
        self._known[text] = {party}
        if name := sort_key(text):
            self._unwritten.names[name].add(party)

    def await_writing(self, drafts: Iterable[Draft]) -> None:
        """Organisations that are about to be written as these drafts have them."""
        for draft in drafts:
            self._unwritten.add(draft)

    def all_is_written(self) -> None:
        """The database knows everything from here on."""
        self._unwritten = Unwritten()

    def forget(self) -> None:
        self._known.clear()
        self._towns.clear()

    def _ask(self, texts: set[str]) -> None:
        description = registry.get("organisations")
        assert description is not None
        found: dict[str, set[UUID]] = {text: set() for text in texts}
        rows = description.visible_to(self._by)
        unwritten = self._unwritten
        for number, key in rows.filter(number__among=texts).values_list("number", "pk"):
            if key not in unwritten.ids:
                found[number].add(key)
        keys = ExternalKey.objects.filter(key__among=texts, party__in=rows)
        for text, key in keys.values_list("key", "party_id"):
            found[text].add(key)
        for text in texts & unwritten.numbers.keys():
            found[text] |= unwritten.numbers[text]
        # A number says it exactly; only what is none is taken for a name.
        names: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            if not found[text]:
                names[sort_key(text)].append(text)
        called = rows.filter(name_key__among=names).values_list("name_key", "pk", "city_key")
        for name, key, town in called:
            self._towns[key] = town or ""
            if key not in unwritten.ids:
                for text in names[name]:
                    found[text].add(key)
        self._towns |= unwritten.towns
        for name in names.keys() & unwritten.names.keys():
            for text in names[name]:
                found[text] |= unwritten.names[name]
        self._known.update(found)


# -- parties as drafts -------------------------------------------------------------------------------------------------


class Loader:
    """Loads parties as drafts, as far as the columns of an import touch them; so many queries, however many parties."""

    def __init__(self, *, by: User, columns: Iterable[str], system: str, with_people: bool, since: dt.datetime) -> None:
        self._by = by
        self._columns = list(dict.fromkeys([*ALWAYS, *OF_PERSONS, *columns]))
        self._system = system
        self._with_people = with_people
        self._since = since

    def load(self, ids: Collection[UUID]) -> dict[UUID, Draft]:
        if not ids:
            return {}
        wanted = set(ids)
        roles = self._roles(wanted)
        persons = {row[0] for row in roles} - wanted
        drafts = self._parties(wanted | persons)
        self._load_points(drafts)
        self._load_places([draft for key, draft in drafts.items() if key in wanted])
        self._load_keys([draft for key, draft in drafts.items() if key in wanted])
        for person_id, house_id, function, department, role_id in roles:
            person = drafts[person_id]
            if person.post is None or house_id in wanted:
                person.post = Post(house_id, function, department, role_id)
            if house_id in wanted and house_id in drafts:
                drafts[house_id].people.append(person)
        self._check_rights(drafts.values())
        return {key: drafts[key] for key in wanted if key in drafts}

    def _parties(self, ids: set[UUID]) -> dict[UUID, Draft]:
        paths = [f"{PATH}{name}" if name.startswith(PREFIX) else name for name in self._columns]
        rows = Party.objects.filter(pk__among=ids).values_list("pk", "kind", "created_at", "origins", *paths)
        drafts = {}
        for key, kind, created_at, origins, *columns in rows:
            values = dict(zip(self._columns, columns, strict=True))
            if values["is_anonymous"]:
                values["name"] = ""  # it only says the number
            drafts[key] = Draft(key, kind, is_fresh=created_at >= self._since, origins=origins, values=values)
        return drafts

    def _roles(self, ids: set[UUID]) -> list[tuple[Any, ...]]:
        """Current roles of the persons among `ids`, and of the people of the organisations among them."""
        fields = ("person_id", "party_id", "function", "department", "pk")
        current = Role.objects.current().filter(party__kind=PartyKind.ORGANISATION).order_by("-is_main", "created_at")
        roles = list(current.filter(person__id__among=ids).values_list(*fields))
        if self._with_people:
            roles += current.filter(party__id__among=ids).values_list(*fields)
        return roles

    def _load_points(self, drafts: dict[UUID, Draft]) -> None:
        rows = ContactPoint.objects.filter(party__id__among=drafts).order_by("-is_main", "created_at", "pk")
        for party_id, *point in rows.values_list(*_POINT):
            drafts[party_id].points.append(Point(*point))

    def _load_places(self, drafts: Sequence[Draft]) -> None:
        by_id = {draft.id: draft for draft in drafts}
        rows = Address.objects.filter(party__id__among=by_id).order_by("-is_main", "created_at", "pk")
        for key, party_id, kind, is_main, *parts in rows.values_list("pk", "party_id", "kind", "is_main", *PARTS):
            place = Place(kind, dict(zip(PARTS, parts, strict=True)), is_main=is_main, id=key)
            by_id[party_id].places.append(place)

    def _load_keys(self, drafts: Sequence[Draft]) -> None:
        by_id = {draft.id: draft for draft in drafts}
        rows = ExternalKey.objects.filter(party__id__among=by_id, system=self._system)
        for party_id, system, key in rows.values_list("party_id", "system", "key"):
            by_id[party_id].keys.add((system, key))

    def _check_rights(self, drafts: Iterable[Draft]) -> None:
        """Mark the drafts on which the user may change nothing."""
        described = {description.where.get("kind"): description for description in registry.covering(Party)}
        by_kind: dict[str, list[Draft]] = defaultdict(list)
        for draft in drafts:
            by_kind[draft.kind].append(draft)
        for kind, each in by_kind.items():
            description = described[kind]
            if not changes_all(description, self._by):
                rows = description.visible_to(self._by, Action.CHANGE).filter(pk__in=[draft.id for draft in each])
                allowed = set(rows.values_list("pk", flat=True))
                for draft in each:
                    draft.may_change = draft.id in allowed


def changes_all(description: Description, by: User) -> bool:
    return access_of(by).scope(description.name, Action.CHANGE) == Scope.ALL
