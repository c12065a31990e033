"""Whom to contact first: worth times urgency."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kundig.timeline.rules.day import overdue, weight

urgencies = st.lists(st.floats(0, 10), min_size=1, max_size=5)
amounts = st.lists(st.decimals(0, 10_000_000, places=2), max_size=3)
classes = st.sampled_from(["A", "B", "C", "D", "E", ""])


def test_of_equal_urgency_the_better_class_comes_first():
    assert [weight([1.0], [], letter) for letter in "ABCDE"] == [1.0, 0.5, 0.25, 0.12, 0.06]


def test_a_late_c_customer_does_not_pass_an_a_customer_who_is_due():
    assert weight([overdue(400, 365)], [], "C") < weight([overdue(0, 30)], [], "A")


def test_an_amount_that_says_more_than_the_class_counts():
    assert weight([1.0], [Decimal(5000)], "C") == 1.0
    assert weight([1.0], [Decimal(25000)], "C") == 2.0
    assert weight([1.0], [Decimal(10)], "B") == 0.5


def test_overdue():
    assert [overdue(days, 30) for days in (-3, 0, 15, 30, 60, 9000)] == [1.0, 1.0, 1.5, 2.0, 2.0, 2.0]


@given(urgencies, amounts, classes, st.floats(0, 10))
def test_one_more_reason_never_makes_less_important(urgent, worths, letter, more):
    assert weight([*urgent, more], worths, letter) >= weight(urgent, worths, letter)


@given(urgencies, amounts, classes)
def test_the_order_of_reasons_does_not_matter(urgent, worths, letter):
    assert weight(urgent, worths, letter) == weight(urgent[::-1], worths[::-1], letter)
