import datetime as dt
from decimal import Decimal

import pytest

from kundig.catalog.models import Product
from tests.people import english, house, jana, svenja  # noqa: F401 - fixtures

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def pump(house):
    """A pump for 1,250.00 €."""
    return Product.objects.create(number="P-100", name="Pump PX 20", list_price=Decimal(1250), cost=Decimal(800))
