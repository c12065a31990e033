"""An accepted quote becomes an order, by itself and once."""

from decimal import Decimal

import pytest

from kundig.orders.actions import place_order
from kundig.orders.events import OrderConfirmed, OrderPlaced
from kundig.orders.handlers.customers import who_accepts_a_quote_is_a_customer, whose_order_is_confirmed_is_a_customer
from kundig.orders.handlers.quotes import order_what_was_accepted
from kundig.orders.models import Order
from kundig.sales.actions import accept_quote, add_quote, add_quote_line, send_quote
from kundig.sales.actions.accepting import Signed
from kundig.sales.actions.designing import fill_placeholders
from kundig.sales.events import QuoteAccepted
from kundig.sales.models import Quote

pytestmark = pytest.mark.django_db


def test_accepted_quote_becomes_one_order(dairy, svenja):
    quote = add_quote(party=dairy, title="Druckluft", by=svenja)
    fill_placeholders(quote, {"Lieferzeit": "fünf Wochen"}, by=svenja)
    add_quote_line(quote, by=svenja, title="Kompressor", unit_price=Decimal(47_560), discount=Decimal(5))
    add_quote_line(quote, by=svenja, title="Wartung", unit_price=Decimal(1_980), optional=True, chosen=False)
    quote = send_quote(Quote.objects.get(pk=quote.pk), by=svenja, base="https://kundig.example")
    accept_quote(quote, Signed(name="Dr. Katrin Ohlendorf"), wanted=[])
    event = QuoteAccepted(quote.pk, dairy.pk, svenja.pk)
    for _each in range(2):
        order_what_was_accepted(event)
    order = Order.objects.get(quote=quote.pk)
    assert (order.party_id, order.owner, order.net) == (dairy.pk, quote.owner, Decimal("45182.00"))
    assert list(order.lines.values_list("title", "quantity", "unit_price", "discount")) == [
        ("Kompressor", Decimal(1), Decimal(47_560), Decimal(5))
    ]


def test_quote_nobody_has_accepted_becomes_none(dairy, svenja):
    quote = add_quote(party=dairy, title="Druckluft", by=svenja)
    with pytest.raises(ValueError, match="only an accepted one"):
        order_what_was_accepted(QuoteAccepted(quote.pk, dairy.pk, svenja.pk))
    assert Order.objects.count() == 0


def test_who_accepts_a_quote_is_a_customer_and_their_own_number_comes_along(dairy, svenja):
    dairy.lifecycle = "lead"
    dairy.save()
    quote = add_quote(party=dairy, title="Druckluft", by=svenja)
    fill_placeholders(quote, {"Lieferzeit": "fünf Wochen"}, by=svenja)
    add_quote_line(quote, by=svenja, title="Kompressor", unit_price=Decimal(47_560))
    quote = send_quote(Quote.objects.get(pk=quote.pk), by=svenja, base="https://kundig.example")
    accept_quote(quote, Signed(name="Dr. Katrin Ohlendorf", reference="B-4711"), wanted=[])
    order_what_was_accepted(QuoteAccepted(quote.pk, dairy.pk, None))
    order = Order.objects.get()
    assert order.customer_reference == "B-4711"
    who_accepts_a_quote_is_a_customer(OrderPlaced(order.pk, dairy.pk, None, quote.pk))
    dairy.refresh_from_db()
    assert dairy.lifecycle == "customer"


def test_who_is_written_down_is_a_customer_once_we_have_confirmed(dairy, svenja):
    dairy.lifecycle = "contact"
    dairy.save()
    order = place_order(party=dairy, by=svenja, lines=[{"title": "Filter", "unit_price": Decimal(40)}])
    who_accepts_a_quote_is_a_customer(OrderPlaced(order.pk, dairy.pk, svenja.pk))
    dairy.refresh_from_db()
    assert dairy.lifecycle == "contact"
    whose_order_is_confirmed_is_a_customer(OrderConfirmed(order.pk, dairy.pk, svenja.pk))
    dairy.refresh_from_db()
    assert dairy.lifecycle == "customer"
