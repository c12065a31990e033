"""Deals, orders and invoices by the hundred thousand, with the customers that are there: to measure with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kundig.accounts.queries import company
from kundig.catalog.models import Product
from kundig.orders import actions as orders
from kundig.orders.models import Invoice, InvoiceLine, Order, OrderLine, Payment
from kundig.parties.models import Organisation
from kundig.records import search
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions import bring_in_deals, ensure_pipelines, rivals
from kundig.sales.models import Deal, DealLine, DealMove
from kundig.web.sample.deals import MOST, RIVALS, Way, deals
from kundig.web.sample.ordered import GOODS, more_orders
from kundig.web.sample.tables import Staff

DEALS_AT_ONCE, CUSTOMERS_AT_ONCE = 5_000, 400
SEED = 2026
Watch = Callable[[str, int, int], None]
Customer = tuple[UUID, UUID | None, UUID | None]
"""Its id, who looks after it, and the team."""


def fill_up(*, deals: int, orders: int, watch: Watch | None = None) -> None:
    """Bring in deals and orders until there are at least so many; what is there already counts.

    Raises:
        ValidationError: if there are no customers that anybody looks after.
    """
    customers = list(Organisation.objects.exclude(owner=None).order_by("pk").values_list("pk", "owner_id", "team_id"))
    if not customers and (deals or orders):
        raise ValidationError(_("Deals and orders need customers that somebody looks after. There are none."))
    _fill_deals(customers, deals, watch)
    _fill_orders(customers, orders, watch)
    with connection.cursor() as cursor:
        for model in (Deal, DealMove, DealLine, Order, OrderLine, Invoice, InvoiceLine, Payment):
            # Sums are read from an index alone where the pages that it points at are known to be whole.
            cursor.execute(f'VACUUM ANALYZE "{model._meta.db_table}"')
    search.count_words()


def _fill_deals(customers: Sequence[Customer], wanted: int, watch: Watch | None) -> None:
    there = Deal.objects.count()
    if there >= wanted:
        return
    rivals(RIVALS)
    way, staff = Way.of(ensure_pipelines()), _staff(customers)
    places = {owner: place for place, owner in enumerate(staff.owners)}
    while there < wanted:
        rng = np.random.default_rng([SEED, there])
        some = [customers[at] for at in rng.permutation(len(customers))[:MOST]]
        count = min(DEALS_AT_ONCE, wanted - there)
        made = deals(
            [key for key, _owner, _team in some], [places[owner] for _key, owner, _team in some if owner], staff, way,
            by=None, count=count, seed=[SEED, there, 1],
        )  # fmt: skip
        with transaction.atomic(), change_set(by=None, via=Via.SAMPLE, title=_("Sample company")):
            bring_in_deals(made.deals, made.moves, made.lines)
        there += count
        if watch:
            watch("deals", there, wanted)


def _fill_orders(customers: Sequence[Customer], wanted: int, watch: Watch | None) -> None:
    there, start = Order.objects.count(), 0
    names = [title for title, _price, _cost in GOODS]
    products = dict(Product.objects.filter(name__in=names).values_list("name", "pk"))
    while there < wanted:
        some = customers[start : start + CUSTOMERS_AT_ONCE]
        found = more_orders(
            some, after=FIRST + there, seed=[SEED, there, 2], currency=company().currency, products=products
        )
        with transaction.atomic(), change_set(by=None, via=Via.SAMPLE, title=_("Sample company")):
            orders.bring_in(**found)
        there += len(found["orders"])
        start = start + CUSTOMERS_AT_ONCE if start + CUSTOMERS_AT_ONCE < len(customers) else 0
        if watch:
            watch("orders", there, wanted)


FIRST = 1_000_000
"""Behind the numbers of the orders that every sample has."""


def _staff(customers: Sequence[Customer]) -> Staff:
    """Whoever looks after one of the customers, each with their team."""
    teams = {owner: team for _key, owner, team in customers if owner}
    return Staff(list(teams), list(teams.values()))  # type: ignore[arg-type]
