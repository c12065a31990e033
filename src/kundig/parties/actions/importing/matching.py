"""Which party a row means: by the chosen key, or else by name and place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from kundig.parties.actions.importing import known
from kundig.parties.actions.importing.drafts import Draft
from kundig.parties.actions.importing.incoming import Entry, Marks
from kundig.parties.actions.importing.memory import Memory
from kundig.parties.actions.importing.targets import KEY, MAIL, NAME, NUMBER
from kundig.parties.enums import ContactKind, PartyKind
from kundig.parties.rules.contacts import comparable
from kundig.platform.sorting import sort_key
from kundig.records.imports.plan import EVERY_ROW_IS_NEW, IS_NEW, Plan

_ANOTHER = "\0"
"""Stands for a company that is none of the row's; no sort key is like it."""


class Unclear(Exception):
    """A row may mean several parties, or one of another kind; the text says what to do."""


class Matcher:
    """Finds the parties that rows mean. A portion is looked up as a whole, then asked row by row."""

    def __init__(self, plan: Plan, *, kind: PartyKind) -> None:
        self._plan = plan
        self._kind = kind
        self._memory = Memory()
        self._by_key: dict[str, tuple[UUID, str]] = {}
        self._by_number: dict[str, tuple[UUID, str]] = {}
        self._by_mail: dict[str, set[UUID]] = {}
        self._by_name: dict[str, list[known.Candidate]] = {}
        self._drafts: dict[UUID, Draft] = {}
        self._made: dict[str, list[Draft]] = {}
        self._numbers: set[str] = set()

    # -- a portion ---------------------------------------------------------------------------------------------------

    def look_up(self, entries: Sequence[Entry]) -> None:
        """Ask the database, and what a trial run remembers, for all that these rows may mean."""
        mode = self._plan.key
        by_name = [entry for entry in entries if mode != EVERY_ROW_IS_NEW and not self._key_of(entry)]
        keys = {entry.key for entry in entries if entry.key}
        self._by_key = known.parties_by_key(keys, system=self._plan.system)
        numbers = {number for entry in entries for number in _numbers_of(entry)}
        self._by_number = known.parties_by_number(numbers)
        mails = {marks_of(entry, self._kind).mail for entry in entries} - {""} if mode == MAIL else set()
        self._by_mail = known.parties_by_mail(mails, kind=self._kind)
        called = {_called(marks_of(entry, self._kind)) for entry in by_name}
        names = {each.name for each in called} - {""}
        self._by_name = known.parties_by_name(called, kind=self._kind)
        self._made = self._memory.recall(self._marks_of(keys, numbers, mails, names))
        self._numbers = {draft.values.get(NUMBER, "") for drafts in self._made.values() for draft in drafts}

    def known_ids(self) -> set[UUID]:
        """The parties of the database that the rows looked up may mean."""
        ids = {party for party, kind in (*self._by_key.values(), *self._by_number.values()) if kind == self._kind}
        ids |= {party for parties in self._by_mail.values() for party in parties}
        ids |= {party for candidates in self._by_name.values() for party, _city, _company in candidates}
        ids |= {UUID(answer) for answer in self._plan.decisions.values() if _is_id(answer)}
        return ids - {draft.id for drafts in self._made.values() for draft in drafts}

    def place(self, drafts: dict[UUID, Draft]) -> None:
        """Take the drafts of the parties that `known_ids` named."""
        remembered = {draft.id: draft for made in self._made.values() for draft in made}
        self._drafts = {**drafts, **remembered}

    # -- a row -------------------------------------------------------------------------------------------------------

    def find(self, entry: Entry, *, houses: Collection[UUID] = ()) -> Draft | None:
        """The party the row means; None if it is a new one. `houses` are the organisations its company may be.

        Raises:
            Unclear: if there are several, or it is of another kind.
        """
        answer = self._plan.decisions.get(entry.row.number, "")
        chosen = self._drafts.get(UUID(answer)) if _is_id(answer) else None
        if chosen is not None and chosen.kind == self._kind:
            return chosen
        mode = self._plan.key
        if mode == EVERY_ROW_IS_NEW or answer == IS_NEW:
            return None
        if mode == KEY and entry.key:
            return self._only(f"k:{entry.key}", self._by_key.get(entry.key))
        number = entry.party.values.get(NUMBER, "")
        if mode == NUMBER and number:
            return self._only(f"n:{number}", self._by_number.get(number))
        mail = marks_of(entry, self._kind).mail if mode == MAIL else ""
        if mail:
            return self._one(f"m:{mail}", self._by_mail.get(mail, set()), called=mail)
        return self._named(entry, houses)

    def add(self, entry: Entry, draft: Draft) -> None:
        """Let later rows of the portion find this draft by what the row says."""
        number = draft.values.get(NUMBER, "")
        if draft.is_new:
            self._numbers.add(number)
        marks = marks_of(entry, self._kind)
        for sign, mark in (("n", number), ("k", entry.key), ("m", marks.mail), ("N", marks.name)):
            if not mark:
                continue
            drafts = self._made.setdefault(f"{sign}:{mark}", [])
            if not any(known is draft for known in drafts):
                drafts.append(draft)

    def is_free_number(self, number: str) -> bool:
        return number not in self._by_number and number not in self._numbers

    # -- between portions --------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """The portion is written: the database knows everything from here on."""
        self._made, self._drafts = {}, {}

    def remember(self, drafts: Iterable[Draft]) -> None:
        """Nothing was written: keep the drafts for the portions to come."""
        wanted = {draft.id for draft in drafts}
        marks: dict[UUID, tuple[Draft, list[str]]] = {}
        for mark, made in self._made.items():
            for draft in made:
                if draft.id in wanted:
                    marks.setdefault(draft.id, (draft, []))[1].append(mark)
        for draft, each in marks.values():
            self._memory.keep(draft, each)
        self.forget()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _key_of(self, entry: Entry) -> str:
        mode = self._plan.key
        if mode == KEY:
            return entry.key
        if mode == NUMBER:
            return str(entry.party.values.get(NUMBER, ""))
        return marks_of(entry, self._kind).mail if mode == MAIL else ""

    def _marks_of(self, keys: set[str], numbers: set[str], mails: set[str], names: set[str]) -> list[str]:
        marks = [f"k:{key}" for key in keys] + [f"n:{number}" for number in numbers]
        return marks + [f"m:{mail}" for mail in mails] + [f"N:{name}" for name in names]

    def _only(self, mark: str, found: tuple[UUID, str] | None) -> Draft | None:
        if self._made.get(mark):
            return self._made[mark][0]
        if found is None:
            return None
        party, kind = found
        if kind != self._kind:
            raise Unclear(
                _("The number %(number)s belongs to a record of another kind (%(kind)s).")
                % {"number": mark[2:], "kind": PartyKind(kind).label}
            )
        return self._drafts.get(party)

    def _one(self, mark: str, found: set[UUID], *, called: str) -> Draft | None:
        drafts = {draft.id: draft for draft in self._made.get(mark, ())}
        drafts.update((party, self._drafts[party]) for party in found if party in self._drafts)
        if len(drafts) > 1:
            raise Unclear(_("%(count)d records have “%(value)s”.") % {"count": len(drafts), "value": called})
        return next(iter(drafts.values()), None)

    def _named(self, entry: Entry, houses: Collection[UUID]) -> Draft | None:
        """The party of this name at this place: one that agrees in all that is known, or the only likely one."""
        marks = marks_of(entry, self._kind)
        name, row = marks.name, (marks.city, marks.company)
        if not name:
            return None
        agreement: dict[UUID, int] = {}
        for party, city, company in self._by_name.get(name, ()):
            if party in self._drafts:
                agreement[party] = self._agreement(row, (city, company))
        for draft in self._made.get(f"N:{name}", ()):
            agreement[draft.id] = self._agreement(row, (_city_of_draft(draft), _company_of(draft, row[1], houses)))
            self._drafts[draft.id] = draft
        best = max(agreement.values(), default=0)
        likely = [party for party, grade in agreement.items() if grade == best and grade]
        if len(likely) > 1:
            raise Unclear(
                _("%(count)d records are called so at this place. Match the rows by a number instead.")
                % {"count": len(likely)}
            )
        return self._drafts[likely[0]] if likely else None

    def _agreement(self, row: tuple[str, str], other: tuple[str, str]) -> int:
        return known.agreement(row, other, kind=self._kind)


