"""Deals as they are looked at every day, where there are many of them."""

from __future__ import annotations

from collections.abc import Iterator

from kundig.sales.models import Deal
from kundig.web.bench.requests import Cost
from kundig.web.bench.scenarios import Bench

FEWEST = 1_000


def deals(bench: Bench) -> Iterator[Cost]:
    """The board with its totals, the report by month and stage, the forecast; nothing where there are hardly any."""
    if Deal.objects.all()[: FEWEST + 1].count() < FEWEST:
        return
    yield from bench.get("table deals, first 50 rows", ["/deals/"])
    yield from bench.get("board deals", ["/deals/board/"], part="main#content")
    yield from bench.get("board deals, whole page", ["/deals/board/"])
    yield from bench.get("board deals, totals", ["/deals/board/"], part="span#totals")
    yield from bench.get("board deals, band", ["/forecast/band/"], part="div#band")
    month = "/deals/pivot/?rows=expected_on:month&across=stage&measure=sum:amount"
    yield from bench.get("report deals by month and stage", [month], part="main#content")
    yield from bench.get("forecast of deals by person", ["/forecast/"])
    yield from bench.get("forecast of deals by product", ["/forecast/?by=product"])
    keys = [str(key) for key in Deal.objects.values_list("pk", flat=True)[: bench.runs]]
    yield from bench.get("page of deals", [f"/deals/{key}/" for key in keys])
