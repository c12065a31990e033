from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kundig.catalog.queries import Allowance, line_net, reversed_sign, to_cents, totals


@dataclass(frozen=True)
class Line:
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    tax_category: str = "S"
    tax_percent: Decimal = Decimal(19)

    def taken_back(self):
        return Line(-self.quantity, self.unit_price, self.discount, self.tax_category, self.tax_percent)


quantities = st.decimals("-99999999999.999", "99999999999.999", places=3)
prices = st.decimals("0", "999999999999.9999", places=4)
discounts = st.decimals("0", "100", places=2)
rates = st.sampled_from([("S", Decimal(19)), ("S", Decimal("7.00")), ("S", Decimal("8.1")), ("AE", Decimal(0))])
lines = st.builds(
    lambda quantity, price, discount, rate: Line(quantity, price, discount, *rate),
    st.decimals("-9999", "9999", places=3), st.decimals("0", "99999", places=4), discounts, rates,
)  # fmt: skip


def test_half_a_cent_goes_away_from_zero():
    assert line_net(Decimal(1), Decimal("0.005")) == Decimal("0.01")
    assert line_net(Decimal(-1), Decimal("0.005")) == Decimal("-0.01")
    assert line_net(Decimal(3), Decimal("0.3350")) == Decimal("1.01")
    assert to_cents(Decimal("1.00499999")) == Decimal("1.00")


def test_line_is_rounded_once_after_its_discount():
    # Rounding 3 × 9.99 = 29.97 first makes no difference; rounding the discounted price (8.7413) would: 26.22.
    assert line_net(Decimal(3), Decimal("9.99"), Decimal("12.5")) == Decimal("26.22")
    assert line_net(Decimal("2.5"), Decimal("0.0125"), Decimal(10)) == Decimal("0.03")


def test_nothing_is_never_minus_nothing():
    assert str(line_net(Decimal(-1), Decimal(0))) == "0.00"
    assert str(line_net(Decimal("-0.001"), Decimal("0.0001"))) == "0.00"


@given(quantities, prices, discounts)
def test_taking_back_a_line_is_its_negative(quantity, price, discount):
    assert line_net(-quantity, price, discount) == -line_net(quantity, price, discount)


def test_database_rounds_lines_alike(db):
    @given(quantities, prices, discounts)
    def compare(quantity, price, discount):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT round(%s::numeric(14,3) * %s::numeric(16,4) * (100 - %s::numeric(7,2)) / 100, 2)",
                [quantity, price, discount],
            )
            assert cursor.fetchone() == (line_net(quantity, price, discount),)

    compare()


@given(st.lists(lines, max_size=12))
def test_sum_of_lines_is_the_total(given_lines):
    found = totals(given_lines)
    assert found.lines_net == sum((line_net(x.quantity, x.unit_price, x.discount) for x in given_lines), Decimal(0))
    assert found.net == found.lines_net == sum((each.base for each in found.by_rate), Decimal(0))
    assert found.gross == found.net + found.tax
    assert found.tax == sum((each.tax for each in found.by_rate), Decimal(0))


@given(st.lists(lines, max_size=12))
def test_tax_is_rounded_once_for_each_rate(given_lines):
    found = totals(given_lines)
    assert len({(each.category, each.percent) for each in found.by_rate}) == len(found.by_rate)
    for each in found.by_rate:
        assert each.tax == to_cents(each.base * each.percent / 100)
        assert abs(each.tax - each.base * each.percent / 100) <= Decimal("0.005")


@given(st.lists(lines, max_size=12))
def test_document_and_its_reversal_come_to_nothing(given_lines):
    back = [line.taken_back() for line in given_lines]
    both = totals([*given_lines, *back])
    assert (both.net, both.tax, both.gross) == (0, 0, 0)
    assert all(each.base == each.tax == 0 for each in both.by_rate)
    assert totals(back) == reversed_sign(totals(given_lines))


@given(st.lists(lines, max_size=8), st.randoms(use_true_random=False))
def test_order_of_lines_does_not_matter(given_lines, chance):
    mixed = list(given_lines)
    chance.shuffle(mixed)
    assert totals(mixed) == totals(given_lines)


def test_tax_is_reckoned_by_rate_and_not_by_line():
    three = [Line(Decimal(1), Decimal("0.33"))] * 3
    found = totals(three)  # by line: 3 × 0.06 = 0.18
    assert (found.net, found.tax, found.gross) == (Decimal("0.99"), Decimal("0.19"), Decimal("1.18"))


def test_allowances_and_charges_bear_their_own_tax():
    found = totals(
        [Line(Decimal(2), Decimal(100)), Line(Decimal(1), Decimal(50), tax_percent=Decimal(7))],
        allowances=[Allowance(Decimal(20), "S", Decimal(19), "loyalty")],
        charges=[Allowance(Decimal(10), "S", Decimal(7), "freight")],
    )
    assert (found.lines_net, found.net) == (Decimal("250.00"), Decimal("240.00"))
    assert [(each.percent, each.base, each.tax) for each in found.by_rate] == [
        (Decimal(19), Decimal("180.00"), Decimal("34.20")),
        (Decimal(7), Decimal("60.00"), Decimal("4.20")),
    ]
    assert found.gross == Decimal("278.40")


def test_rates_written_differently_are_one():
    found = totals([Line(Decimal(1), Decimal(1)), Line(Decimal(1), Decimal(1), tax_percent=Decimal("19.00"))])
    assert [(each.base, each.tax) for each in found.by_rate] == [(Decimal("2.00"), Decimal("0.38"))]


def test_document_without_lines_comes_to_nothing():
    assert (totals([]).gross, list(totals([]).by_rate)) == (Decimal(0), [])
