"""A quote of a compressor house, with a fixed line, two variants and an option."""

from decimal import Decimal

import pytest

from kundig.sales.actions import add_quote, add_quote_line, send_quote
from kundig.sales.actions.designing import fill_placeholders
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import ohlendorf, steinbrueck

HOUSE = "https://kundig.example"


@pytest.fixture
def jana():
    return a_user("Jana Brandt", role="sales")


@pytest.fixture
def boss():
    return an_administrator("Ruth Amann")


@pytest.fixture
def dairy(jana):
    return steinbrueck(by=jana)


@pytest.fixture
def quote(jana, dairy):
    made = add_quote(party=dairy, person=ohlendorf(by=jana), title="Druckluft für Linie 2", by=jana)
    fill_placeholders(made, {"Lieferzeit": "fünf Wochen"}, by=jana)
    for line in LINES:
        add_quote_line(made, by=jana, **line)
    made.refresh_from_db()
    return made


LINES = (
    {"title": "Schraubenkompressor WD 55-V", "unit_price": Decimal(47_560), "discount": Decimal(14),
     "unit_cost": Decimal(31_000)},
    {"title": "Steuerung Basis", "group": "Steuerung", "unit_price": Decimal(900)},
    {"title": "Steuerung Verbund", "group": "Steuerung", "unit_price": Decimal(2_140)},
    {"title": "Wartung Plus", "optional": True, "chosen": False, "unit_price": Decimal(1_980), "unit": "ANN"},
)  # fmt: skip


@pytest.fixture
def sent(quote, jana):
    return send_quote(quote, by=jana, base=HOUSE)


def line_called(quote, title):
    return quote.lines.get(title=title)
