"""Which party a row means: by the chosen key, or else by name and place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
        self._unwritten: dict[UUID, Draft] = {}
        self._made: dict[str, list[Draft]] = {}
        self._numbers: set[str] = set()
        self.named_numbers: set[str] = set()
        """Customer numbers that stand in the rows looked up last."""

    # -- a portion ---------------------------------------------------------------------------------------------------

    def look_up(self, entries: Sequence[Entry], *, unwritten: Iterable[Draft] | None = None) -> None:
        """Ask the database, and what is remembered, for all that these rows may mean. Of the drafts of the rows looked
        up before, those that are `unwritten` are remembered for these rows, and nothing else any more."""
        if unwritten is not None:
            self._memory = Memory()
            self._unwritten = {draft.id: draft for draft in unwritten}
            for draft in self._unwritten.values():
                self._memory.keep(draft, self._marks_of_draft(draft))
        mode = self._plan.key
        by_name = [entry for entry in entries if mode != EVERY_ROW_IS_NEW and not self._key_of(entry)]
        keys = {entry.key for entry in entries if entry.key}
        self._by_key = self._written(known.parties_by_key(keys, system=self._plan.system))
        numbers = {number for entry in entries for number in _numbers_of(entry)}
        self.named_numbers = numbers
        self._by_number = self._written(known.parties_by_number(numbers))
        mails = {marks_of(entry, self._kind).mail for entry in entries} - {""} if mode == MAIL else set()
        by_mail = known.parties_by_mail(mails, kind=self._kind)
        self._by_mail = {mail: parties - self._unwritten.keys() for mail, parties in by_mail.items()}
        called = {_called(marks_of(entry, self._kind)) for entry in by_name}
        names = {each.name for each in called} - {""}
        namesakes = known.parties_by_name(called, kind=self._kind)
        self._by_name = {
            name: [each for each in candidates if each[0] not in self._unwritten]
            for name, candidates in namesakes.items()
        }  # fmt: skip
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

    @property
    def has_unwritten(self) -> bool:
        """Whether rows may mean a draft that was not written yet when they were looked up."""
        return not self._unwritten.keys().isdisjoint(self._drafts)

    def was_unwritten(self, draft: Draft) -> bool:
        return draft.id in self._unwritten

    def renew(self, ids: Collection[UUID], drafts: Mapping[UUID, Draft]) -> None:
        """They are written now: take these `drafts` of them; one that is not there is gone."""
        for key in ids:
            self._unwritten.pop(key, None)
            self._drafts.pop(key, None)
        self._drafts.update(drafts)
        for mark, made in self._made.items():
            known = [drafts.get(draft.id, draft) for draft in made]
            self._made[mark] = [draft for draft in known if draft.id in drafts or draft.id not in ids]

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
        if draft.is_new or NUMBER in draft.changed:
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

    def is_free_key(self, key: str, draft: Draft | None) -> bool:
        """Whether this number in the old system is the draft's, or nobody's yet; that of a new one if it is None."""
        owners = {made.id for made in self._made.get(f"k:{key}", ())} if key else set()
        if key in self._by_key:
            owners.add(self._by_key[key][0])
        return owners <= ({draft.id} if draft is not None else set())

    # -- between portions --------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """All is written: the database knows everything from here on."""
        self._memory = Memory()
        self._made, self._drafts, self._unwritten = {}, {}, {}

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
        self._made, self._drafts = {}, {}

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

    def _written(self, found: dict[str, tuple[UUID, str]]) -> dict[str, tuple[UUID, str]]:
        """Without the parties of which the database does not have what is about to be written."""
        return {mark: party for mark, party in found.items() if party[0] not in self._unwritten}

    def _marks_of_draft(self, draft: Draft) -> list[str]:
        """What the database finds the draft by when it is written."""
        values = draft.values
        marks = [f"k:{key}" for system, key in draft.keys if system == self._plan.system]
        if values.get(NUMBER):
            marks.append(f"n:{values[NUMBER]}")
        if self._plan.key == MAIL:
            marks += [f"m:{point.normalised}" for point in draft.points if point.kind == ContactKind.MAIL]
        name = values.get(NAME) or ""
        if self._kind == PartyKind.PERSON:
            name = f"{values.get('family_name') or ''} {values.get('first_name') or ''}".strip()
        if name:  # who has none is found by none, and thousands may have none
            marks.append(f"N:{sort_key(name)}")
        return marks

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
    place = draft.main_place
    return sort_key(place.parts.get("city", "")) if place else ""


def _company_of(draft: Draft, called: str, houses: Collection[UUID]) -> str:
    """The company of a draft as a row calls it, if it is one of the `houses` that this may be."""
    if draft.post is None:
        return ""
    return called if called and draft.post.organisation in houses else _ANOTHER


def _is_id(answer: str) -> bool:
    try:
        UUID(answer)
    except ValueError:
        return False
    return True
