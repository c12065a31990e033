"""One run of an import of organisations or persons: rows become drafts, drafts are written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.accounts.queries import access_of, company
from kundig.parties.actions.importing import showing
from kundig.parties.actions.importing.announcing import Announcer
from kundig.parties.actions.importing.contacts import fold_contact, fold_post
from kundig.parties.actions.importing.drafts import Draft, Folded, fold, new_draft, points_of
from kundig.parties.actions.importing.employers import Employer, Employers, employers
from kundig.parties.actions.importing.incoming import Entry, RowReader
from kundig.parties.actions.importing.known import Companies, Loader
from kundig.parties.actions.importing.matching import Matcher, Unclear
from kundig.parties.actions.importing.parents import Parents
from kundig.parties.actions.importing.people import Staff
from kundig.parties.actions.importing.targets import KEY, NUMBER
from kundig.parties.actions.importing.writing import LONGEST_NAME, Writer
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party
from kundig.parties.rules.companies import could_be_called
from kundig.platform.sorting import sort_key
from kundig.records import registry, search
from kundig.records.custom.storage import PREFIX
from kundig.records.custom.values import missing, with_defaults
from kundig.records.description import Description
from kundig.records.imports.plan import SKIP, Plan
from kundig.records.imports.reading.table import Row
from kundig.records.imports.targets import Fate, Outcome, Portion, Session, Shown, Twin

MOST_COMPARED = 300
"""New rows of a preview whose names are compared with all there are; people wait for it."""
MOST_NAMED = 20
"""Organisations that an import makes because rows name them, and says so; the others are counted."""
_COLUMNS = frozenset(column.name for column in Party._meta.concrete_fields)


@dataclass
class Work:
    """What a portion has to write: the parties of its rows, and those that come with them."""

    drafts: list[Draft] = field(default_factory=list)
    companies: dict[str, Draft] = field(default_factory=dict)
    """Organisations that are only named, by the sort key of what they are called."""
    entries: dict[int, tuple[Entry, Draft]] = field(default_factory=dict)
    pending: list[tuple[UUID, str]] = field(default_factory=list)
    """Organisations whose parent is not known yet, and what it is called."""
    employers: dict[UUID, Employer] = field(default_factory=dict)
    """Organisations that new roles may be at, as they were when the rows were looked up."""


@dataclass
class Asked:
    """Rows that were read, and what the database knows of what they mean."""

    rows: Sequence[Row]
    portion: Portion
    entries: list[tuple[Fate, Entry]]
    companies: dict[str, set[UUID]]


class PartySession(Session):
    def __init__(
        self,
        description: Description,
        plan: Plan,
        *,
        columns: Sequence[str],
        by: User,
        source: str,
        run: UUID,
        since: dt.datetime,
    ) -> None:
        self.description = description
        self.plan = plan
        self.by = by
        self.kind = PartyKind(description.where["kind"])
        self.staff = Staff()
        self._reader = RowReader(description, plan, columns=columns, by=by, staff=self.staff)
        self._companies = Companies(by=by)
        self._employers = Employers()
        self._matcher = Matcher(plan, kind=self.kind)
        self._loader = Loader(
            by=by, columns=_columns_of(plan), system=plan.system, with_people=self._reader.has_contact,
            since=since,
        )  # fmt: skip
        self._writer = Writer(source=source)
        self._parents = Parents(run, companies=self._companies, writer=self._writer)
        self._given = {**plan.values, **_holder(description, by)}
        self._announcer = Announcer(by=by)
        self._ahead: Asked | None = None
        self._compared = self._named = 0

    # -- Session -----------------------------------------------------------------------------------------------------

    def examine(self, rows: Sequence[Row]) -> Portion:
        ahead, self._ahead = self._ahead, None
        asked = ahead if ahead is not None and ahead.rows is rows else self._ask(rows)
        self._renew((entry, asked.companies) for _fate, entry in asked.entries)
        portion = asked.portion
        for fate, entry in asked.entries:
            try:
                self._take(fate, entry, asked.companies, portion)
            except ValidationError as error:
                _fail(portion, fate, " ".join(error.messages))
        return portion

    def look_ahead(self, rows: Sequence[Row], *, unwritten: Portion) -> None:
        drafts = [draft for draft in unwritten.work.drafts if draft.differs]
        # Which of several roles of a person counts is known when they are written.
        if not any(draft.post is not None and draft.post.id is None and not draft.is_new for draft in drafts):
            self._ahead = self._ask(rows, unwritten=drafts)

    def write(self, portion: Portion) -> None:
        work: Work = portion.work
        search.expect_many()
        drafts = [*work.companies.values(), *work.drafts]
        drafts += [person for draft in work.drafts for person in draft.people]
        drafts = list({draft.id: draft for draft in drafts}.values())  # several rows may be of one
        places = self._employers.of(drafts, work.employers)
        self._writer.write(drafts, places, named=self._matcher.named_numbers)
        self._employers.remember(drafts)
        self._parents.keep(work.pending)
        self._companies.all_is_written()
        if self._ahead is None:
            self._matcher.forget()
        self._announcer.announce([draft for draft in drafts if draft.is_new or draft.is_touched], places)

    def remember(self, portion: Portion) -> None:
        self._matcher.remember(draft for draft in portion.work.drafts if draft.is_new or draft.is_touched)

    def finish(self) -> Counter[str]:
        search.expect_many()
        counts, drafts = self._parents.resolve(create_missing=self.plan.create_missing)
        self._announcer.announce(drafts, {})
        if not counts:
            search.settle()
        return counts

    def twins(self, portion: Portion) -> list[Twin]:
        closely = max(0, MOST_COMPARED - self._compared)
        self._compared += sum(fate.outcome == Outcome.CREATED for fate in portion.fates)
        return showing.twins(
            portion.work.entries, portion.fates, description=self.description, by=self.by, closely=closely,
            load=self._loader.load, names=self.staff.names,
        )  # fmt: skip

    def show(self, portion: Portion) -> list[Shown]:
        entry = portion.work.entries.get(portion.fates[0].row.number)
        return showing.shown(*entry, names=self.staff.names) if entry else []

    # -- a portion ---------------------------------------------------------------------------------------------------

    def _ask(self, rows: Sequence[Row], *, unwritten: Collection[Draft] | None = None) -> Asked:
        """Read rows and ask the database what they mean, which does not know yet of what is `unwritten`."""
        portion = Portion(fates=[], work=Work())
        entries = []
        for row in rows:
            fate, entry = self._read(row, portion)
            portion.fates.append(fate)
            if entry is not None:
                entries.append((fate, entry))
        self._matcher.look_up([entry for _fate, entry in entries], unwritten=unwritten)
        self._matcher.place(self._loader.load(self._matcher.known_ids()))
        texts = {entry.party.company for _fate, entry in entries} - {""}
        if self.kind == PartyKind.ORGANISATION:
            self._companies.forget()  # each portion makes organisations, and may call them otherwise
            if texts and unwritten:
                self._companies.await_writing(unwritten)
        companies = self._companies.find(texts)
        portion.work.employers = employers(self._places(companies, unwritten or ()))
        return Asked(rows, portion, entries, companies)

    def _places(self, companies: Mapping[str, set[UUID]], unwritten: Collection[Draft]) -> set[UUID]:
        """Where the rows looked up may bring somebody."""
        if self.kind == PartyKind.PERSON:
            return set().union(*companies.values())
        if self._reader.has_contact:
            return self._matcher.known_ids() | {draft.id for draft in unwritten}
        return set()

    def _renew(self, rows: Iterable[tuple[Entry, Mapping[str, set[UUID]]]]) -> None:
        """Load anew what these rows mean and was not written yet when they were looked up."""
        met = set()
        for entry, companies in rows if self._matcher.has_unwritten else ():
            with suppress(Unclear):
                draft = self._matcher.find(entry, houses=companies.get(entry.party.company, ()))
                if draft is not None and self._matcher.was_unwritten(draft):
                    met.add(draft.id)
        if met:
            self._matcher.renew(met, self._loader.load(met))

    # -- one row -----------------------------------------------------------------------------------------------------

    def _read(self, row: Row, portion: Portion) -> tuple[Fate, Entry | None]:
        fate = Fate(row, Outcome.UNCHANGED)
        if row.problem:
            _fail(portion, fate, row.problem)
        elif row.is_empty:
            _skip(portion, fate, _("The row is empty."))
        elif self.plan.decisions.get(row.number) == SKIP:
            _skip(portion, fate, _("Perhaps this one is there already; it was left for later."), comes_back=True)
        else:
            entry = self._reader.read(row)
            portion.warnings += [(row.number, text) for text in entry.warnings]
            if not entry.problems and entry.awaited is None:
                return fate, entry
            if not entry.problems and entry.awaited is not None:
                fate.wait(entry.awaited)
                return fate, None
            _fail(portion, fate, " ".join(entry.problems))
        return fate, None

    def _take(self, fate: Fate, entry: Entry, companies: Mapping[str, set[UUID]], portion: Portion) -> None:
        """Decide what becomes of a row that could be read; raises ValidationError if it cannot be taken."""
        work: Work = portion.work
        houses = _houses_of(entry, companies, work)
        try:
            draft = self._matcher.find(entry, houses=houses)
            if draft is not None and self._matcher.was_unwritten(draft):  # a row of these has made it the likelier one
                self._matcher.renew({draft.id}, self._loader.load({draft.id}))
                draft = self._matcher.find(entry, houses=houses)
        except Unclear as error:
            raise ValidationError(str(error)) from error
        if draft is not None and not draft.may_change:
            _skip(portion, fate, _("This is there already, and you may not change it."), comes_back=True)
            return
        self._check_numbers(entry, draft)
        is_created = draft is None
        if draft is None:
            draft = self._new(entry)
        home = entry.party.places.get("visit", {}).get("country") or draft.values.get("country") or company().country
        points = points_of(entry.party, country=home)
        people = points_of(entry.contact, country=home)
        company_id = self._company_of(entry, companies, portion)
        folded = fold(draft, entry.party, points, overwrite=self.plan.overwrite, notes=_notes(entry, draft, company_id))
        self._add_key(draft, entry, folded)
        if self.kind == PartyKind.PERSON:
            fold_post(draft, entry, company_id, folded, overwrite=self.plan.overwrite)
        elif entry.party.company:
            self._parents.fold(draft, entry.party.company, company_id, folded, work.pending, self.plan)
        if not entry.contact.is_empty:
            portion.counts["persons"] += fold_contact(draft, entry, people, folded, overwrite=self.plan.overwrite)
        self._settle(fate, draft, folded, portion, is_created=is_created)
        self._matcher.add(entry, draft)
        work.drafts.append(draft)
        work.entries[entry.row.number] = (entry, draft)

    def _settle(self, fate: Fate, draft: Draft, folded: Folded, portion: Portion, *, is_created: bool) -> None:
        fate.record = draft.id
        fate.title = draft.values.get("name") or ""
        portion.counts["differing"] += folded.differing
        if is_created:
            fate.outcome = Outcome.CREATED
        elif folded.filled:
            fate.outcome = Outcome.UPDATED
            portion.counts["filled"] += folded.filled

    def _new(self, entry: Entry) -> Draft:
        draft = new_draft(self.kind)
        values = entry.party.values
        named = any(values.get(name) for name in ("name", "first_name", "family_name"))
        if not named and not values.get(NUMBER) and not entry.key:
            raise ValidationError(_("There is neither a name nor a number in the row."))
        if not named and not values.get(NUMBER) and self._matcher.is_free_number(entry.key):
            draft.values[NUMBER] = entry.key  # what an anonymous customer is called by
        draft.values.update({name: value for name, value in self._given.items() if name not in values})
        self._check_required({**self._given, **values})
        return draft

    def _check_numbers(self, entry: Entry, draft: Draft | None) -> None:
        """The customer number of a row, and the one in the old system, are nobody else's; `draft` is None for a new
        customer."""
        number, taken = entry.party.values.get(NUMBER), ""
        present = draft.values.get(NUMBER) if draft is not None else ""
        if number and number != present and (self.plan.overwrite or not present):
            taken = "" if self._matcher.is_free_number(number) else number
        if entry.key and KEY in self.plan.targets() and not self._matcher.is_free_key(entry.key, draft):
            taken = taken or entry.key
        if taken:
            raise ValidationError(_("The number %(number)s belongs to another customer.") % {"number": taken})

    def _check_required(self, values: Mapping[str, Any]) -> None:
        """Fields that an administrator has added and demands of every new record."""
        lacking = missing(self.description, with_defaults(self.description, values), self.by)
        if lacking:
            raise ValidationError(_("“%(field)s” is missing.") % {"field": lacking[0].label})

    def _add_key(self, draft: Draft, entry: Entry, folded: Folded) -> None:
        key = (self.plan.system, entry.key)
        if entry.key and key not in draft.keys and KEY in self.plan.targets():
            draft.keys.add(key)
            draft.new_keys.add(key)
            folded.filled += 1

    def _company_of(self, entry: Entry, companies: Mapping[str, set[UUID]], portion: Portion) -> UUID | None:
        """The organisation a row names; for a person one is made if there is none, counted and named."""
        work: Work = portion.work
        text = entry.party.company
        if not text:
            return None
        found = companies.get(text, set())
        if len(found) > 1:
            town = entry.party.places.get("visit", {}).get("city", "")
            found = self._companies.nearest(found, town=town)
        if len(found) > 1:
            raise ValidationError(_("Several organisations are called “%(name)s”.") % {"name": text[:60]})
        if found:
            return next(iter(found))
        if self.kind != PartyKind.PERSON:
            return None
        key = sort_key(text) or text
        if key not in work.companies:
            work.companies[key] = self._made_company(text)
            self._companies.learn(text, work.companies[key].id)
            portion.counts["companies"] += 1
            if self._named < MOST_NAMED:
                self._named += 1
                portion.warnings.append((entry.row.number, _("A new organisation: “%(name)s”") % {"name": text}))
        return work.companies[key].id

    def _made_company(self, name: str) -> Draft:
        organisations = registry.get("organisations")
        if not self.plan.create_missing or organisations is None or not organisations.may(self.by, Action.CREATE):
            raise ValidationError(_("There is no organisation “%(name)s”.") % {"name": name[:60]})
        if not could_be_called(name):
            raise ValidationError(_("There is no organisation with the number “%(name)s”.") % {"name": name[:60]})
        if len(name) > LONGEST_NAME:
            message = _("The name of the organisation is longer than %(most)d characters.")
            raise ValidationError(message % {"most": LONGEST_NAME})
        draft = new_draft(PartyKind.ORGANISATION)
        draft.values.update(name=name, **_holder(organisations, self.by))
        return draft


def _fail(portion: Portion, fate: Fate, reason: str) -> None:
    fate.outcome, fate.reason, fate.comes_back = Outcome.FAILED, reason, True
    portion.reasons[reason] += 1


def _skip(portion: Portion, fate: Fate, reason: str, *, comes_back: bool = False) -> None:
    fate.outcome, fate.reason, fate.comes_back = Outcome.SKIPPED, reason, comes_back
    portion.reasons[reason] += 1


def _columns_of(plan: Plan) -> list[str]:
    """Columns of a party that the plan's targets set."""
    plain = [each for each in plan.targets() if "." not in each and (each in _COLUMNS or each.startswith(PREFIX))]
    others = {"owner": "owner_id", "team": "team_id", "parent": "parent_id"}
    return [*plain, *(others[target] for target in plan.targets() if target in others)]


def _houses_of(entry: Entry, companies: Mapping[str, set[UUID]], work: Work) -> set[UUID]:
    """The organisations that the company of a row may be, those among them that are about to be made."""
    text = entry.party.company
    made = work.companies.get(sort_key(text) or text) if work.companies else None
    return companies.get(text, set()) | ({made.id} if made else set())


def _notes(entry: Entry, draft: Draft, company: UUID | None) -> list[str]:
    """Lines for the notes: what columns of notes say, then in one line what had no better place."""
    kept = entry.kept
    if entry.party.role and company is None and draft.post is None:
        kept = [*kept, *entry.party.role.values()]  # a function without an organisation
    return [*entry.texts, " · ".join(kept)] if kept else entry.texts


def _holder(description: Description, by: User) -> dict[str, Any]:
    """Who looks after new records that name nobody: their maker, if that is all they would see otherwise."""
    access = access_of(by)
    if access.scope(description.name, Action.READ) == Scope.ALL:
        return {}
    return {"owner_id": by.pk, "team_id": next(iter(access.team_ids), None)}
