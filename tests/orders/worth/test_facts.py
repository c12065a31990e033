"""What a customer has brought stands on its row in the transaction of the order, whoever writes it."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kundig.accounts.models import User
from kundig.catalog.queries import line_net
from kundig.orders.actions.worth import reckon_all
from kundig.orders.models import Order, OrderLine, Return, ReturnLine
from kundig.orders.queries.worth import DIMENSIONS, worth_by
from kundig.parties.models import Party
from kundig.records import registry
from kundig.records.rest.items import item_fields
from tests.orders.worth.conftest import ordered, worth
from tests.parties.factories import an_organisation

NOTHING_YET = ("0", None, None, None, None, None)


def test_customer_without_orders_has_brought_nothing_yet(alfreds):
    assert worth(alfreds) == NOTHING_YET


def test_order_counts_on_its_day(alfreds):
    ordered(alfreds, (2, "100", "10", "60"), (1, "50"))
    assert worth(alfreds) == ("1", "230.00", "230.00", "60.00", "60.00", "20.00")
    ordered(alfreds, (1, "1000"), days_ago=366)
    assert worth(alfreds)[:3] == ("2", "1230.00", "230.00")
    today = timezone.localdate()
    row = Party.objects.get(pk=alfreds.pk)
    assert (row.first_order_on, row.last_order_on) == (today - dt.timedelta(days=366), today)


def test_margin_of_orders_without_any_cost_is_not_known(alfreds):
    ordered(alfreds, (1, "50"))
    assert worth(alfreds)[3:5] == (None, None)


def test_cancelled_order_never_counts(alfreds):
    order = ordered(alfreds, (1, "50"))
    Order.objects.filter(pk=order.pk).update(state="cancelled", cancelled_on=timezone.localdate())
    assert worth(alfreds) == NOTHING_YET
    Order.objects.filter(pk=order.pk).update(state="placed", cancelled_on=None)
    assert worth(alfreds)[1] == "50.00"


def test_order_of_another_customer_moves_along(alfreds, jana):
    other = an_organisation(by=jana, name="Around the Horn")
    order = ordered(alfreds, (1, "50"))
    Order.objects.filter(pk=order.pk).update(party=other)
    assert (worth(alfreds), worth(other)[1]) == (NOTHING_YET, "50.00")


def test_changed_and_deleted_positions_count(alfreds):
    order = ordered(alfreds, (1, "50"), (1, "20"))
    first, second = order.lines.all()
    OrderLine.objects.filter(pk=first.pk).update(quantity=3)
    assert worth(alfreds)[1] == "170.00"
    OrderLine.objects.filter(pk=first.pk).update(unit_price=100, discount=50)
    assert (worth(alfreds)[1], worth(alfreds)[5]) == ("170.00", "150.00")
    second.delete()
    assert worth(alfreds)[1] == "150.00"
    order.delete()
    assert worth(alfreds) == NOTHING_YET


def test_order_in_another_currency_is_left_to_the_report(alfreds):
    ordered(alfreds, (1, "50"), currency="CHF")
    assert worth(alfreds) == NOTHING_YET


def test_credit_lessens_revenue_and_margin_once_it_is_decided(alfreds):
    order = ordered(alfreds, (2, "100", "0", "60"))
    today = timezone.localdate()
    Order.objects.filter(pk=order.pk).update(state="delivered", confirmed_on=today, begun_on=today, delivered_on=today)
    OrderLine.objects.filter(order=order).update(delivered=2)
    back = Return.objects.create(number="R-1", order=order, reason="damaged")
    line = ReturnLine.objects.create(return_to=back, order_line=order.lines.get(), quantity=1)
    assert worth(alfreds)[1:4] == ("200.00", "200.00", "80.00")
    ReturnLine.objects.filter(pk=line.pk).update(decision="credit", credit=100)
    Return.objects.filter(pk=back.pk).update(state="decided", received_on=today, inspected_on=today, decided_on=today)
    assert worth(alfreds)[1:5] == ("100.00", "100.00", "-20.00", "-20.00")


def test_orders_leave_the_last_twelve_months_at_night(alfreds):
    ordered(alfreds, (1, "50"), days_ago=400)
    Party.objects.filter(pk=alfreds.pk).update(revenue_12m=50)  # as it stood while the order was younger
    assert worth(alfreds)[2] == "50.00"
    assert reckon_all() == 1
    assert worth(alfreds)[:3] == ("1", "50.00", "0.00")
    assert reckon_all() == 0


lines = st.lists(
    st.tuples(
        st.decimals("0.001", "999", places=3), st.decimals("0", "9999", places=4), st.decimals("0", "100", places=2)
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(lines)
@settings(max_examples=15)
def test_database_and_arithmetic_agree(alfreds, made):
    order = ordered(alfreds, *made)
    found = [line_net(*each) for each in made]
    assert list(order.lines.values_list("net", flat=True)) == found
    assert Decimal(worth(alfreds)[1]) == sum(found, Decimal(0))
    order.delete()


def test_figures_are_fields_like_any_others_and_nobody_types_them(alfreds, jana):
    description = registry.get("organisations")
    names = list(item_fields(description, User.objects.with_access(jana.pk)))
    for name in ("revenue_total", "revenue_12m", "margin_12m", "orders_count", "last_order_on"):
        assert name in names and not description.field(name).editable
    for name in ("revenue_total", "revenue_12m", "margin_12m", "last_order_on"):
        assert description.field(name).sort_path == name


def test_list_is_sorted_and_filtered_by_them(client, jana, alfreds):
    rich = an_organisation(by=jana, name="QUICK-Stop")
    ordered(rich, (1, "500"))
    ordered(alfreds, (1, "50"))
    client.force_login(jana)
    page = client.get("/organisations/?sort=-revenue_12m").content.decode()
    assert page.index("QUICK-Stop") < page.index("Alfreds Futterkiste")
    page = client.get("/organisations/", {"filter": "revenue_12m > 100"}).content.decode()
    assert "QUICK-Stop" in page and "Alfreds Futterkiste" not in page


def test_margin_is_that_of_positions_whose_cost_is_known(alfreds, jana):
    ordered(alfreds, (1, "1000"), (1, "100", "0", "60"))
    assert worth(alfreds)[1:5] == ("1100.00", "1100.00", "40.00", "40.00")
    other = ordered(alfreds, (1, "1000"))
    today = timezone.localdate()
    days = dict.fromkeys(("confirmed_on", "begun_on", "delivered_on"), today)
    Order.objects.filter(pk=other.pk).update(state="delivered", **days)
    OrderLine.objects.filter(order=other).update(delivered=1)
    days = dict.fromkeys(("received_on", "inspected_on", "decided_on"), today)
    back = Return.objects.create(number="R-2", order=other, reason="damaged", state="decided", **days)
    ReturnLine.objects.create(
        return_to=back, order_line=other.lines.get(), quantity=1, decision="credit", credit=Decimal(1000)
    )
    assert worth(alfreds)[1:5] == ("1100.00", "1100.00", "40.00", "40.00")
    report = worth_by(DIMENSIONS["customer"], since=today, until=today, currency="EUR", by=jana)
    assert (report.total.revenue, report.total.margin) == (1100, 40)
    OrderLine.objects.filter(order=other).update(unit_cost=0)
    assert worth(alfreds)[3] == "40.00"
