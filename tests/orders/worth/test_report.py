import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.catalog.models import Product, ProductCategory
from kundig.orders.models import OrderLine
from kundig.orders.queries.worth import DIMENSIONS, worth_by
from tests.orders.worth.conftest import ordered
from tests.parties.factories import a_scoped_user, an_organisation


def told(by, dimension, **values):
    today = timezone.localdate()
    asked = {"since": today - dt.timedelta(days=364), "until": today, "currency": "EUR", **values}
    report = worth_by(DIMENSIONS[dimension], by=by, **asked)
    return {line.name: str(line.revenue) for line in report.lines}


@pytest.fixture
def sold(alfreds, jana):
    """Two customers, three orders, of which one counts for no report of this year."""
    horn = an_organisation(by=jana, name="Around the Horn", country="GB")
    drinks = ProductCategory.objects.create(name="Beverages")
    chai = Product.objects.create(number="1", name="Chai", category=drinks)
    first = ordered(alfreds, (2, "100", "10", "60"), (1, "50"), channel="shop", owner=jana)
    ordered(horn, (1, "500"), channel="fair", region="Wales")
    ordered(horn, (1, "9000"), days_ago=500)
    OrderLine.objects.filter(order=first, position=0).update(product=chai)
    return first


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("customer", {"Around the Horn": "500.00", "Alfreds Futterkiste": "230.00"}),
        ("product", {"": "550.00", "Chai": "180.00"}),
        ("category", {"": "550.00", "Beverages": "180.00"}),
        ("channel", {"trade fair": "500.00", "online shop": "230.00"}),
        ("employee", {"": "500.00", "Jana Brandt": "230.00"}),
        ("region", {"Wales": "500.00", "Germany": "230.00"}),
    ],
)
def test_revenue_is_told_by(sold, jana, dimension, expected):
    assert told(jana, dimension) == expected


def test_line_tells_discount_cost_and_margin(sold, jana):
    today = timezone.localdate()
    report = worth_by(DIMENSIONS["customer"], since=today, until=today, currency="EUR", by=jana)
    line = next(line for line in report.lines if line.name == "Alfreds Futterkiste")
    assert (line.orders, line.discounts, line.cost, line.margin) == (1, 20, 120, 60)
    assert (line.margin_percent, report.total.revenue, report.total.orders) == (Decimal("26.1"), 730, 2)


def test_who_sees_own_orders_only_is_told_of_these(sold, jana):
    assert told(a_scoped_user("Max Horn", Scope.OWN), "customer") == {}
    assert told(jana, "customer", currency="CHF") == {}


def test_page_and_file_tell_the_same(client, sold, jana):
    client.force_login(User.objects.get(pk=jana.pk))
    page = client.get("/worth/?by=customer").content.decode()
    assert "Around the Horn" in page and "€500" in page
    file = client.get("/worth/?by=channel&as=csv")
    rows = [line.split(",")[:3] for line in file.content.decode("utf-8-sig").splitlines()]
    assert rows[1:] == [["trade fair", "1", "500.00"], ["online shop", "1", "230.00"]]


def test_cents_are_left_to_the_file(client, alfreds, jana):
    ordered(alfreds, (1, "99.60", "0", "33.20"))
    client.force_login(User.objects.get(pk=jana.pk))
    page = client.get("/worth/?by=customer").content.decode()
    assert "€100" in page and "67%" in page and "99.6" not in page
    assert "99.60" in client.get("/worth/?by=customer&as=csv").content.decode()


@pytest.mark.parametrize("query", ["from=x&to=9999-99-99", "by=nothing", "currency=%00%00", "from=0001-01-01"])
def test_odd_questions_are_answered(client, sold, jana, query):
    client.force_login(User.objects.get(pk=jana.pk))
    assert client.get(f"/worth/?{query}").status_code == 200
