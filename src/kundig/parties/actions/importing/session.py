"""One run of an import of organisations or persons: rows become drafts, drafts are written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
from kundig.parties.actions.importing.contacts import fold_contact
from kundig.parties.actions.importing.drafts import Draft, Folded, Post, fold, new_draft, points_of
from kundig.parties.actions.importing.houses import Houses
from kundig.parties.actions.importing.incoming import Entry, RowReader
from kundig.parties.actions.importing.known import Companies, Loader
from kundig.parties.actions.importing.matching import Matcher, Unclear
from kundig.parties.actions.importing.parents import Parents
from kundig.parties.actions.importing.people import Staff
from kundig.parties.actions.importing.targets import KEY, NUMBER
from kundig.parties.actions.importing.writing import LONGEST_NAME, Writer, employers_of
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party
from kundig.parties.rules.companies import could_be_called
from kundig.records import registry, search
from kundig.records.custom.storage import PREFIX
from kundig.records.custom.values import missing, with_defaults
from kundig.records.description import Description
from kundig.records.imports.plan import SKIP, Plan
from kundig.records.imports.reading.table import Row
from kundig.records.imports.targets import Fate, Outcome, Portion, Session, Shown, Twin, nothing

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
    """Organisations that are only named, by what they are called."""
    entries: dict[int, tuple[Entry, Draft]] = field(default_factory=dict)
    pending: list[tuple[UUID, str]] = field(default_factory=list)
    """Organisations whose parent is not known yet, and what it is called."""


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
        self._matcher = Matcher(plan, kind=self.kind)
        self._loader = Loader(
            by=by, columns=_columns_of(plan), system=plan.system, with_people=self._reader.has_contact,
            since=since,
        )  # fmt: skip
        self._writer = Writer(source=source)
        self._houses = Houses(run)
        self._parents = Parents(run, companies=self._companies, writer=self._writer)
        self._given = {**plan.values, **_holder(description, by)}
        self._announcer = Announcer(by=by)
        self._ahead: dict[int, Entry] = {}
        self._compared = self._named = 0

    # -- Session -----------------------------------------------------------------------------------------------------

    def examine(self, rows: Sequence[Row]) -> Portion:
        work = Work()
        portion = Portion(fates=[], work=work)
        entries = []
        for row in rows:
            fate, entry = self._read(row, portion)
            portion.fates.append(fate)
            if entry is not None:
                entries.append((fate, entry))
        self._matcher.look_up([entry for _fate, entry in entries])
        drafts = self._loader.load(self._matcher.known_ids())
        self._matcher.place(drafts)
        companies = self._companies.find(entry.party.company for _fate, entry in entries if entry.party.company)
        for fate, entry in entries:
            try:
                self._take(fate, entry, companies, portion)
            except ValidationError as error:
                _fail(portion, fate, " ".join(error.messages))
        return portion

    def read_ahead(self, rows: Sequence[Row]) -> None:
        self._ahead = {row.number: self._reader.read(row) for row in rows if not (row.problem or row.is_empty)}

    def write(self, portion: Portion, *, meanwhile: Callable[[], None] = nothing) -> None:
        work: Work = portion.work
        search.expect_many()
        drafts = [*work.companies.values(), *work.drafts]
        drafts += [person for draft in work.drafts for person in draft.people]
        drafts = list({draft.id: draft for draft in drafts}.values())  # several rows may be of one
        employers = employers_of(drafts)
        self._writer.write(drafts, employers)
        self._parents.keep(work.pending)
        self._houses.keep(drafts)
        meanwhile()
        for text, draft in work.companies.items():
            self._companies.learn(text, draft.id)
        self._companies.forget_unknown()
        self._matcher.forget()
        self._announcer.announce([draft for draft in drafts if draft.is_new or draft.is_touched], employers)

    def remember(self, portion: Portion) -> None:
        self._matcher.remember(draft for draft in portion.work.drafts if draft.is_new or draft.is_touched)
        for text, draft in portion.work.companies.items():
            self._companies.learn(text, draft.id)

    def finish(self) -> Counter[str]:
        search.expect_many()
        counts, drafts = self._parents.resolve(create_missing=self.plan.create_missing)
        self._announcer.announce(drafts, {})
        if not counts and (houses := self._houses.next_portion()):
            self._announcer.announce_people(houses)
            counts["houses"] = len(houses)
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
            entry = self._ahead.pop(row.number, None) or self._reader.read(row)
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
        try:
            draft = self._matcher.find(entry, houses=_houses_of(entry, companies, work))
        except Unclear as error:
            raise ValidationError(str(error)) from error
        if draft is not None and not draft.may_change:
            _skip(portion, fate, _("This is there already, and you may not change it."), comes_back=True)
            return
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
            _fold_post(draft, entry, company_id, folded, overwrite=self.plan.overwrite)
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
        number = values.get(NUMBER)
        if number and not self._matcher.is_free_number(number):
            raise ValidationError(_("The number %(number)s belongs to another customer.") % {"number": number})
        draft.values.update({name: value for name, value in self._given.items() if name not in values})
        self._check_required({**self._given, **values})
        return draft

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
        if text not in work.companies:
            work.companies[text] = self._made_company(text)
            portion.counts["companies"] += 1
            if self._named < MOST_NAMED:
                self._named += 1
                portion.warnings.append((entry.row.number, _("A new organisation: “%(name)s”") % {"name": text}))
        return work.companies[text].id

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
    made = work.companies.get(text)
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


def _fold_post(draft: Draft, entry: Entry, organisation: UUID | None, folded: Folded, *, overwrite: bool) -> None:
    """The role a person's row names: a new one where the person has none, or another company's with `overwrite`."""
    role, post = entry.party.role, draft.post
    if organisation is None and not role:
        return
    if organisation is not None and (post is None or (post.organisation != organisation and draft.is_fresh)):
        draft.post = Post(organisation, role.get("function", ""), role.get("department", ""))
        folded.filled += 1
        return
    if post is None or (organisation is not None and post.organisation != organisation):
        folded.differing += 1
        return
    for name, value in role.items():
        present = getattr(post, name)
        if present == value:
            continue
        if present and not overwrite:
            folded.differing += 1
        else:
            setattr(post, name, value)
            post.is_changed = post.id is not None
            folded.filled += 1
