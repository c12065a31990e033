"""Histories: what was done to a record, or by a change set, in words, as far as the reader may know it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.fields import Field
from kundig.records.ledger import present
from kundig.records.ledger.folding import Deed, Fold, by_key, differences
from kundig.records.ledger.models import CHANGED, CREATED, DELETED, ChangeSet, LedgerRow
from kundig.records.ledger.sight import Sight, last_rows
from kundig.records.ledger.states import withheld_states
from kundig.records.ledger.tables import Watched, field_of, watched_tables
from kundig.records.ledger.wording import Said, label_of, titles_of, words_of

ROWS_AT_ONCE = 400
_OPS = (CREATED, CHANGED, DELETED)


@dataclass(frozen=True)
class Line:
    """One field, from and to."""

    column: str
    label: str
    before: str
    after: str
    field: str = ""

    @property
    def fields(self) -> list[str]:
        return [self.field]


@dataclass
class Entry:
    """What a change set did to one record."""

    record: UUID
    description: Description | None
    title: str
    deed: Deed
    is_there: bool
    fold_id: int = 0
    lines: list[Line] = field(default_factory=list)
    kept_back: int = 0
    """Fields that the reader may not know."""

    @property
    def itself(self) -> list[str]:
        return [str(self.record)]

    @property
    def url(self) -> str:
        return self.description.url(self.record) if self.description and self.is_there else ""


@dataclass
class Event:
    """What a change set did to what is shown."""

    set: ChangeSet
    entries: list[Entry]
    seq: int
    by: str = ""
    title: str = ""
    stood_from: datetime | None = None
    """When the last of it happened to the record, or to something that belongs to it."""

    @property
    def at(self) -> datetime:
        return self.set.at


class Reader:
    """Puts folds into words for one user."""

    def __init__(self, user: User, formats: Formats) -> None:
        self.user, self.formats, self.sight = user, formats, Sight(user)
        self.tables = watched_tables()

    def entries(self, folds: Sequence[Fold], *, only: Collection[str] = ()) -> list[Entry]:
        """The entries of those records that the reader may see, in the order of `folds`."""
        found: dict[int, Entry] = {}
        each_table: dict[int, list[int]] = defaultdict(list)
        for place, fold in enumerate(folds):
            if fold.table in self.tables and fold.deed is not Deed.NOTHING:
                each_table[fold.table].append(place)
        for table, places in each_table.items():
            watched = self.tables[table]
            if not watched.descriptions:
                continue
            entries = self._of_table(watched, [folds[place] for place in places], only)
            found.update((place, entry) for place, entry in zip(places, entries, strict=True) if entry is not None)
        return [found[place] for place in sorted(found)]

    def _of_table(self, watched: Watched, folds: Sequence[Fold], only: Collection[str]) -> list[Entry | None]:
        ids = {fold.record for fold in folds}
        now, old = present.rows_of(watched, ids), last_rows(watched, ids)
        rows = {**now, **old}
        visible = self.sight.sees(watched, now) | self.sight.would_see(watched, old)
        titles = titles_of(watched, {key: row for key, row in rows.items() if key in visible}, self.formats, self.sight)
        withheld = withheld_states(self.sight, watched, [fold for fold in folds if fold.record in visible], rows)
        entries: list[Entry | None] = []
        said: list[Said] = []
        wanted: list[tuple[Entry, str, int]] = []
        for fold in folds:
            if fold.record not in visible or fold.record not in rows:
                entries.append(None)
                continue
            row = rows[fold.record]
            description = watched.description_of(row)
            entry = Entry(fold.record, description, titles[fold.record], fold.deed, fold.record in now, id(fold))
            entries.append(entry)
            if fold.deed is not Deed.CHANGED or description is None:
                continue
            before, after = by_key(watched, fold.before), by_key(watched, fold.after)
            for name in differences(watched, before, after):
                shown = field_of(description, name)
                if shown is None or _is_technical(shown) or (only and shown.name not in only):
                    continue
                if id(fold) in withheld or not self.sight.knows(description, name):
                    entry.kept_back += 1
                    continue
                wanted.append((entry, name, len(said)))
                said += [
                    Said(watched, {**row, **fold.before}, name, before.get(name)),
                    Said(watched, {**row, **fold.after}, name, after.get(name)),
                ]
        texts = words_of(said, self.formats, self.sight)
        for entry, name, place in wanted:
            label = label_of(watched, rows[entry.record], name)
            shown = field_of(entry.description, name) if entry.description else None
            entry.lines.append(Line(name, label, texts[place], texts[place + 1], shown.name if shown else ""))
        return entries

    def events(self, groups: Sequence[tuple[UUID, list[Fold], int]], *, only: Collection[str] = ()) -> list[Event]:
        """Change sets with what they did; those that leave nothing to show are left out."""
        sets = ChangeSet.objects.in_bulk([key for key, _folds, _seq in groups])
        names = names_of(sets.values())
        together = self.entries([fold for _key, folds, _seq in groups for fold in folds], only=only)
        of_fold = {entry.fold_id: entry for entry in together}
        found = []
        for key, folds, seq in groups:
            if key not in sets:
                continue
            mine = [of_fold[id(fold)] for fold in folds if id(fold) in of_fold]
            mine = [entry for entry in mine if entry.lines or entry.deed is not Deed.CHANGED or entry.kept_back]
            if only:
                mine = [entry for entry in mine if entry.lines]
            if mine:
                found.append(Event(sets[key], mine, seq, names.get(sets[key].by_id, ""), self._title(sets[key], mine)))
        return found

    def _title(self, each: ChangeSet, entries: Sequence[Entry]) -> str:
        """What the change was called. Bulk changes are called by the values they set, which are not for everybody."""
        if each.via not in (Via.BULK, Via.UNDO) or each.by_id == self.user.pk:
            return each.title
        return each.title if all(self.sight.may_read_titles(entry.description) for entry in entries) else ""


def _is_technical(shown: Field) -> bool:
    """Whether nobody ever types it: it follows from another field, which stands in the history, too."""
    return shown.model_field is not None and not shown.model_field.editable


def history_of(
    description: Description, record: Any, *, reader: Reader, before: int | None = None, limit: int = 20, only: str = ""
) -> tuple[list[Event], int | None]:
    """The newest changes of a record and its parts, and the place where older ones go on (None at the end)."""
    own = {record.pk} if only else {record.pk, *parts_of(description, record.pk)}
    rows = LedgerRow.objects.filter(record__among=own, op__in=_OPS)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    newest = list(rows.order_by("-seq")[:ROWS_AT_ONCE])
    groups: dict[UUID, list[LedgerRow]] = {}
    for row in newest:
        if row.change_set not in groups and len(groups) == limit:
            break
        groups.setdefault(row.change_set, []).append(row)
    last = min((row.seq for each in groups.values() for row in each), default=None)
    more = bool(newest) and last is not None and (len(newest) == ROWS_AT_ONCE or newest[-1].seq < last)
    shown = [(key, _fold(each, first=record.pk), each[0].seq) for key, each in groups.items()]
    names = {only, *(description.field(only).sources if only in description.composed else ())} - {""}
    events = reader.events(shown, only=names)
    for event in events:
        event.stood_from = groups[event.set.pk][0].at
    return events, last if more else None


def _fold(rows: Iterable[LedgerRow], *, first: UUID) -> list[Fold]:
    """Rows of one change set, newest first, folded by record; that of the page comes first."""
    ordered = sorted(rows, key=lambda row: (row.record != first, row.table_id, row.record, row.seq))
    found = []
    for (table, record), each in groupby(ordered, key=lambda row: (row.table_id, row.record)):
        fold = Fold(table, record)
        for row in each:
            fold.add(row.op, row.before, row.after, row.seq)
        found.append(fold)
    return found


def parts_of(description: Description, record: UUID) -> list[UUID]:
    """What belongs to a record and lives in tables of its own, also what has been deleted."""
    found: list[UUID] = list(LedgerRow.objects.filter(owner=record).values_list("record", flat=True)[:ROWS_AT_ONCE])
    model = description.model._meta.concrete_model
    for part in registry.descriptions():
        if not part.parent:
            continue
        column: Any = part.model._meta.get_field(part.parent)
        if column.related_model._meta.concrete_model is model:
            found += part.everything().filter(**{column.attname: record}).values_list("pk", flat=True)[:ROWS_AT_ONCE]
    return found


def names_of(sets: Iterable[ChangeSet]) -> dict[UUID | None, str]:
    """The names of those who made these change sets."""
    ids = {each.by_id for each in sets if each.by_id}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
