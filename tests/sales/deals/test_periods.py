"""Quarters and weeks."""

import datetime as dt

import pytest

from kundig.sales.rules.periods import Quarter, monday_of, quarter_of, read_quarter


@pytest.mark.parametrize(
    ("day", "quarter", "begins", "ends"),
    [
        (dt.date(2026, 11, 22), Quarter(2026, 4), dt.date(2026, 10, 1), dt.date(2026, 12, 31)),
        (dt.date(2026, 1, 1), Quarter(2026, 1), dt.date(2026, 1, 1), dt.date(2026, 3, 31)),
        (dt.date(2028, 2, 29), Quarter(2028, 1), dt.date(2028, 1, 1), dt.date(2028, 3, 31)),
    ],
)
def test_each_day_lies_in_one_quarter(day, quarter, begins, ends):
    assert quarter_of(day) == quarter
    assert (quarter.begins_on, quarter.ends_on) == (begins, ends)
    assert quarter.after.before == quarter


@pytest.mark.parametrize("text", ["", "2026", "2026-5", "2026-0", "26-1", "20266-1", "１９９９-1", "9999-1", "x"])
def test_what_is_no_quarter_is_none(text):
    assert read_quarter(text) is None


def test_a_key_is_read_back():
    assert read_quarter(Quarter(2026, 4).key) == Quarter(2026, 4)


def test_weeks_begin_on_monday():
    assert monday_of(dt.date(2026, 11, 22)) == dt.date(2026, 11, 16)
