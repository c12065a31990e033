"""Orders and positions out of small files: what is taken, what comes back and why."""

from decimal import Decimal

import pytest

from kundig.accounts.models import User
from kundig.catalog.models import Product, TaxRate
from kundig.orders.models import Order, OrderLine
from kundig.parties.models import Party
from tests.accounts.factories import an_administrator
from tests.parties.factories import an_organisation

HEAD = "orderID;customerID;orderDate;shippedDate;productID;quantity;unitPrice;discount\n"


@pytest.fixture
def world(house_of_ours):
    by = User.objects.with_access(an_administrator().pk)
    an_organisation(by=by, name="Alfreds Futterkiste", number="ALFKI", country="DE")
    Product.objects.create(number="1", name="Chai", list_price=Decimal(18), cost=Decimal(9))
    return by


def taken(imported, text, **plan):
    return imported(HEAD + text, name="orders", file="orders.csv", **plan)


def test_rows_of_one_number_are_positions_of_one_order(imported, world):
    done = taken(imported, "7;ALFKI;2026-03-01;2026-03-04;1;2;18.00;0.1\n7;ALFKI;2026-03-01;2026-03-04;1;1;18.00;0\n")
    assert done.counts == {"created": 1, "updated": 1}
    order = Order.objects.get()
    assert (order.number, order.party.number, order.state, str(order.net)) == ("7", "ALFKI", "completed", "50.40")
    lines = [(str(line.discount), str(line.net), line.tax_percent, line.unit_cost) for line in order.lines.all()]
    assert lines == [("10.00", "32.40", 19, 9), ("0.00", "18.00", 19, 9)]
    dairy = Party.objects.get(number="ALFKI")
    assert (dairy.revenue_total, dairy.discounts_12m) == (Decimal("50.40"), Decimal("3.60"))


def test_file_that_comes_again_adds_nothing(imported, world):
    text = "7;ALFKI;2026-03-01;NULL;1;2;18.00;0\n7;ALFKI;2026-03-01;NULL;1;2;18.00;0\n"
    taken(imported, text)
    assert taken(imported, text).counts == {"unchanged": 2}
    assert (Order.objects.get().state, OrderLine.objects.count()) == ("placed", 2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7;;2026-03-01;;1;1;1;0", "The row does not say who has ordered."),
        ("7;ALFKI;;;1;1;1;0", "The row does not say on which day it was ordered."),
        ("7;ALFKI;31.31.2026;;1;1;1;0", "orderDate: “31.31.2026” is not a day."),
        ("7;ALFKI;2026-03-01;;1;-1;1;0", "The quantity must be more than nothing; what came back is a return."),
        ("7;ALFKI;2026-03-01;;1;1;-1;0", "A position needs a price that is not negative."),
        ("7;ALFKI;2026-03-01;;1;1;1;101", "A discount lies between 0 and 100 percent."),
        ("7;ALFKI;2026-03-01;;1;many;1;0", "quantity: “many” is not a number."),
    ],
)
def test_row_that_cannot_be_comes_back_with_its_reason(imported, world, row, reason):
    done = taken(imported, f"{row}\n8;ALFKI;2026-03-01;;1;1;1;0\n")
    assert done.counts == {"created": 1, "failed": 1}
    assert done.reasons == [reason]
    assert Order.objects.get().number == "8"


@pytest.mark.parametrize(
    ("row", "wait", "reason"),
    [
        ("7;NOBODY;2026-03-01;;1;1;1;0", ("customer", "NOBODY"), "There is no customer “NOBODY” that you may see."),
        ("7;ALFKI;2026-03-01;;99;1;1;0", ("product", "99"), "There is no product “99”."),
    ],
)
def test_row_that_names_what_is_not_there_waits(imported, world, row, wait, reason):
    done = taken(imported, f"{row}\n8;ALFKI;2026-03-01;;1;1;1;0\n")
    assert done.counts == {"created": 1, "waiting": 1}
    assert done.run.waiting.values_list("number", "what", "text", "reason").get() == (1, *wait, reason)
    assert (Order.objects.get().number, done.returned) == ("8", [])


def test_positions_wait_for_their_order_and_that_for_its_customer(imported, world):
    lines = imported("orderID;productID;quantity;unitPrice\n7;1;2;18\n7;1;1;18\n8;1;1;1\n", name="orders", file="l.csv")
    assert lines.counts == {"waiting": 3}
    orders = imported("orderID;customerID;orderDate\n7;AROUT;2026-03-01\n", name="orders", file="o.csv")
    assert (orders.counts, Order.objects.count()) == ({"waiting": 1}, 0)
    imported("KdNr;Firma\nAROUT;Around the Horn\n")
    assert (Order.objects.get().number, str(Order.objects.get().net)) == ("7", "54.00")
    lines.run.refresh_from_db()
    assert lines.run.counts | {"joined": 0} == {"updated": 2, "waiting": 1, "joined": 0}
    assert list(lines.run.waiting.values_list("text", flat=True)) == ["8"]


