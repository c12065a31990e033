"""From the order to the delivery and back."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.orders import actions
from kundig.orders.enums import Decision, DeliveryKind, OrderState, ReturnState
from kundig.orders.events import OrderConfirmed, OrderPlaced, ReturnDecided
from kundig.orders.models import Asset, Delivery, Order, ReturnLine
from kundig.platform.models import OutboxEvent
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from kundig.timeline.models import Touchpoint
from tests.accounts.factories import a_user

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 10)


def lines_of(order):
    return list(order.lines.order_by("position"))


def state_of(record):
    record.refresh_from_db()
    return record.state


def published(event):
    name = f"orders.{event.__name__}"
    return OutboxEvent.objects.filter(name=name).count()


def test_order_takes_what_is_not_said_from_its_customer(order, dairy, svenja):
    assert (order.number, order.state, order.currency) == ("AU-2026-00001", OrderState.PLACED, "EUR")
    assert (order.owner, order.region) == (svenja, dairy.region or dairy.city)
    assert order.delivery_address.splitlines()[0] == dairy.name
    first, second = lines_of(order)
    assert (first.tax_category, first.tax_percent, first.net) == ("S", Decimal(19), Decimal("6200.00"))
    assert second.net == Decimal("30.15")
    order.refresh_from_db()
    assert order.net == Decimal("6230.15")
    assert published(OrderPlaced) == 1
    told = Touchpoint.objects.get(party=dairy, kind="order")
    assert (told.source, told.source_id, told.summary) == ("orders", order.pk, "AU-2026-00001")


def test_whole_way_of_an_order(order, svenja):
    actions.confirm_order(order, by=svenja, on=dt.date(2026, 3, 3))
    first, second = lines_of(order)
    delivery = actions.deliver(
        order, {first.pk: Decimal(2)}, by=svenja, shipped_on=DAY, carrier="DHL", serials={first.pk: "PF-1\nPF-2"}
    )
    assert (delivery.number, delivery.address, state_of(order)) == (
        "LS-2026-00001", order.delivery_address, OrderState.PARTLY,
    )  # fmt: skip
    assert order.begun_on == DAY
    assert list(Asset.objects.order_by("serial").values_list("serial", "warranty_until", "order_line")) == [
        ("PF-1", dt.date(2028, 3, 9), first.pk), ("PF-2", dt.date(2028, 3, 9), first.pk),
    ]  # fmt: skip
    actions.deliver(order, {first.pk: Decimal(3), second.pk: Decimal(10)}, by=svenja, shipped_on=DAY)
    assert (state_of(order), order.delivered_on) == (OrderState.DELIVERED, DAY)
    back = actions.announce_return(order, {first.pk: Decimal(1)}, reason="defect", complaint="It leaks.", by=svenja)
    actions.receive_return(back, by=svenja)
    actions.inspect_return(back, inspection="Seal torn.", by=svenja)
    line = back.lines.get()
    decided = actions.decide_return(back, {line.pk: Decision.CREDIT}, by=svenja)
    line.refresh_from_db()
    assert (decided.state, line.credit) == (ReturnState.DECIDED, Decimal("1240.00"))
    assert published(ReturnDecided) == published(OrderConfirmed) == 1
    with pytest.raises(ValidationError, match="credit note has not been issued yet"):
        actions.settle_return(back, by=svenja)
    assert actions.credit_return(back, by=svenja) is None, "nothing of it was charged"
    assert state_of(back) == ReturnState.SETTLED
    assert actions.complete_order(order, by=svenja).state == OrderState.COMPLETED
    kinds = list(Touchpoint.objects.filter(party=order.party).order_by("kind").values_list("kind", flat=True))
    assert kinds == ["delivery", "delivery", "order", "return"]


def test_replacement_goes_out_and_can_come_back_again(confirmed, svenja):
    line = lines_of(confirmed)[0]
    actions.deliver(confirmed, {each.pk: each.quantity for each in lines_of(confirmed)}, by=svenja, shipped_on=DAY)

    def replaced():
        back = actions.announce_return(confirmed, {line.pk: Decimal(5)}, reason="damaged", by=svenja)
        actions.receive_return(back, by=svenja)
        actions.inspect_return(back, inspection="Broken.", by=svenja)
        came = back.lines.get()
        actions.decide_return(back, {came.pk: Decision.REPLACE}, by=svenja)
        return back, came

    back, came = replaced()
    with pytest.raises(ValidationError, match="has not gone to the customer again yet"):
        actions.settle_return(back, by=svenja)
    with pytest.raises(ValidationError, match="At most 5 can be delivered"):
        actions.send_again(back, {came.pk: Decimal(6)}, by=svenja)
    for quantity, words in (("-1", "more than zero"), ("0.0004", "no more than 3 decimal places")):
        with pytest.raises(ValidationError, match=words):
            actions.send_again(back, {came.pk: Decimal(quantity)}, by=svenja)
    sent = actions.send_again(back, {came.pk: Decimal(5)}, by=svenja, shipped_on=DAY)
    assert (sent.kind, sent.cause, state_of(back)) == (DeliveryKind.REPLACEMENT, back, ReturnState.SETTLED)
    replaced()
    line.refresh_from_db()
    assert (line.delivered, line.returned, line.given_again) == (5, 10, 5)
    with pytest.raises(ValidationError, match="10 of it came back already"):
        delete_record(registry.get("deliveries"), sent, by=svenja)
    with pytest.raises(ValidationError) as refused:
        actions.announce_return(confirmed, {line.pk: Decimal(1)}, reason="defect", by=svenja)
    assert "nothing of it that could come back" in str(refused.value)


def test_return_is_settled_by_its_replacement_and_open_again_without_it(confirmed, svenja):
    line = lines_of(confirmed)[0]
    actions.deliver(confirmed, {each.pk: each.quantity for each in lines_of(confirmed)}, by=svenja, shipped_on=DAY)
    back = actions.announce_return(confirmed, {line.pk: Decimal(2)}, reason="damaged", by=svenja)
    actions.receive_return(back, by=svenja)
    actions.inspect_return(back, inspection="Broken.", by=svenja)
    came = back.lines.get()
    actions.decide_return(back, {came.pk: Decision.REPLACE}, by=svenja)
    actions.send_again(back, {came.pk: Decimal(1)}, by=svenja, shipped_on=DAY)
    assert state_of(back) == ReturnState.DECIDED, "one is still to go"
    with change_set(by=svenja) as changes:
        last = actions.send_again(back, {came.pk: Decimal(1)}, by=svenja, shipped_on=DAY)
    assert (state_of(back), back.settled_on) == (ReturnState.SETTLED, timezone.localdate())
    assert undo(changes.id, by=svenja).is_clean
    assert (state_of(back), back.settled_on) == (ReturnState.DECIDED, None)
    last = actions.send_again(back, {came.pk: Decimal(1)}, by=svenja, shipped_on=DAY)
    with change_set(by=svenja) as deleted:
        delete_record(registry.get("deliveries"), last, by=svenja)
    assert (state_of(back), back.settled_on) == (ReturnState.DECIDED, None)
    undo(deleted.id, by=svenja)
    assert (state_of(back), Delivery.objects.filter(cause=back).count()) == (ReturnState.SETTLED, 2)


def test_states_cannot_skip(order, svenja):
    first = lines_of(order)[0]
    for act, words in (
        (lambda: actions.deliver(order, {first.pk: Decimal(1)}, by=svenja), "confirm it first"),
        (lambda: actions.complete_order(order, by=svenja), "confirm it first"),
        (lambda: actions.announce_return(order, {first.pk: Decimal(1)}, reason="defect", by=svenja), "Nothing of this"),
        (lambda: change_record(registry.get("orders"), order, {"state": "delivered"}, by=svenja), "confirm it first"),
        (lambda: change_record(registry.get("orders"), order, {"delivered_on": DAY}, by=svenja), "follows from the"),
    ):  # fmt: skip
        order.refresh_from_db()
        with pytest.raises(ValidationError, match=words):
            act()
        assert state_of(order) == OrderState.PLACED
    assert (Delivery.objects.count(), ReturnLine.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("quantities", "words"),
    [
        ({0: "6"}, "At most 5 can be delivered"), ({0: "-1"}, "more than zero"), ({0: "0"}, "all are at zero"),
        ({}, "all are at zero"),
    ],
)  # fmt: skip
def test_quantity_that_cannot_be_delivered_is_refused_with_words(confirmed, svenja, quantities, words):
    found = lines_of(confirmed)
    with pytest.raises(ValidationError) as refused:
        actions.deliver(confirmed, {found[at].pk: Decimal(text) for at, text in quantities.items()}, by=svenja)
    assert words in str(refused.value)
    assert (Delivery.objects.count(), state_of(confirmed)) == (0, OrderState.CONFIRMED)


def test_more_than_the_customer_has_cannot_come_back(confirmed, svenja):
    first, second = lines_of(confirmed)
    actions.deliver(confirmed, {first.pk: Decimal(2)}, by=svenja)
    for line, words in ((first, "At most 2 can come back"), (second, "nothing of it that could come back")):
        with pytest.raises(ValidationError) as refused:
            actions.announce_return(confirmed, {line.pk: Decimal(3)}, reason="defect", by=svenja)
        assert words in str(refused.value)
    assert ReturnLine.objects.count() == 0


def test_given_of_parts_add_up_to_the_line(confirmed, svenja):
    second = lines_of(confirmed)[1]
    actions.deliver(confirmed, {second.pk: Decimal(10)}, by=svenja)
    given = []
    for quantity in (3, 3, 4):
        back = actions.announce_return(confirmed, {second.pk: Decimal(quantity)}, reason="unsuitable", by=svenja)
        actions.receive_return(back, by=svenja)
        actions.inspect_return(back, inspection="As new.", by=svenja)
        actions.decide_return(back, {back.lines.get().pk: Decision.CREDIT}, by=svenja)
        given.append(back.lines.get().credit)
    assert given == [Decimal("9.05"), Decimal("9.04"), Decimal("12.06")]
    assert sum(given) == second.net


def test_confirmed_order_keeps_what_was_agreed(confirmed, svenja):
    first, second = lines_of(confirmed)
    lines = registry.get("order-lines")
    with pytest.raises(ValidationError, match="Take the confirmation back"):
        change_record(lines, first, {"unit_price": Decimal(1)}, by=svenja)
    with pytest.raises(ValidationError, match="Take the confirmation back"):
        delete_record(lines, second, by=svenja)
    actions.unconfirm_order(confirmed, by=svenja)
    first.refresh_from_db()
    change_record(lines, first, {"unit_price": Decimal(1000)}, by=svenja)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.confirmed_on, confirmed.net) == (OrderState.PLACED, None, Decimal("5030.15"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity": Decimal(-1)}, "quantity"), ({"quantity": Decimal(0)}, "quantity"),
        ({"unit_price": Decimal("-0.01")}, "unit_price"), ({"discount": Decimal(101)}, "discount"),
        ({"tax_category": "AE", "tax_percent": Decimal(19)}, "tax_percent"), ({"title": ""}, "title"),
    ],
)  # fmt: skip
def test_position_nobody_can_mean_is_refused(order, svenja, values, field):
    with pytest.raises(ValidationError) as refused:
        create_record(
            registry.get("order-lines"), {"order": order, "title": "Pump", "quantity": Decimal(1), **values}, by=svenja
        )
    assert list(refused.value.message_dict) == [field]
    assert order.lines.count() == 2


def test_currency_of_an_order_with_positions_stays(order, svenja):
    with pytest.raises(ValidationError, match="one currency"):
        change_record(registry.get("orders"), order, {"currency": "CHF"}, by=svenja)


def test_delivery_is_taken_back_with_all_that_followed(confirmed, svenja):
    first = lines_of(confirmed)[0]
    with change_set(by=svenja) as opened:
        actions.deliver(confirmed, {first.pk: Decimal(2)}, by=svenja, serials={first.pk: "PF-1"})
    assert undo(opened.id, by=svenja).is_clean
    first.refresh_from_db()
    assert (first.delivered, state_of(confirmed), confirmed.begun_on) == (0, OrderState.CONFIRMED, None)
    assert (Delivery.objects.count(), Asset.objects.count()) == (0, 0)
    assert Touchpoint.objects.filter(kind="delivery").count() == 0


def test_order_brought_along_is_as_far_as_it_says(dairy, svenja):
    order = create_record(
        registry.get("orders"),
        {"party": dairy, "external_key": "10248", "ordered_on": dt.date(1996, 7, 4),
         "delivered_on": dt.date(1996, 7, 16)},
        by=svenja,
    )  # fmt: skip
    assert (order.state, order.confirmed_on) == (OrderState.DELIVERED, dt.date(1996, 7, 4))
    line = actions.add_line(order, {"title": "Queso", "quantity": Decimal(12), "unit_price": Decimal(14)}, by=svenja)
    assert (line.delivered, state_of(order)) == (12, OrderState.DELIVERED)
    back = actions.announce_return(order, {line.pk: Decimal(1)}, reason="defect", by=svenja)
    assert back.state == ReturnState.ANNOUNCED


def test_cancelled_only_before_anything_is_delivered_and_with_a_reason(confirmed, svenja):
    with pytest.raises(ValidationError, match="Say why"):
        actions.cancel_order(confirmed, reason=" ", by=svenja)
    actions.cancel_order(confirmed, reason="The hall burnt down.", by=svenja)
    assert state_of(confirmed) == OrderState.CANCELLED
    actions.reopen_order(confirmed, by=svenja)
    actions.confirm_order(confirmed, by=svenja)
    actions.deliver(confirmed, {lines_of(confirmed)[0].pk: Decimal(1)}, by=svenja)
    with pytest.raises(ValidationError, match="cannot be cancelled any more"):
        actions.cancel_order(confirmed, reason="Too late.", by=svenja)


def test_rights_are_those_of_the_order(confirmed, svenja):
    stranger = type(svenja).objects.with_access(a_user("Max Horn", role="reader").pk)
    line = lines_of(confirmed)[0]
    for act in (
        lambda: actions.deliver(confirmed, {line.pk: Decimal(1)}, by=stranger),
        lambda: actions.cancel_order(confirmed, reason="No.", by=stranger),
        lambda: actions.announce_return(confirmed, {line.pk: Decimal(1)}, reason="defect", by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (state_of(confirmed), Delivery.objects.count(), Order.objects.count()) == (OrderState.CONFIRMED, 0, 1)
