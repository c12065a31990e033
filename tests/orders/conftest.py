import datetime as dt
from decimal import Decimal

import pytest

from kundig.accounts.models import User
from kundig.orders.actions import confirm_order, place_order
from tests.accounts.factories import a_user
from tests.people import dairy, english, house, jana, katrin  # noqa: F401 - fixtures


@pytest.fixture
def svenja(house):
    """Svenja Kroll sells."""
    return User.objects.with_access(a_user("Svenja Kroll", role="sales").pk)


@pytest.fixture
def order(house, dairy, svenja):
    """Two positions for the dairy, not confirmed yet."""
    return place_order(
        party=dairy, by=svenja, ordered_on=dt.date(2026, 3, 2),
        lines=[
            {"title": "Plate filter PF 40", "quantity": Decimal(5), "unit_price": Decimal("1240.00")},
            {"title": "Seal", "quantity": Decimal(10), "unit_price": Decimal("3.35"), "discount": Decimal(10)},
        ],
    )  # fmt: skip


@pytest.fixture
def confirmed(order, svenja):
    return confirm_order(order, by=svenja, on=dt.date(2026, 3, 3))
