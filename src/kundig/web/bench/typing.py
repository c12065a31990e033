"""The check for duplicates while a new customer is typed, also where it is dearest: where most live, and many have one
name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count

from kundig.parties.models import Party
from kundig.web.bench.requests import Cost
from kundig.web.bench.scenarios import Bench

TYPED = 4
"""Letters of a name that is only begun."""
_CROWDED = 8
"""So many of the places where most live are asked about."""


def typing(bench: Bench) -> Iterator[Cost]:
    for name, kind in (("organisations", "org"), ("persons", "person")):
        anybody = _typed(kind, _some(bench, kind))
        crowd = _typed(kind, _crowd(bench, kind))
        for what, rows in {"a customer": anybody, "a customer where most live": crowd}.items():
            for how, shown in (
                ("name, town and contact", ("address.postal_code", "address.city", "phone", "mail")),
                ("name and postcode", ("address.postal_code",)),
                ("name and town", ("address.city",)),
            ):
                yield from bench.get(f"typing {what} ({name}), {how}", _addresses(name, rows, shown))
        begun = [{**row, **{key: row[key][:TYPED] for key in row if key.endswith("name")}} for row in crowd]
        yield from bench.get(f"typing {TYPED} letters and a town ({name})", _addresses(name, begun, ("address.city",)))


def _addresses(name: str, rows: list[dict[str, str]], shown: tuple[str, ...]) -> list[str]:
    each = [{key: text for key, text in row.items() if key.endswith("name") or key in shown} for row in rows]
    return [f"/{name}/duplicates/?{urlencode(values)}" for values in each]


_READ = ("name", "first_name", "family_name", "postal_code", "city", "phone", "mail")


def _some(bench: Bench, kind: str) -> list[dict[str, Any]]:
    rows = list(Party.objects.filter(kind=kind).order_by("pk").values(*_READ)[: bench.runs * 100])
    return bench.chance.sample(rows, min(bench.runs, len(rows)))


def _crowd(bench: Bench, kind: str) -> list[dict[str, Any]]:
    """Customers of the postal codes that most share, in turns."""
    placed = Party.objects.filter(kind=kind, postal_code_key__isnull=False).order_by()
    crowded = placed.values("postal_code_key").annotate(many=Count("pk")).order_by("-many")[:_CROWDED]
    each = -(-bench.runs // _CROWDED)
    rows = [list(placed.filter(postal_code_key=key["postal_code_key"]).values(*_READ)[:each]) for key in crowded]
    return [row for place in rows for row in place][: bench.runs]


def _typed(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Rows as the form sends them."""
    return [_form(kind, row) for row in rows]


def _form(kind: str, row: Mapping[str, Any]) -> dict[str, str]:
    names = ("name",) if kind == "org" else ("first_name", "family_name")
    parts = {f"address.{name}": row[name] for name in ("postal_code", "city")}
    return {**{name: row[name] for name in names}, **parts, "phone": row["phone"], "mail": row["mail"]}