def test_purchases_are_orders_of_anonymous_customers(imported, house_of_ours):
    text = (
        " 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970112  5   77.00\n"
        " 00003 19970102  7   10.00\n"
    )
    columns = {"Column 1": "anonymous", "Column 2": "ordered_on", "Column 3": "quantity", "Column 4": "amount"}
    done = imported(text * 20, name="orders", file="cd.txt", columns=columns)
    assert done.counts == {"created": 80}
    assert Party.objects.filter(is_anonymous=True).count() == 3
    told = dict(Party.objects.values_list("number", "revenue_total"))
    assert told == {"00001": Decimal("235.40"), "00002": Decimal(1780), "00003": Decimal(200)}
    assert Order.objects.filter(number="A-1997-00001").exists() or Order.objects.exclude(number="").count() == 80
    assert imported(text * 20, name="orders", file="cd.txt", columns=columns).counts == {"unchanged": 80}


def test_row_of_an_order_of_another_customer_joins_it_not(imported, world):
    an_organisation(by=world, name="Around the Horn", number="AROUT", country="GB")
    taken(imported, "7;ALFKI;2026-03-01;;1;1;1;0\n")
    done = taken(imported, "7;AROUT;2026-03-01;;1;5;1;0\n")
    assert (done.counts, done.reasons) == ({"failed": 1}, ["Order 7 is not of customer “AROUT”."])
    Order.objects.update(state="cancelled", cancelled_on="2026-03-02")
    done = taken(imported, "7;ALFKI;2026-03-01;;1;5;1;0\n")
    assert done.reasons == ["This order was cancelled: nothing can be added to it."]
    assert OrderLine.objects.count() == 1


def test_number_that_is_taken_is_left_out(imported, world):
    taken(imported, "AU-2026-00001;ALFKI;2026-03-01;;1;1;1;0\n")
    taken(imported, ";ALFKI;2026-03-01;;1;1;1;0\nAU-2026-00002;ALFKI;2026-03-01;;1;1;1;0\n")
    assert sorted(Order.objects.values_list("number", flat=True)) == [f"AU-2026-0000{place}" for place in (1, 2, 3)]


def test_order_to_be_charged_wants_a_known_tax_rate(imported, world):
    TaxRate.objects.all().delete()
    done = taken(imported, "7;ALFKI;2026-03-01;;1;1;1;0\n8;ALFKI;2026-03-01;2026-03-04;1;1;1;0\n")
    assert done.counts == {"created": 1, "failed": 1}
    assert done.reasons[0].startswith("No tax rate is known for")
    assert (Order.objects.get().number, OrderLine.objects.get().tax_category) == ("8", "O")


def test_cost_in_the_currency_of_the_house_is_none_of_an_order_in_another(imported, world):
    head = HEAD.replace("discount", "discount;currency")
    rows = "7;ALFKI;2026-03-01;2026-03-04;1;2;20.00;0;USD\n8;ALFKI;2026-03-01;2026-03-04;1;2;20.00;0;EUR\n"
    done = imported(head + rows, name="orders", file="orders.csv")
    assert done.counts == {"created": 2}
    ((row, text),) = done.run.warnings
    assert text == "What “Chai” costs is known in EUR only: in an order in USD it stays unknown."
    assert row == 1
    abroad, here = Order.objects.order_by("number")
    assert (abroad.currency, abroad.net, abroad.cost, abroad.costed) == ("USD", Decimal(40), None, None)
    assert (here.currency, here.cost, here.costed) == ("EUR", Decimal(18), Decimal(40))
    # A later file adds to the order in dollars: it knows the order's currency, also where no column names it.
    more = taken(imported, "7;ALFKI;2026-03-01;2026-03-04;1;5;20.00;0\n")
    assert (more.counts, len(more.run.warnings)) == ({"updated": 1}, 1)
    assert [line.unit_cost for line in abroad.lines.all()] == [None, None]


def test_price_of_the_house_is_none_of_an_order_in_another_currency(imported, world):
    head = "orderID;customerID;orderDate;shippedDate;productID;quantity;currency\n"
    rows = "7;ALFKI;2026-03-01;2026-03-04;1;2;USD\n8;ALFKI;2026-03-01;2026-03-04;1;2;EUR\n"
    done = imported(head + rows, name="orders", file="orders.csv")
    assert done.counts == {"created": 1, "failed": 1}
    assert done.reasons == ["The order is in USD: the row must name the price."]
    assert Order.objects.get().net == Decimal(36)
