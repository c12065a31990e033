import datetime as dt
from decimal import Decimal

import pytest

from kundig.accounts.models import Letterhead
from kundig.catalog.enums import Unit
from kundig.orders import actions
from kundig.orders.models import Order, OrderLine

HOUSE = {
    "name": "Wendeler GmbH", "street": "Hafenstraße 12", "postal_code": "20457", "city": "Hamburg",
    "phone": "+49 40 123456", "mail": "rechnung@wendeler.example", "vat_id": "DE123456788",
    "tax_number": "22/815/08154",
    "register": "HRB 12345", "managers": "Ines Behrens", "bank": "Nordbank", "iban": "DE02120300000000202051",
    "bic": "BYLADEM1001",
}  # fmt: skip


@pytest.fixture
def letterhead(house):
    """The house's paper is complete."""
    return Letterhead.objects.create(**HOUSE)


@pytest.fixture
def order(svenja, dairy, letterhead):
    """Three filters at 100 € and one at 19.99 € with 10 % off."""
    made = Order.objects.create(
        number="A-1", party=dairy, owner=svenja, currency="EUR", customer_reference="4711",
        ordered_on=dt.date(2026, 11, 2),
    )  # fmt: skip
    a_line(made, 1, "Filter", "3", "100")
    a_line(made, 2, "Seal", "1", "19.99", discount="10")
    return made


def a_line(order, position, title, quantity, price, *, discount="0", percent="19", category="S"):
    return OrderLine.objects.create(
        order=order, position=position, title=title, quantity=Decimal(quantity), unit=Unit.PIECE,
        unit_price=Decimal(price), discount=Decimal(discount), tax_category=category, tax_percent=Decimal(percent),
    )  # fmt: skip


@pytest.fixture
def invoice(order, svenja):
    """That order, issued: 317.99 net, 60.42 tax, 378.41 gross."""
    return actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
