"""What the first screen of a history costs: of customers with much and with little behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from kundig.timeline.models import Touchpoint
from kundig.web.bench.requests import Cost
from kundig.web.bench.scenarios import Bench

_LONGEST = f"""
SELECT organisation_id, count(*) FROM {Touchpoint._meta.db_table} WHERE organisation_id IS NOT NULL
GROUP BY organisation_id ORDER BY count(*) DESC LIMIT %s
"""  # noqa: S608 - the name of our own table


def histories(bench: Bench) -> Iterator[Cost]:
    """The part of the page that shows a history, the page itself, and a page of older entries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [Touchpoint._meta.db_table])
        cursor.execute(_LONGEST, [bench.runs])
        longest: list[tuple[Any, int]] = cursor.fetchall()
    if not longest:
        return
    what, part = f"history of those with most ({longest[-1][1]:,} to {longest[0][1]:,} contacts)", "div#timeline"
    long = [f"/history/{key}/" for key, _count in longest]
    yield from bench.get(f"{what}, first screen", long, part=part)
    yield from bench.get(f"{what}, a year ago", [f"{each}?until=2025-11-22" for each in long], part=part)
    yield from bench.get(f"{what}, talks only", [f"{each}?kind=talks" for each in long], part=part)
    for name in ("organisations", "persons"):
        some = [f"/history/{key}/" for key in bench.some_ids(name)]
        yield from bench.get(f"history of some {name}, first screen", some, part=part)
