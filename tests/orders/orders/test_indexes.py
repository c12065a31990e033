"""What lists, boards and reports add up of a million orders stands in an index, and is read there."""

import datetime as dt
import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kundig.orders.models import Order
from kundig.orders.queries.worth import DIMENSIONS, worth_by

pytestmark = pytest.mark.django_db


def scans(ask):
    """How each statement of `ask` that adds up orders reads their table, were it too large to be read in full."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    asked = [each["sql"] for each in captured.captured_queries]
    return [plan_of(sql) for sql in asked if 'FROM "orders_order" ' in sql and 'SUM("orders_order"."net")' in sql]


def plan_of(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    found = json.loads(plan) if isinstance(plan, str) else plan
    return [node["Node Type"] for node in nodes_of(found[0]["Plan"]) if node.get("Relation Name") == "orders_order"]


def nodes_of(node):
    yield node
    for child in node.get("Plans", ()):
        yield from nodes_of(child)


@pytest.mark.parametrize("by", ["customer", "channel", "employee"])
def test_what_orders_are_worth(order, jana, by):
    year = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 12, 31)}
    assert scans(lambda: worth_by(DIMENSIONS[by], currency="EUR", by=jana, **year)) == [["Index Only Scan"]]


def test_totals_of_the_board(client, order, jana):
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "span#totals"}
    assert scans(lambda: client.get("/orders/board/", headers=headers)) == [["Index Only Scan"]]
    assert Order.objects.count() == 1
