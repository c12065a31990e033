"""What the database counts by itself, and refuses whoever writes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kundig.orders.enums import Decision, DeliveryKind, OrderState, ReturnReason, ReturnState
from kundig.orders.models import Delivery, DeliveryLine, Order, OrderLine, Return, ReturnLine

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def order(dairy):
    return Order.objects.create(
        number="AU-1", party=dairy, currency="EUR", state=OrderState.CONFIRMED, confirmed_on=DAY, ordered_on=DAY
    )


def a_line(order, quantity=5, price="100.00", **values):
    return OrderLine.objects.create(
        order=order, title="Plate filter", quantity=Decimal(quantity), unit_price=Decimal(price), **values
    )


def delivered(line, quantity, number="LS-1"):
    delivery = Delivery.objects.create(number=number, order=line.order, shipped_on=DAY)
    return DeliveryLine.objects.create(delivery=delivery, order_line=line, quantity=Decimal(quantity))


def come_back(line, quantity, number="RT-1", **values):
    back = Return.objects.create(number=number, order=line.order, reason=ReturnReason.DEFECT)
    return ReturnLine.objects.create(return_to=back, order_line=line, quantity=Decimal(quantity), **values)


def counted(line):
    line.refresh_from_db()
    return line.delivered, line.returned, line.given_again


def test_order_comes_to_the_sum_of_its_lines_and_their_cost(order):
    a_line(order, 2, "10.005", unit_cost=Decimal("3.3333"))
    further = a_line(order, 1, "7.50", discount=Decimal(10))
    order.refresh_from_db()
    assert (order.net, order.cost) == (Decimal("26.76"), Decimal("6.67"))
    OrderLine.objects.filter(pk=further.pk).update(quantity=2)
    order.refresh_from_db()
    assert order.net == Decimal("33.51")
    OrderLine.objects.all().delete()
    order.refresh_from_db()
    assert (order.net, order.cost) == (Decimal("0.00"), None)


def test_lines_brought_along_at_once_are_summed_at_once(order, dairy, django_assert_num_queries):
    other = Order.objects.create(number="AU-2", party=dairy, currency="EUR", ordered_on=DAY)
    with django_assert_num_queries(1):
        OrderLine.objects.bulk_create(
            [OrderLine(order=each, title="Seal", quantity=1, unit_price=price) for each, price in
             ((order, 1), (order, 2), (other, 4))]
        )  # fmt: skip
    assert dict(Order.objects.values_list("number", "net")) == {"AU-1": Decimal(3), "AU-2": Decimal(4)}


def test_deliveries_and_returns_are_counted_and_uncounted(order):
    line = a_line(order)
    first, second = delivered(line, 2), delivered(line, 3, "LS-2")
    assert counted(line) == (5, 0, 0)
    back = come_back(line, 1)
    assert counted(line) == (5, 1, 0)
    second.delete()
    assert counted(line) == (2, 1, 0)
    back.decision = Decision.REFUSE
    back.save()
    assert counted(line) == (2, 0, 0)
    back.decision = Decision.REPLACE
    back.save()
    again = Delivery.objects.create(
        number="LS-3", order=order, shipped_on=DAY, kind=DeliveryKind.REPLACEMENT, cause=back.return_to
    )
    sent = DeliveryLine.objects.create(delivery=again, order_line=line, returned=back, quantity=1)
    back.refresh_from_db()
    assert (counted(line), back.given_again) == ((2, 1, 1), 1)
    sent.delete()
    assert counted(line) == (2, 1, 0)
    first.quantity = 1
    first.save()
    assert counted(line) == (1, 1, 0)


def test_withdrawn_return_has_not_come_back(order):
    line = a_line(order)
    delivered(line, 5)
    back = come_back(line, 2)
    Return.objects.update(state=ReturnState.WITHDRAWN)
    assert counted(line) == (5, 0, 0)
    back.delete()
    assert counted(line) == (5, 0, 0)


@pytest.mark.parametrize(
    ("what", "constraint"),
    [
        (lambda line: delivered(line, "5.001"), "order_line_delivered_was_ordered"),
        (lambda line: (delivered(line, 3), delivered(line, 3, "LS-2")), "order_line_delivered_was_ordered"),
        (lambda line: (delivered(line, 3), come_back(line, 4)), "order_line_returned_was_delivered"),
        (lambda line: (delivered(line, 3), come_back(line, 3), DeliveryLine.objects.all().delete()),
         "order_line_returned_was_delivered"),
        (lambda line: (delivered(line, 3), OrderLine.objects.update(quantity=2)), "order_line_delivered_was_ordered"),
        (lambda line: delivered(line, 0), "delivery_line_quantity_positive"),
        (lambda line: OrderLine.objects.update(quantity=-1), "order_line_quantity_positive"),
    ],
)  # fmt: skip
def test_more_than_there_is_is_refused(order, what, constraint):
    line = a_line(order)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        what(line)
    assert counted(line) == (0, 0, 0)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": OrderState.DELIVERED}, "order_(begun|delivered)_has_day"),
        ({"state": OrderState.DELIVERED, "delivered_on": DAY}, "order_"),
        ({"state": OrderState.COMPLETED, "completed_on": DAY}, "order_"),
        ({"state": OrderState.CANCELLED}, "order_cancelled_has_day"),
        ({"state": OrderState.CONFIRMED, "confirmed_on": None}, "order_confirmed_has_day"),
        ({"delivered_on": DAY, "begun_on": DAY}, "order_"),
        ({"state": "lost"}, "order_state_known"),
    ],
)
def test_state_without_the_days_before_it_is_refused(order, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Order.objects.update(**values)
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