def _called(marks: Marks) -> known.Called:
    return known.Called(marks.name, marks.city, marks.company)


def marks_of(entry: Entry, kind: PartyKind) -> Marks:
    """What the row is recognised by; the name's sort key is as the database has it."""
    if entry.marks is None:
        party = entry.party
        values = party.values
        is_person = kind == PartyKind.PERSON
        if is_person:
            name = f"{values.get('family_name', '')} {values.get('first_name', '')}".strip()
        else:
            name = values.get(NAME, "")
        mail = next((point.value for point in party.points if point.kind == ContactKind.MAIL), "")
        entry.marks = Marks(
            name=sort_key(name),
            city=sort_key(party.places.get("visit", {}).get("city", "")),
            company=sort_key(party.company) if is_person else "",
            mail=comparable(ContactKind.MAIL, mail, country=""),
        )
    return entry.marks


def _numbers_of(entry: Entry) -> list[str]:
    """The customer number of a row, and what may become the number of an anonymous customer."""
    number = entry.party.values.get(NUMBER)
    if number:
        return [number]
    named = any(entry.party.values.get(name) for name in (NAME, "first_name", "family_name"))
    return [entry.key] if entry.key and not named else []


def _city_of_draft(draft: Draft) -> str:
    place = next((place for place in draft.places if place.is_main), None)
    return sort_key(place.parts.get("city", "")) if place else ""


def _company_of(draft: Draft, called: str, houses: Collection[UUID]) -> str:
    """The company of a draft as its row calls it, if it is one of the `houses` that this may be."""
    if draft.post is None:
        return ""
    return called if not called or draft.post.organisation in houses else _ANOTHER


def _is_id(answer: str) -> bool:
    try:
        UUID(answer)
    except ValueError:
        return False
    return True
