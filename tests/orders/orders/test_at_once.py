"""Two people at once: one is first, the other is told; never more than there is."""

import threading
import time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import translation

from kundig.accounts.models import Company, User
from kundig.accounts.queries import forget_company
from kundig.orders import actions
from kundig.orders.models import DeliveryLine, Order, ReturnLine
from tests.accounts.factories import a_user
from tests.parties.factories import steinbrueck


def at_once(*acts):
    """Each in a thread and a transaction of its own; the words of those that were refused."""
    start, refused = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(10)
            with translation.override("en"):
                act()
        except ValidationError as error:
            refused.append(" ".join(error.messages))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refused


@pytest.mark.django_db(transaction=True)
def test_two_who_deliver_and_take_back_at_once_never_exceed_what_there_is():
    forget_company()
    Company.objects.create(name="Wendeler", language="en", timezone="Europe/Berlin")
    by = User.objects.with_access(a_user("Svenja Kroll", role="sales").pk)
    order = actions.place_order(
        party=steinbrueck(by=by), by=by,
        lines=[{"title": "Filter", "quantity": Decimal(5), "unit_price": Decimal(10)}],
    )  # fmt: skip
    actions.confirm_order(order, by=by)
    line = order.lines.get().pk
    refused = at_once(*[lambda: actions.deliver(order, {line: Decimal(3)}, by=by)] * 2)
    assert len(refused) == 1
    assert "At most 2 can be delivered" in refused[0]
    assert sum(DeliveryLine.objects.values_list("quantity", flat=True)) == 3
    back = lambda: actions.announce_return(order, {line: Decimal(2)}, reason="defect", by=by)  # noqa: E731
    refused = at_once(back, back)
    assert len(refused) == 1
    assert "At most 1 can come back" in refused[0]
    assert sum(ReturnLine.objects.values_list("quantity", flat=True)) == 2
    found = Order.objects.get().lines.get()
    assert (found.delivered, found.returned) == (3, 2)
    assert connection.in_atomic_block is False
    forget_company()


def until_somebody_waits():
    """Until another transaction waits for what this one has written."""
    with connection.cursor() as cursor:
        for _each in range(200):
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # or it is seen who waited at the beginning
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_note_saved_while_a_delivery_is_made_leaves_the_order_delivered():
    forget_company()
    Company.objects.create(name="Wendeler", language="en", timezone="Europe/Berlin")
    by = User.objects.with_access(a_user("Svenja Kroll", role="sales").pk)
    order = actions.place_order(
        party=steinbrueck(by=by), by=by,
        lines=[{"title": "Filter", "quantity": Decimal(5), "unit_price": Decimal(10)}],
    )  # fmt: skip
    actions.confirm_order(order, by=by)
    order.refresh_from_db()
    client, written, answers = Client(), threading.Event(), []
    client.force_login(by, backend="kundig.accounts.backends.AccessBackend")

    def deliver():
        with transaction.atomic():
            actions.deliver(order, {order.lines.get().pk: Decimal(5)}, by=by)
            written.set()
            until_somebody_waits()

    def write_a_note():
        written.wait(10)
        form = {"party": str(order.party_id), "ordered_on": order.ordered_on.isoformat(), "currency": "EUR"}
        answers.append(client.post(f"/orders/{order.pk}/edit/", {**form, "note": "Call first."}).status_code)

    assert at_once(deliver, write_a_note) == []
    order.refresh_from_db()
    assert (answers, order.note, order.state) == ([302], "Call first.", "delivered")
    forget_company()
