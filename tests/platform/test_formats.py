import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundig.platform.formats import formats, parse_date

DE, EN = formats("de"), formats("en")


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        ("1.234,56", DE, "1234.56"),
        ("1,234.56", DE, "1234.56"),
        ("1.234,56", EN, "1234.56"),
        ("1.234", DE, "1234"),
        ("1,234", EN, "1234"),
        ("1.234", EN, "1.234"),
        ("1,234", DE, "1.234"),
        ("12.5", DE, "12.5"),
        ("12,5", EN, "12.5"),
        ("1.234.567", DE, "1234567"),
        ("1,234,567", DE, "1234567"),
        ("1 234,5", DE, "1234.5"),
        ("1'234.50", DE, "1234.50"),
        ("−3", DE, "-3"),
        ("-0,5", DE, "-0.5"),
        ("7", EN, "7"),
    ],
)
def test_number_is_read_as_people_write_it(typed, language, number):
    assert language.parse_number(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "abc", "1,2,3.4.5", "--3", "1e5", ".", "12 €x"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match=".*"):
        DE.parse_number(typed)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from([DE, EN]))
def test_a_shown_number_reads_back(number, language):
    assert language.parse_number(language.number(number, places=2)) == number


def test_values_read_as_the_language_writes_them():
    assert DE.money(Decimal("-1234.5"), "EUR") == "−1.234,50\u00a0€"
    assert DE.money(Decimal("12692000.00"), "EUR") == "12.692.000\u00a0€"
    assert EN.money(Decimal("1234.5"), "CHF") == "CHF1,234.50"
    assert DE.percent(Decimal("12.50")) == "12,5\u00a0%"
    assert EN.percent(Decimal("12.50")) == "12.5%"
    assert DE.date(dt.date(2026, 4, 3)) == "03.04.2026"
    assert EN.date(dt.date(2026, 4, 3)) == "3 Apr 2026"
    assert DE.number(1234567) == "1.234.567"
    assert DE.number(Decimal("0.10")) == "0,1"


@pytest.mark.parametrize("typed", ["2026-04-03", "03.04.2026", "3.4.26", "03/04/2026", "20260403", "3.4.2026."])
def test_dates_put_the_day_before_the_month(typed):
    assert parse_date(typed) == dt.date(2026, 4, 3)


@pytest.mark.parametrize("typed", ["31.02.2026", "2026-13-01", "tomorrow", ""])
def test_days_that_do_not_exist_are_refused(typed):
    with pytest.raises(ValueError, match=".*"):
        parse_date(typed)
