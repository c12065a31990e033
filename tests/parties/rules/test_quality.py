"""What is missing and what is old, by arithmetic alone."""

import datetime as dt

import pytest

from kundig.parties.enums import Countable, PartyKind
from kundig.parties.rules.quality import (
    DEFAULT_FIELDS,
    Old,
    Rule,
    countable,
    default_rule,
    half_life,
    months_later,
    quality_of,
)

TODAY = dt.date(2026, 11, 22)
CREATED = dt.date(2026, 1, 1)
RULE = Rule(("phone", "mail", "city"), (24, 24, 36))


def judged(values, origins=(), rule=RULE, created_on=CREATED):
    return quality_of(values, dict(origins), rule, created_on=created_on, today=TODAY)


def test_nothing_known_is_nothing_old():
    found = judged({})
    assert (found.completeness, found.missing, found.old, found.confirmed_on) == (
        0, ("phone", "mail", "city"), (), None,
    )  # fmt: skip


def test_completeness_is_the_part_that_is_there():
    found = judged({"mail": "a@b.example", "city": "Köln", "phone": ""})
    assert (found.completeness, found.missing) == (66, ("phone",))


def test_mobile_number_stands_for_the_phone():
    found = judged({"mobile": "+491701234567"}, {"mobile": {"at": "2020-01-01"}})
    assert found.missing == ("mail", "city")
    assert found.old == (Old("phone", dt.date(2020, 1, 1), False),)


def test_a_value_is_old_when_its_time_is_over():
    values = {"phone": "1", "mail": "a@b.example", "city": "Köln"}
    found = judged(values, {"*": {"at": "2024-11-22"}})
    assert [each.field for each in found.old] == ["phone", "mail"]
    assert judged(values, {"*": {"at": "2024-11-23"}}).old == ()


def test_confirming_makes_it_fresh_again():
    entry = {"at": "2019-01-01", "confirmed_on": "2026-11-01"}
    found = judged({"phone": "1"}, {"phone": entry, "*": {"at": "2019-01-01"}})
    assert (found.old, found.confirmed_on) == ((), dt.date(2026, 11, 1))


def test_doubt_makes_it_old_at_once():
    found = judged({"mail": "a@b.example"}, {"mail": {"at": "2026-11-21", "doubted_on": "2026-11-22"}})
    assert found.old == (Old("mail", dt.date(2026, 11, 21), True),)


def test_without_origin_the_day_it_came_counts():
    assert judged({"city": "Köln"}, created_on=dt.date(2023, 1, 1)).old == (Old("city", dt.date(2023, 1, 1), False),)


def test_nothing_that_counts_is_complete():
    assert judged({}, rule=Rule((), ())).completeness == 100


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)), (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2026, 11, 22), 24, dt.date(2028, 11, 22)), (dt.date(2026, 12, 1), 12, dt.date(2027, 12, 1)),
        (dt.date(2026, 10, 31), 2, dt.date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_months_later_is_the_same_day_or_the_last(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize("kind", list(PartyKind))
def test_defaults_can_count(kind):
    assert set(DEFAULT_FIELDS[kind]) <= {each.value for each in countable(kind)}
    assert default_rule(kind).months == tuple(half_life(field) for field in DEFAULT_FIELDS[kind])


def test_persons_have_no_revenue_and_firms_no_birthday():
    assert Countable.REVENUE not in countable("person")
    assert Countable.BIRTHDAY not in countable("org")
    assert {Countable.REVENUE, Countable.BIRTHDAY}.isdisjoint(countable("household"))
