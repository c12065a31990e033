"""On the page of a record: the records that point at it, by an added field or by one that their description lists."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import lazy

from kundig.accounts.enums import Action
from kundig.platform import live, outbox
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.custom import loading
from kundig.records.custom.fields import AddedField
from kundig.records.custom.storage import COLUMN
from kundig.records.description import Description, Listing
from kundig.records.events import RecordsChanged
from kundig.records.fields import Field
from kundig.records.kinds.choices import YesNo
from kundig.records.kinds.references import File, Reference, UserReference
from kundig.records.ledger.folding import is_erased
from kundig.records.ledger.models import LedgerRow
from kundig.records.panels import Panel
from kundig.records.rows import RowPlan
from kundig.records.traces import Trace, may_have

NOTES = 3
MOST_TOLD = 500
"""So many records at once are told one by one; of more, pages hear when they are opened again."""


@dataclass(frozen=True)
class Line:
    title: str
    url: str
    notes: str


class Pointing:
    """The records whose field `field` points at a record, as a panel of its page."""

    def __init__(self, field: Field, *, is_alone: bool, listing: Listing | None = None) -> None:
        self.field, self.is_alone, self.listing = field, is_alone, listing or Listing()
        self.key = f"{field.description.name}-{field.name}"

    @property
    def title(self) -> str:
        if self.listing.title:
            return str(self.listing.title)
        plural = str(self.field.description.label_plural)
        label = plural if self.is_alone else f"{plural} ({self.field.label})"
        return label[:1].upper() + label[1:]

    def panel(self, description: Description) -> Panel:
        title = lazy(lambda: self.title, str)()
        said = self.listing
        return Panel(
            self.key, title, description.model, self.render, side=said.side, order=said.order, live=self.key,
            lazy=said.lazy, applies=lambda asked: said.applies(asked),
        )  # fmt: skip

    def render(self, request: HttpRequest, description: Description, record: models.Model) -> str:
        """ "" for whoever may not see such records, or sees none and may make none."""
        user: Any = request.user
        other = self.field.description
        if not other.may(user, Action.READ) or not other.may_read(user, self.field):
            return ""
        may_create = other.may(user, Action.CREATE) and other.may_write(user, self.field)
        is_wanted = may_create and self.listing.is_wanted(record)
        may_be_there = may_have(record, Trace(other.model, self.field.path))
        if not may_be_there and not is_wanted:
            return ""
        title = other.field(other.title)
        noted = [
            field for field in other.table_columns(user) if field.name not in _LEFT_OUT | {title.name, self.field.name}
        ]
        plan = RowPlan([title, *noted], user)
        rows = other.visible_to(user).filter(**{f"{self.field.path}_id": record.pk}).order_by(*self.listing.sort, "-pk")
        most = self.listing.most
        read = list(plan.read(rows[: most + 1])) if may_be_there else []
        if not read and not is_wanted:
            return ""
        formats = current_formats()
        lines = [
            Line(
                title.text(formats, *plan.values(row, title)),
                other.url(row[0]),
                " · ".join([text for f in noted if (text := _noted(f, formats, plan.values(row, f)))][:NOTES]),
            )
            for row in read[:most]
        ]
        asked = urlencode({self.field.name: str(record.pk)})
        context = {
            "other": other,
            "title": self.title,
            "lines": lines,
            "all": f"{other.url()}?{asked}" if len(read) > most else "",
            "new": f"{other.url()}new/?{asked}" if may_create else "",
        }
        return render_to_string("records/objects/_related.html", context, request=request)


def _noted(field: Field, formats: Formats, values: Sequence[Any]) -> str:
    """What a field says without its name beside it: of yes and no, what it is, or nothing."""
    if isinstance(field.kind, YesNo):
        return str(field.label) if values[0] else ""
    return field.kind.noted(formats, *values)


_LEFT_OUT = {"created_at", "changed_at", "owner", "team"}
_made: dict[type[models.Model], list[Pointing]] | None = None
_panels: dict[str, list[Panel]] = {}
"""Object → what `panels_at` answers; a page asks it several times."""


def panels_at(description: Description) -> Sequence[Panel]:
    """The panels of a record's page that show who points at it."""
    found = _panels.get(description.name)
    if found is None:
        pointing = _pointing_at().get(description.model, ())
        found = _panels[description.name] = [each.panel(description) for each in pointing]
    return found


def _listed(other: Description) -> list[Field]:
    return [other.field(name) for name in other.listed_at]


def _pointing_at() -> Mapping[type[models.Model], list[Pointing]]:
    """Model → who points at its records; worked out once, until fields change."""
    global _made
    made = _made
    if made is None:
        made = defaultdict(list)
        for other in registry.descriptions():
            fields = [field for field in loading.fields_of(other) if is_reference(field)]
            targets = [field.kind.model for field in fields]  # type: ignore[attr-defined]
            for field, target in zip(fields, targets, strict=True):
                made[target].append(Pointing(field, is_alone=targets.count(target) == 1))
            for listed in _listed(other):
                said = Pointing(listed, is_alone=True, listing=other.listed_at[listed.name])
                for description in registry.covering(listed.kind.model):  # type: ignore[attr-defined]
                    made[description.model].append(said)
        _made = made
    return made


def is_reference(field: AddedField) -> bool:
    """Whether it points at records of the house, and not at its people or files."""
    return isinstance(field.kind, Reference) and not isinstance(field.kind, UserReference | File)


def forget() -> None:
    global _made
    _made = None
    _panels.clear()


@outbox.handler(RecordsChanged)
def tell_pages(event: RecordsChanged) -> None:
    """Pages hear that records point at theirs now, or no longer."""
    other = registry.get(event.object)
    if other is None or len(event.ids) > MOST_TOLD:
        return
    listed = _listed(other)
    fields = [*listed, *(field for field in loading.fields_of(other) if is_reference(field))]
    if not fields:
        return
    ids = [UUID(each) for each in event.ids]
    held: dict[str, set[str]] = defaultdict(set)
    columns = [f"{field.path}_id" for field in listed]
    for values, *keys in other.everything().filter(pk__in=ids).values_list(COLUMN, *columns):
        _collect(held, values)
        _collect(held, {field.name: str(key) for field, key in zip(listed, keys, strict=True) if key})
    if event.change_set:
        before = LedgerRow.objects.filter(change_set=event.change_set, record__in=ids)
        for row in before.values_list("before", flat=True):
            text = (row or {}).get(COLUMN)
            if text and not is_erased(text):
                _collect(held, json.loads(text))
            _collect(held, {field.name: (row or {}).get(f"{field.path}_id") for field in listed})
    live.announce(*_names(fields, held))


def _collect(held: dict[str, set[str]], values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, str):
            held[name].add(value)


def _names(fields: Iterable[Field], held: Mapping[str, set[str]]) -> list[str]:
    return [
        f"{field.description.name}-{field.name}:{each}" for field in fields for each in sorted(held.get(field.name, ()))
    ]


loading.when_loaded(forget)
