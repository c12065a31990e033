"""What the sample's customers have ordered: it comes whole, and holds together."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from kundig.orders.actions import bring_in, keep_contracts
from kundig.orders.models import Asset, Contract, Order
from kundig.web.sample.ordered import ordered
from kundig.web.sample.tables import Staff

pytestmark = pytest.mark.django_db


def test_sample_orders_hold_together(dairy, svenja):
    staff = Staff([svenja.pk], [None])
    found = ordered([dairy.pk] * 2, [0, -1], staff, by=None, currency="EUR")
    assert bring_in(**found) == len(found["orders"]) + 2
    orders = list(Order.objects.order_by("ordered_on").prefetch_related("lines"))
    assert len(orders) == len(found["orders"]) > 3
    for order in orders:
        assert order.net == sum((line.net for line in order.lines.all()), Decimal(0)), order.number
        assert order.cost is not None
    assert orders[0].state == "completed"
    assert timezone.localdate() - orders[0].ordered_on < dt.timedelta(days=3 * 366)
    contract = Contract.objects.get()
    assert keep_contracts(timezone.localdate()) == 0
    assert (contract.notice_by is not None, Asset.objects.get().owner) == (True, svenja)


def test_sample_leaves_customers_nobody_looks_after_alone():
    assert ordered([uuid4()], [-1], Staff([], []), by=None, currency="EUR") == {
        "orders": [], "contracts": [], "assets": []
    }  # fmt: skip
