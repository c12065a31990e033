"""Lists of objects that an administrator has made: they ought to cost what built-in ones do."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from kundig.records.description import Description
from kundig.records.kinds.choices import Choice
from kundig.records.objects.describing import OwnDescription
from kundig.records.registry import descriptions
from kundig.web.bench.requests import Cost
from kundig.web.bench.scenarios import Bench


def own_objects(bench: Bench) -> Iterator[Cost]:
    """The table, its rows, its count, each order, deep pages, a filter, REST; nothing where there are none."""
    for description in descriptions():
        if isinstance(description, OwnDescription):
            yield from _one(bench, description)


def _one(bench: Bench, description: Description) -> Iterator[Cost]:
    name, address = f"own object {description.name}", description.url()
    yield from bench.get(f"{name}, first 50 rows", [address])
    yield from bench.get(f"{name}, rows swapped", [address], part="main#content")
    yield from bench.get(f"{name}, count", [address], part="span#count")
    yield from bench.get(f"{name}, REST, first 50", [f"/api/v1/{description.name}"])
    fields = [field for field in description.fields_for(bench.user).values() if field.name != "id"]
    for field in fields:
        if not field.sort_path:
            continue
        yield from bench.get(f"{name}, order -{field.name}", [f"{address}?sort=-{field.name}"], part="main#content")
        if deep := bench.deep_address(description, field.name, deep=DEEP):
            yield from bench.get(f"{name}, deep by {field.name}", [deep], part="main#content")
    for field in fields:
        if isinstance(field.kind, Choice):
            values = [f"{address}?" + urlencode({field.name: value}) for value, _label in field.kind.choices]
            yield from bench.get(f"{name}, filter {field.name}", values, part="main#content")
    newest = description.visible_to(bench.user).order_by("-pk").values_list("pk", flat=True)[: bench.runs]
    yield from bench.get(f"{name}, page of a record", [description.url(each) for each in newest])


DEEP = 10_000
"""Rows before a page that counts as deep: such objects are smaller than the customers of a house."""
