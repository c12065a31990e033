"""Deals and orders by the number: they come until there are so many, and hold together."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, F, Sum

from kundig.accounts.models import Company
from kundig.accounts.queries import forget_company
from kundig.orders.models import Invoice, Order, Payment
from kundig.parties.models import Organisation
from kundig.records.search.models import SearchEntry
from kundig.sales.models import Deal, DealLine, DealMove
from kundig.web.sample import fill_up, load, many
from tests.people import english  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    forget_company()
    yield Company.objects.create(name="Wendeler", language="en", timezone="Europe/Berlin")
    forget_company()


@pytest.fixture
def small_portions(monkeypatch):
    monkeypatch.setattr(many, "DEALS_AT_ONCE", 40)
    monkeypatch.setattr(many, "CUSTOMERS_AT_ONCE", 3)


def test_deals_and_orders_come_until_there_are_so_many(house, small_portions):
    load(60, 1, contacts=0)
    before, told, had = Order.objects.count(), [], list(Invoice.objects.values_list("pk", flat=True))
    fill_up(deals=130, orders=before + 50, watch=lambda *progress: told.append(progress))
    assert Deal.objects.count() == 130
    assert before + 50 <= Order.objects.count() < before + 300
    assert told[-1] == ("orders", Order.objects.count(), before + 50)
    there = Order.objects.count()
    fill_up(deals=130, orders=there)
    assert (Deal.objects.count(), Order.objects.count()) == (130, there)
    deals_hold_together()
    orders_hold_together(had)
    assert all_found("deals", Deal)
    assert all_found("orders", Order)
    assert all_found("invoices", Invoice)


def deals_hold_together():
    """Each deal stands where its last move leads; the products of one come to its amount."""
    last = DealMove.objects.filter(left_at=None)
    assert last.count() == 130
    assert not last.exclude(stage_id=F("deal__stage_id")).exists()
    assert not Deal.objects.filter(closed_at=None, quiet_since=None).exists()
    sums = DealLine.objects.values_list("deal").annotate(net=Sum("net"), n=Count("pk"))
    assert len(sums) > 20
    assert {deal: net for deal, net, _n in sums} == dict(
        Deal.objects.filter(lines__isnull=False).distinct().values_list("pk", "amount")
    )


def orders_hold_together(had):
    """Sums, invoices and what customers have brought follow from the positions, as the database reckons them."""
    wrong = Order.objects.annotate(sum=Sum("lines__net")).exclude(sum=F("net"))
    assert not wrong.exists()
    made = Invoice.objects.exclude(pk__in=had)
    charged = made.annotate(sum=Sum("lines__net"))
    assert charged.count() > 20
    assert not charged.exclude(sum=F("net"), net=F("order__net"), gross=F("net") + F("tax")).exists()
    seen = made.select_related("party").first()
    assert (seen.buyer["name"], seen.buyer["city"], seen.seller["name"]) == (
        seen.party.name,
        seen.party.city,
        "Wendeler",
    )
    assert seen.tax_sums == [
        {"category": "S", "percent": "19", "base": str(seen.net), "tax": str(seen.tax), "reason": ""}
    ]
    paid = made.filter(state="paid").aggregate(sum=Sum("gross"))["sum"] or Decimal(0)
    assert Payment.objects.filter(invoice__in=made).aggregate(sum=Sum("amount"))["sum"] == paid > 0
    for customer in Organisation.objects.exclude(orders_count=0):
        ordered = Order.objects.filter(party=customer.pk).aggregate(n=Count("pk"), sum=Sum("net"))
        assert (customer.orders_count, customer.revenue_total) == (ordered["n"], ordered["sum"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_reckon_worth(array_agg(id)) FROM parties_party WHERE orders_count > 0")
        assert cursor.fetchone() == (0,)


def all_found(name, model):
    return SearchEntry.objects.filter(object=name).count() == model.objects.count()


def test_without_customers_there_are_no_deals(house):
    with pytest.raises(ValidationError, match="need customers that somebody looks after"):
        fill_up(deals=1, orders=0)
    assert Deal.objects.count() == 0
    fill_up(deals=0, orders=0)
