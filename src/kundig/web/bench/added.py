"""Lists by added fields, and beside each the same question to a field of the model: they ought to cost the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kundig.records import registry
from kundig.records.custom.fields import AddedField
from kundig.records.custom.loading import fields_of
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.choices import Several, YesNo
from kundig.records.kinds.numbers import Number
from kundig.records.kinds.times import Date
from kundig.web.bench.requests import Cost
from kundig.web.bench.scenarios import Bench

OBJECT = "organisations"
BUILT_IN = ("lifecycle", "city", "revenue", "changed_at")
"""Fields of the model that have an index: a choice, a text, a number, a moment."""
VALUES = 5
"""How many different values each filter is measured with."""


@dataclass(frozen=True)
class Asked:
    """A field with some of its values on this base."""

    field: Field
    values: list[Any]

    @property
    def name(self) -> str:
        origin = "added field" if isinstance(self.field, AddedField) else "built-in field"
        return f"{origin} {self.field.name}"


def added_fields(bench: Bench) -> Iterator[Cost]:
    """Filter, range, order, both, and REST, by each field; nothing on a base without added fields."""
    description = registry.get(OBJECT)
    assert description is not None, f"{OBJECT} are described"
    added = [field for field in fields_of(description) if field.sort_path or isinstance(field.kind, Several)]
    if not added:
        return
    known = description.fields_for(bench.user)
    fields = [*(known[name] for name in BUILT_IN if name in known), *added]
    for field in fields:
        asked = Asked(field, _some_values(bench, description, field))
        if asked.values:
            yield from _one(bench, description, asked)
    yield from _several(bench, added)


def _one(bench: Bench, description: Description, asked: Asked) -> Iterator[Cost]:
    field = asked.field
    equal = [f"/{OBJECT}/?" + urlencode({"filter": _equal(field, value)}) for value in asked.values]
    if not isinstance(field.kind, Date):
        yield from bench.get(f"{asked.name}, filter", equal, part="main#content")
        yield from bench.get(f"{asked.name}, filter counted", equal, part="span#count")
    if isinstance(field.kind, Number | Date):
        ranges = [f"/{OBJECT}/?" + urlencode({"filter": _above(field, value)}) for value in asked.values]
        yield from bench.get(f"{asked.name}, range", ranges, part="main#content")
    if not field.sort_path:
        return
    for sort in (field.name, f"-{field.name}"):
        yield from bench.get(f"{asked.name}, order {sort}", [f"/{OBJECT}/?sort={sort}"], part="main#content")
        if deep := bench.deep_address(description, sort):
            yield from bench.get(f"{asked.name}, order {sort}, 500 pages deep", [deep], part="main#content")
    both = [f"{address}&sort=-{field.name}" for address in equal]
    if not isinstance(field.kind, Date):
        yield from bench.get(f"{asked.name}, filter and order", both, part="main#content")
    rest = [f"/api/v1/{address.removeprefix('/').replace('/', '', 1)}" for address in equal]
    yield from bench.get(f"{asked.name}, REST filter", rest)


def _several(bench: Bench, added: list[AddedField]) -> Iterator[Cost]:
    """As they come together: all as columns, one narrows and another orders."""
    columns = urlencode({"columns": ["name", *(field.name for field in added)]}, doseq=True)
    yield from bench.get(f"{len(added)} added fields as columns", [f"/{OBJECT}/?{columns}"], part="main#content")
    narrow = next((field for field in added if hasattr(field.kind, "choices")), None)
    order = next((field for field in added if isinstance(field.kind, Number)), None)
    if narrow is None or order is None:
        return
    values = [value for value, _label in narrow.kind.choices]  # type: ignore[attr-defined]
    by_number = f"-{order.name}"
    for what, addresses in {
        f"added fields, {narrow.name} narrows and {order.name} orders": [
            f"/{OBJECT}/?{columns}&" + urlencode({narrow.name: value, "sort": by_number}) for value in values
        ],
        f"built-in lifecycle narrows and added {order.name} orders": [
            f"/{OBJECT}/?" + urlencode({"lifecycle": "lead", "sort": by_number})
        ],
        "built-in fields, lifecycle narrows and revenue orders": [
            f"/{OBJECT}/?" + urlencode({"lifecycle": "lead", "sort": "-revenue"})
        ],
    }.items():
        yield from bench.get(what, addresses, part="main#content")


def _some_values(bench: Bench, description: Description, field: Field) -> list[Any]:
    """Values that stand in some records, one of each."""
    path = field.path
    rows = description.visible_to(bench.user).order_by("pk").values_list(path, flat=True)[:500]
    values = [value for value in dict.fromkeys(rows) if value not in (None, "", [])]
    return values[:VALUES]


def _equal(field: Field, value: Any) -> str:
    if isinstance(field.kind, YesNo):
        return f"{field.name} = {'true' if value else 'false'}"
    if isinstance(field.kind, Number):
        return f"{field.name} = {value}"
    if hasattr(field.kind, "choices"):
        return f"{field.name} = {value}"
    return f'{field.name} = "{value}"'


def _above(field: Field, value: Any) -> str:
    """A range, open at one end, that begins at a value of the base."""
    if isinstance(value, dt.datetime):
        return f"{field.name} >= {value.date().isoformat()}"
    return f"{field.name} >= {value}"
