"""The importer of every described object that has none of its own: each editable field is a target."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.platform.sorting import sort_key
from kundig.records.actions import change_record, create_records
from kundig.records.awaited import Awaited
from kundig.records.custom.fields import words_for
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.exports.cells import restored
from kundig.records.fields import Field
from kundig.records.imports.cells import message_of, reader_of, remembering
from kundig.records.imports.plan import EVERY_ROW_IS_NEW, SKIP, Plan
from kundig.records.imports.reading.table import Row
from kundig.records.imports.targets import (
    LEAVE_OUT,
    NOTE,
    Fate,
    Importer,
    Outcome,
    Portion,
    Session,
    Shown,
    Target,
    why_kept_back,
)
from kundig.records.kinds.base import is_nothing
from kundig.records.kinds.references import File, Reference
from kundig.records.kinds.texts import LongText, Text

_SHAPES = {"mail": "mail", "phone": "phone", "website": "website", "country": "country", "date": "date",
           "money": "amount", "number": "amount"}  # fmt: skip


class PlainImporter(Importer):
    def targets(self, *, by: User) -> list[Target]:
        return [
            Target(
                each.name, each.label, "", f"{words_for(each)}, {self._further_words(each)}".rstrip(", "),
                _SHAPES.get(each.kind.name, ""), key_label=each.label if _is_key(each) else "",
            )
            for each in importable_fields(self.description, by)
        ]  # fmt: skip

    def _further_words(self, each: Field) -> str:
        """As other programs call it: “productID”, “ProductName”, “categoryID”, and what the description adds."""
        description = self.description
        thing = re.findall("[A-Z][a-z]+", description.model.__name__)[-1].lower()
        words = []
        if each.name == description.title:
            words.append(f"{thing} name")
        if each.name in description.keys.split():
            words += [f"{thing} id", f"{thing} no"]
        if isinstance(each.kind, Reference):
            words.append(f"{each.name} id".replace("_", " "))
        return ", ".join([*words, description.import_words.get(each.name, "")]).rstrip(", ")

    def withheld(self, *, by: User) -> list[Target]:
        return [
            Target(
                f"withheld.{each.name}", each.label, "", f"{each.name.replace('_', ' ')}, {each.label}",
                _SHAPES.get(each.kind.name, ""), reason=why_kept_back(each.label),
            )
            for each in importable_fields(self.description, None)
            if not self.description.may_write(by, each)
        ]  # fmt: skip

    def begin(
        self, plan: Plan, *, columns: Sequence[str], by: User, source: str, run: UUID, since: dt.datetime
    ) -> PlainSession:
        return PlainSession(self.description, plan, columns=columns, by=by)

    def default_key(self, targets: Sequence[str]) -> str:
        title = self.description.title.split()[0]
        unique = [name for name in targets if getattr(self.description.field(name).model_field, "unique", False)]
        return next(iter(unique), title if title in targets else "")

    def requirement(self, targets: Sequence[str]) -> str:
        missing = [
            each for each in self.description.fields.values()
            if each.required and each.editable and each.name not in targets
        ]  # fmt: skip
        if not missing:
            return "" if targets else _("No column is mapped yet.")
        return _("One column must be “%(field)s”.") % {"field": missing[0].label}


def importable_fields(description: Description, by: User | None) -> list[Field]:
    """The fields that a file of this user can fill."""
    return [
        each for each in description.fields_for(by).values()
        if description.may_write(by, each) and each.model_field is not None and not isinstance(each.kind, File)
    ]  # fmt: skip


def _is_key(each: Field) -> bool:
    return isinstance(each.kind, Text) and not isinstance(each.kind, LongText)


@dataclass
class _Work:
    new: list[tuple[Fate, dict[str, Any]]] = field(default_factory=list)
    changed: list[tuple[Fate, models.Model, dict[str, Any]]] = field(default_factory=list)


class PlainSession(Session):
    """Rows become records through `records.actions`, so that every rule of the object holds."""

    def __init__(self, description: Description, plan: Plan, *, columns: Sequence[str], by: User) -> None:
        self.description = description
        self.plan = plan
        self.by = by
        fields = {each.name: each for each in importable_fields(description, by)}
        self._columns = [
            (index, column, self._reader(fields.get(plan.columns.get(column, NOTE)), column))
            for index, column in enumerate(columns)
            if plan.columns.get(column, NOTE) != LEAVE_OUT
        ]
        self._notes = next((each.name for each in fields.values() if isinstance(each.kind, LongText)), "")
        self._made: dict[str, Any] = {}

    def _reader(self, target: Field | None, column: str) -> tuple[str, Callable[[str], Any]] | None:
        if target is None:
            return None
        read = reader_of(target, by=self.by, decimal=self.plan.decimal, dates=self.plan.dates)
        return target.name, remembering(read) if isinstance(target.kind, Reference) else read

    def examine(self, rows: Sequence[Row]) -> Portion:
        work = _Work()
        portion = Portion(fates=[Fate(row, Outcome.UNCHANGED) for row in rows], work=work)
        read = [(fate, *self._understood(fate, portion)) for fate in portion.fates]
        known = self._known(values for _fate, values, _kept in read if values)
        for fate, values, kept in read:
            if values is not None:
                try:
                    self._take(fate, values, kept, known, portion)
                except ValidationError as error:
                    _fail(portion, fate, " ".join(error.messages))
        return portion

    def write(self, portion: Portion) -> None:
        new = portion.work.new
        made = create_records(self.description, [values for _fate, values in new], by=self.by, via=Via.IMPORT)
        for (fate, _values), record in zip(new, made, strict=True):
            if isinstance(record, ValidationError):
                _fail(portion, fate, " ".join(record.messages))
            else:
                fate.record = record.pk
        for fate, record, values in portion.work.changed:
            try:
                change_record(self.description, record, values, by=self.by, via=Via.IMPORT)
            except ValidationError as error:
                _fail(portion, fate, " ".join(error.messages))
        self._made.clear()

    def remember(self, portion: Portion) -> None:
        """What `_take` noted in `_made` stays for the rows to come."""

    def finish(self) -> Counter[str]:
        return Counter()

    def show(self, portion: Portion) -> list[Shown]:
        values, _kept = self._understood(Fate(portion.fates[0].row, Outcome.UNCHANGED), Portion(fates=[]))
        if not values or portion.fates[0].outcome in (Outcome.FAILED, Outcome.SKIPPED, Outcome.WAITING):
            return []
        formats = current_formats()
        texts = [
            str(each.kind.text(formats, value))
            for name, value in values.items()
            if len((each := self.description.field(name)).sources) == 1 and value not in (None, "")
        ]
        return [Shown(texts[0] if texts else "", True, "org", str(self.description.label), tuple(texts[1:]))]

    # -- inside --------------------------------------------------------------------------------------------------------

    def _understood(self, fate: Fate, portion: Portion) -> tuple[dict[str, Any] | None, list[str]]:
        try:
            return self._read(fate, portion)
        except Awaited as error:
            fate.wait(error)
            return None, []

    def _read(self, fate: Fate, portion: Portion) -> tuple[dict[str, Any] | None, list[str]]:
        """The values of a row; raises Awaited where nothing is wrong but that it names what is not there."""
        row = fate.row
        if row.problem:
            _fail(portion, fate, row.problem)
        elif row.is_empty:
            fate.outcome, fate.reason = Outcome.SKIPPED, _("The row is empty.")
            portion.reasons[fate.reason] += 1
        elif self.plan.decisions.get(row.number) == SKIP:
            fate.outcome, fate.comes_back = Outcome.SKIPPED, True
        else:
            values, kept, problems = self._values(row)
            if not problems:
                return values, kept
            _fail(portion, fate, " ".join(problems))
        return None, []

    def _values(self, row: Row) -> tuple[dict[str, Any], list[str], list[str]]:
        values: dict[str, Any] = {}
        kept, problems = [], []
        awaited: Awaited | None = None
        for index, column, reader in self._columns:
            text = restored(row.cells[index])
            if is_nothing(text):
                continue
            if reader is None:
                kept.append(f"{column}: {' '.join(text.split())}")
                continue
            try:
                values[reader[0]] = reader[1](text)
            except Awaited as error:
                awaited = awaited or error
            except ValidationError as error:
                problems.append(message_of(column, error))
        if awaited is not None and not problems:
            raise awaited
        return values, kept, problems

    def _known(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, list[models.Model]]:
        """The records that these rows may mean, by the folded value of the key."""
        key = self.plan.key
        if key == EVERY_ROW_IS_NEW:
            return {}
        wanted = {str(values[key]) for values in rows if values.get(key)}
        found: dict[str, list[models.Model]] = defaultdict(list)
        for record in self.description.everything().filter(**{f"{self.description.field(key).path}__in": wanted}):
            found[sort_key(str(getattr(record, key)))].append(record)
        return found

    def _take(
        self, fate: Fate, values: dict[str, Any], kept: list[str], known: Mapping[str, list[models.Model]],
        portion: Portion,
    ) -> None:  # fmt: skip
        mark = sort_key(str(values.get(self.plan.key) or "")) if self.plan.key != EVERY_ROW_IS_NEW else ""
        records = known.get(mark, []) if mark else []
        if len(records) > 1:
            raise ValidationError(_("%(count)d records are called so.") % {"count": len(records)})
        fate.title = str(values.get(self.description.title.split()[0], ""))
        if records:
            self._complete(fate, records[0], values, kept, portion)
        elif mark and mark in self._made:
            self._again(fate, self._made[mark], values)
        else:
            if kept and self._notes:
                values[self._notes] = "\n".join([str(values.get(self._notes) or ""), *kept]).strip()
            self._check_required(values)
            fate.outcome = Outcome.CREATED
            portion.work.new.append((fate, values))
            if mark:
                self._made[mark] = values

    @staticmethod
    def _again(fate: Fate, made: dict[str, Any], values: dict[str, Any]) -> None:
        """A later row of the same record fills what the first one left empty."""
        added = {name: value for name, value in values.items() if made.get(name) in (None, "", [])}
        made.update(added)
        fate.outcome = Outcome.UPDATED if added else Outcome.UNCHANGED

    def _complete(
        self, fate: Fate, record: models.Model, values: dict[str, Any], kept: list[str], portion: Portion
    ) -> None:
        fate.record = record.pk
        if not self.description.may(self.by, Action.CHANGE, record):
            fate.outcome, fate.comes_back = Outcome.SKIPPED, True
            fate.reason = _("This is there already, and you may not change it.")
            portion.reasons[fate.reason] += 1
            return
        if kept and self._notes:
            present = str(getattr(record, self._notes) or "")
            added = [line for line in kept if line not in present.splitlines()]
            if added:
                values[self._notes] = "\n".join([present, *added]).strip()
        changes = {}
        for name, value in values.items():
            each = self.description.field(name)
            wanted = each.kind.columns(each, value)
            there = {column: getattr(record, column) for column in wanted}
            if there == wanted:
                continue
            is_empty = all(part in (None, "", []) for part in there.values())
            if is_empty or self.plan.overwrite or name == self._notes:
                changes[name] = value
                portion.counts["filled"] += 1
            else:
                portion.counts["differing"] += 1
        if changes:
            fate.outcome = Outcome.UPDATED
            portion.work.changed.append((fate, record, changes))

    def _check_required(self, values: Mapping[str, Any]) -> None:
        missing = [
            each for each in self.description.fields.values()
            if each.required and each.editable and values.get(each.name) in (None, "", [])
        ]  # fmt: skip
        if missing:
            raise ValidationError(_("“%(field)s” is missing.") % {"field": missing[0].label})


def _fail(portion: Portion, fate: Fate, reason: str) -> None:
    fate.outcome, fate.reason, fate.comes_back = Outcome.FAILED, reason, True
    portion.reasons[reason] += 1
