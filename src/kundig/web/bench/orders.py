"""Orders and invoices where there are many of them, and what customers have brought."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db.models import Count

from kundig.orders.actions.worth import reckon_worth
from kundig.orders.models import Invoice, Order
from kundig.web.bench.requests import Cost, measure
from kundig.web.bench.scenarios import Bench

FEWEST = 1_000


def orders(bench: Bench) -> Iterator[Cost]:
    """Lists, pages, sums and the report; nothing where there are hardly any."""
    if Order.objects.all()[: FEWEST + 1].count() < FEWEST:
        return
    for name in ("orders", "invoices"):
        yield from bench.get(f"table {name}, first 50 rows", [f"/{name}/"])
        yield from bench.get(f"table {name}, rows swapped", [f"/{name}/"], part="main#content")
        yield from bench.get(f"table {name}, count", [f"/{name}/"], part="span#count")
    open_ones = "/invoices/?state=open&sort=due_on"
    yield from bench.get("table invoices, open ones by the day of payment", [open_ones], part="main#content")
    yield from bench.get("board orders", ["/orders/board/"], part="main#content")
    yield from bench.get("board orders, totals", ["/orders/board/"], part="span#totals")
    month = "/orders/pivot/?rows=ordered_on:month&across=state&measure=sum:net"
    yield from bench.get("report orders by month and state", [month], part="main#content")
    for name, model in (("orders", Order), ("invoices", Invoice)):
        keys = model.objects.order_by("-pk").values_list("pk", flat=True)[: bench.runs]
        yield from bench.get(f"page of {name}", [f"/{name}/{key}/" for key in keys])
    for by in ("customer", "product", "employee"):
        yield from bench.get(f"report orders, worth of a year by {by}", [f"/worth/?by={by}"])
    yield from _reckoned(bench)


def _reckoned(bench: Bench) -> Iterator[Cost]:
    """The figures on the row of a customer, after each change of an order: of those with most orders."""
    name = "reckon the worth of a customer with most orders"
    if bench.only not in name:
        return
    most = Order.objects.values("party").annotate(n=Count("pk")).order_by("-n")[: bench.runs]
    yield measure(name, [partial(reckon_worth, [row["party"]]) for row in most])
