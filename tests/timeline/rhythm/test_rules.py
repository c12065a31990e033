"""When the next contact is due: rhythms, rests, days off, and customers with whom nobody has spoken yet."""

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundig.timeline.enums import Unit
from kundig.timeline.rules.rhythm import ANY, LONGEST, Rhythm, next_contact, next_working_day

MONTHLY, YEARLY = Rhythm("call", 1, Unit.MONTH), Rhythm("visit", 1, Unit.YEAR)
KEY = UUID("019aa000-0000-7000-8000-000000000001")
SINCE = dt.date(2024, 1, 2)

days = st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1))
units = st.sampled_from(list(Unit))
rhythms = units.flatmap(
    lambda unit: st.builds(
        Rhythm, st.sampled_from(["", "call", "visit", "mail"]), st.integers(1, LONGEST[unit]), st.just(unit)
    )
)
pasts = st.dictionaries(st.sampled_from(["call", "visit", "meeting", "mail", "chat"]), days)


def never(day):
    return False


def due(*rhythms, last=None, **options):
    options = {"since": SINCE, "key": KEY, "is_off": never, **options}
    return next_contact(rhythms, last or {}, **options)


@pytest.mark.parametrize(
    ("rhythm", "last", "expected"),
    [
        (Rhythm("call", 10, Unit.DAY), dt.date(2026, 3, 2), dt.date(2026, 3, 12)),
        (Rhythm("call", 2, Unit.WEEK), dt.date(2026, 3, 2), dt.date(2026, 3, 16)),
        (Rhythm("call", 1, Unit.MONTH), dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        (Rhythm("call", 1, Unit.MONTH), dt.date(2028, 1, 31), dt.date(2028, 2, 29)),
        (Rhythm("call", 13, Unit.MONTH), dt.date(2026, 12, 1), dt.date(2028, 1, 1)),
        (Rhythm("call", 1, Unit.YEAR), dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
    ],
)
def test_a_turn_of_the_rhythm(rhythm, last, expected):
    assert rhythm.after(last) == expected


def test_the_next_contact_follows_from_the_last_of_its_kind():
    found = due(MONTHLY, YEARLY, last={"call": dt.date(2026, 3, 2), "visit": dt.date(2025, 9, 1)})
    assert (found.on, found.rhythm) == (dt.date(2026, 4, 2), MONTHLY)


def test_a_visit_makes_the_call_unnecessary():
    found = due(MONTHLY, last={"call": dt.date(2026, 1, 2), "visit": dt.date(2026, 3, 2)})
    assert found.on == dt.date(2026, 4, 2)


def test_a_call_is_no_visit():
    found = due(YEARLY, last={"call": dt.date(2026, 3, 2), "visit": dt.date(2025, 6, 2)})
    assert found.on == dt.date(2026, 6, 2)


def test_any_contact_satisfies_a_rhythm_without_kind():
    found = due(Rhythm(ANY, 1, Unit.YEAR), last={"mail": dt.date(2026, 3, 2), "call": dt.date(2025, 1, 2)})
    assert found.on == dt.date(2027, 3, 2)


def test_of_two_on_one_day_the_rarer_one_is_named():
    found = due(Rhythm("call", 12, Unit.MONTH), Rhythm("call", 1, Unit.MONTH), YEARLY, last={"visit": SINCE})
    assert found.rhythm == Rhythm("call", 1, Unit.MONTH)
    found = due(Rhythm("call", 1, Unit.MONTH), YEARLY, last={"call": dt.date(2025, 12, 2), "visit": SINCE})
    assert (found.on, found.rhythm) == (dt.date(2025, 1, 2), YEARLY)


def test_a_rest_moves_the_contact_and_a_holiday_moves_it_further():
    friday = dt.date(2026, 5, 1)
    found = due(MONTHLY, last={"call": dt.date(2026, 3, 2)}, resting=friday, is_off=lambda day: day == friday)
    assert found.on == dt.date(2026, 5, 4)


def test_without_a_rhythm_nothing_is_due():
    assert due(last={"call": SINCE}) is None


def test_new_customers_are_spread_over_the_first_turn():
    keys = [UUID(int=KEY.int + number) for number in range(1000)]
    found = [due(MONTHLY, key=key).on for key in keys]
    assert min(found) >= SINCE + dt.timedelta(days=1) and max(found) <= dt.date(2024, 2, 4)
    assert max(found.count(day) for day in set(found)) < 110


@given(rhythms, days)
def test_a_turn_always_leads_forward(rhythm, day):
    assert rhythm.after(day) > day
    assert Rhythm.of_code(rhythm.code) == rhythm


@given(st.lists(rhythms, max_size=4), pasts, days, st.uuids(), st.sets(days), st.none() | days)
def test_what_is_due_is_a_working_day_and_never_before_a_rest_ends(asked, last, since, key, off, resting):
    found = next_contact(asked, last, since=since, key=key, is_off=off.__contains__, resting=resting)
    if not asked:
        assert found is None
        return
    assert found.on.weekday() < 5 and found.on not in off
    assert resting is None or found.on >= resting
    assert found.rhythm in asked


@given(
    st.lists(rhythms, min_size=1, max_size=3), pasts, days, st.uuids(), st.sampled_from(["call", "visit", "mail"]), days
)
def test_one_more_contact_never_brings_the_next_one_forward(asked, last, since, key, kind, day):
    known = {name: each for name, each in last.items() if each <= day}
    rhythmic = [each for each in asked if any(each.is_satisfied_by(name) for name in known)]
    before = next_contact(rhythmic, known, since=since, key=key, is_off=never)
    after = next_contact(rhythmic, {**known, kind: day}, since=since, key=key, is_off=never)
    assert before is None or after.on >= before.on


@given(days)
def test_beyond_two_weeks_nobody_waits_for_a_working_day(day):
    assert next_working_day(day, is_off=lambda _day: True) == day + dt.timedelta(days=14)


@pytest.mark.parametrize("code", ["", "call", "call 1", "call x month", "call 1 century", "call -1 month"])
def test_what_names_no_rhythm(code):
    assert Rhythm.of_code(code) is None
