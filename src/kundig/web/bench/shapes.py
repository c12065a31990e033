"""Lists as people look at them beside the plain table: by conditions, as saved views, in groups, as boards,
calendars and pivot tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from kundig.records import registry
from kundig.records.custom.loading import fields_of
from kundig.records.kinds.times import Date
from kundig.records.saved.actions import KEPT, delete_view, save_view
from kundig.records.saved.models import SavedView
from kundig.web.bench.requests import Cost
from kundig.web.bench.scenarios import Bench

OBJECT = "organisations"
CONDITIONS = {
    "two fields": 'city = "Hamburg" and lifecycle = lead',
    "a related record": 'parent.city = "Hamburg" or owner.name = "Paul Wimmer"',
    "any of a collection": 'persons.any(function contains "Einkauf")',
    "none of a collection": "persons.none(mail is not empty)",
    "a count over a collection": "persons.count() >= 3",
    "a relative date": "changed_at > today - 90 days",
    "part of a text, without index": 'street contains "hafen"',
    "nothing fits, without index": 'street contains "gibt es nirgends"',
}


def shapes(bench: Bench) -> Iterator[Cost]:
    for what, text in CONDITIONS.items():
        address = f"/{OBJECT}/?" + urlencode({"filter": text})
        yield from bench.get(f"condition, {what}", [address], part="main#content")
        yield from bench.get(f"condition, {what}, count", [address], part="span#count")
        yield from bench.get(f"condition, {what}, REST", [f"/api/v1/{OBJECT}?" + urlencode({"filter": text})])
    yield from _saved(bench)
    description = registry.get(OBJECT)
    assert description is not None, f"{OBJECT} are described"
    added = fields_of(description)
    dated = next((field.name for field in added if isinstance(field.kind, Date)), "changed_at")
    chosen = next((field.name for field in added if hasattr(field.kind, "choices")), "country")
    hamburg = urlencode({"filter": 'city = "Hamburg"'})
    pivot = f"pivot/?rows=lifecycle&across={chosen}"
    for what, address in {
        "groups by lifecycle": "?group=lifecycle",
        f"groups by {chosen}, Hamburg": f"?group={chosen}&{hamburg}",
        "board by lifecycle": "board/",
        f"board by {chosen}": f"board/?by={chosen}",
        f"board by {chosen}, Hamburg": f"board/?by={chosen}&{hamburg}",
        f"calendar by {dated}": f"calendar/?by={dated}",
        f"pivot lifecycle by {chosen}": pivot,
        f"pivot lifecycle by {chosen}, Hamburg": f"{pivot}&{hamburg}",
    }.items():
        yield from bench.get(what, [f"/{OBJECT}/{address}"], part="main#content")
    yield from bench.get("board by lifecycle, totals", [f"/{OBJECT}/board/"], part="span#totals")


def _saved(bench: Bench) -> Iterator[Cost]:
    with _kept_views(bench) as views:
        whole = [f"/{OBJECT}/?view={view.pk}" for view in views]
        yield from bench.get("saved view with a condition, whole page", whole)
        yield from bench.get("saved view with a condition", whole, part="main#content")
        yield from bench.get("table beside saved views, first 50 rows", [f"/{OBJECT}/?view=all"])


@contextmanager
def _kept_views(bench: Bench) -> Iterator[list[SavedView]]:
    """Five views with a condition each, gone again afterwards."""
    description = registry.get(OBJECT)
    assert description is not None, f"{OBJECT} are described"
    empty: dict[str, Any] = {**dict.fromkeys(KEPT, ""), "columns": [], "settings": {}}
    filters = [f'city = "{city}" and lifecycle = customer' for city in ("Berlin", "Hamburg", "Köln", "Ulm", "Wien")]
    views = [
        save_view(description, {**empty, "filter": text, "sort": "name"}, name=f"Messung {number}", by=bench.user)
        for number, text in enumerate(filters, start=1)
    ]
    try:
        yield views
    finally:
        for view in views:
            delete_view(view, by=bench.user)
