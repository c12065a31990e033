import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from kundig.accounts.models import Company, User
from kundig.accounts.queries import forget_company
from kundig.orders.models import Order, OrderLine
from kundig.parties.models import Party
from tests.accounts.factories import an_administrator
from tests.parties.factories import an_organisation
from tests.people import english  # noqa: F401 - fixtures


@pytest.fixture
def jana(db):
    forget_company()
    Company.objects.create(name="Wendeler", language="en", timezone="Europe/Berlin")
    yield User.objects.with_access(an_administrator().pk)
    forget_company()


@pytest.fixture
def alfreds(jana):
    return an_organisation(by=jana, name="Alfreds Futterkiste", country="DE")


_numbers = iter(range(1, 10_000))


def ordered(party, *lines, days_ago=0, **values):
    """An order with positions, each (quantity, price[, discount[, cost]])."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    order = Order.objects.create(number=f"T-{next(_numbers)}", party=party, ordered_on=day, **values)
    for position, (quantity, price, *more) in enumerate(lines):
        OrderLine.objects.create(
            order=order, position=position, title="Chai", quantity=Decimal(quantity), unit_price=Decimal(price),
            discount=Decimal(more[0]) if more else 0, unit_cost=Decimal(more[1]) if len(more) > 1 else None,
        )  # fmt: skip
    return order


def worth(party):
    names = ("orders_count", "revenue_total", "revenue_12m", "margin_total", "margin_12m", "discounts_12m")
    return tuple(None if value is None else str(value) for value in Party.objects.values_list(*names).get(pk=party.pk))
