"""What boards, reports and forecasts add up of hundreds of thousands of deals stands in an index, and is read there."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kundig.sales.models import Deal
from kundig.sales.queries.forecasts import forecast, won_in
from kundig.sales.rules.periods import quarter_of
from tests.sales.deals.test_board import TODAY, partly

pytestmark = pytest.mark.django_db
MONTHS = "/deals/pivot/?rows=expected_on:month&across=stage&measure=sum:amount"


@pytest.fixture
def seller(client, svenja):
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    return client


def scans(ask):
    """How each statement of `ask` that adds up deals reads their table, were it too large to be read in full."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    found = []
    for asked in captured.captured_queries:
        if '"sales_deal"' in asked["sql"] and "SUM(" in asked["sql"]:
            found += [(node["Node Type"], node.get("Index Name")) for node in plan_of(asked["sql"])]
    return found


def plan_of(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    found = json.loads(plan) if isinstance(plan, str) else plan
    return [node for node in nodes_of(found[0]["Plan"]) if node.get("Relation Name") == Deal._meta.db_table]


def nodes_of(node):
    yield node
    for child in node.get("Plans", ()):
        yield from nodes_of(child)


def test_totals_of_the_board(seller, compressor):
    found = scans(lambda: partly(seller, "/deals/board/", "span#totals"))
    assert found[0] == ("Index Only Scan", "deal_by_stage")
    assert found[1:] == [("Index Only Scan", "deal_ended")] * 2


@pytest.mark.parametrize("by", ["owner", "team"])
def test_forecast(svenja, compressor, by):
    found = scans(lambda: forecast(svenja, quarter_of(TODAY), by=by, today=TODAY))
    assert found == [("Index Only Scan", "deal_won"), ("Index Only Scan", "deal_open")]


def test_what_a_quarter_brought(house):
    assert scans(lambda: won_in(quarter_of(TODAY))) == [("Index Only Scan", "deal_won")]


def test_report_adds_up_amounts_by_month(seller, compressor):
    Deal.objects.filter(pk=compressor.pk).update(expected_on=TODAY)
    page = partly(seller, MONTHS, "main#content")
    assert ("48.900" in page, "2026-11-01" in page) == (True, True)
