"""The sample's staff, and whoever looks at it, have something to do these days."""

from collections import Counter
from decimal import Decimal

import pytest
from django.utils import timezone

from kundig.accounts.models import User
from kundig.catalog.models import Product
from kundig.catalog.queries import price_of
from kundig.orders.models import Invoice, Order, OrderLine, Payment, Reminder
from kundig.parties.models import Organisation
from kundig.platform import jobs
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.sales.actions import reasons_against
from kundig.sales.models import Quote, QuoteTemplate
from kundig.sales.queries import document_of
from kundig.timeline.models import Appointment, Handover, Involvement, Promise, Task, Touchpoint
from kundig.web.sample import histories, load
from tests.accounts.factories import an_administrator

pytestmark = pytest.mark.django_db


def test_everybody_has_tasks_and_appointments_and_the_same_seed_the_same(monkeypatch):
    monkeypatch.setattr(histories, "AT_ONCE", 100)  # some customers at a time
    jana = an_administrator()
    load(300, 1, by=jana)
    assert Organisation.objects.filter(owner=jana).count() == 40
    assert Task.objects.filter(assignee=jana).count() >= 10
    assert Appointment.objects.filter(owner=jana).count() >= 3
    assert Task.objects.exclude(assignee=jana).values("assignee").distinct().count() > 3
    assert not Task.objects.filter(party=None).exists()
    assert all(each.due_on.weekday() < 5 for each in Task.objects.all())
    assert User.objects.filter(pk=jana.pk).exists()
    assert Touchpoint.objects.count() > 1000
    assert not Involvement.objects.exclude(touchpoint__in=Touchpoint.objects.values("pk")).exists()
    own = Promise.objects.filter(assignee=jana)
    assert {own.open().exists(), own.exclude(kept_at=None).exists(), own.filter(side="they").exists()} == {True}
    assert Promise.objects.exclude(broken_at=None).exists()
    given = Handover.objects.filter(taker=jana)
    assert (given.count(), given.filter(received_at=None).count(), len(set(given.values_list("batch")))) == (4, 4, 1)
    assert not Handover.objects.filter(giver=jana).exists()


def test_who_asks_for_the_sample_at_the_first_run_has_customers_in_it():
    jana = an_administrator()
    jobs.run_now("sample", title="", by=jana, customers=300, seed=1)
    assert Organisation.objects.filter(owner=jana).count() == 40


def test_the_sample_sells_its_products_and_has_offered_them():
    jana = an_administrator()
    load(60, 1, by=jana)
    station = Product.objects.get(kind="bundle")
    assert price_of(station, quantity=Decimal(1), on=timezone.localdate(), currency="EUR").unit_price == 20_515
    assert Product.objects.get(number="WD-45").successor == Product.objects.get(number="WD-55-V")
    assert OrderLine.objects.filter(product=None).count() == 0
    states = dict.fromkeys(Quote.objects.order_by("number_key", "version").values_list("state", flat=True))
    assert list(states) == ["sent", "declined", "accepted", "replaced", "waiting", "draft"]
    again = Quote.objects.get(version=2)
    assert (again.previous.state, again.net, again.discount_percent) == ("replaced", Decimal("55873.60"), 8)
    assert [reasons_against(each) for each in Quote.objects.filter(state="draft")] == [[]]
    assert next(block["kind"] for block in document_of(again)["blocks"]) == "cover"
    states = Counter(Invoice.objects.values_list("kind", "state"))
    assert states["invoice", "paid"] >= 5 and states["invoice", "open"] >= 2 and states["invoice", "part_paid"] >= 1
    assert states["credit_note", "paid"] == 1 and Reminder.objects.get().lines.get().invoice.reminder_level == 1
    sold = ChangeSet.objects.filter(via="sample").latest("id")
    undo(sold.pk, by=jana, overwrite=True)
    for model in (Quote, QuoteTemplate, Product, Order, Invoice, Payment, Reminder):
        assert not model.objects.exists(), "the sample goes with all that it sold"
