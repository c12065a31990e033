"""Public holidays of states and cantons, and what they make of working days."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kundig.timeline.actions import set_region
from kundig.timeline.queries import holidays_for, region_of, working_day_for
from kundig.timeline.rules.holidays import REGIONS, holiday_on, holidays_between, is_region, next_working_day


@pytest.mark.parametrize(
    ("region", "day", "name"),
    [
        ("DE", "2026-11-01", ""),
        ("DE-BY", "2026-11-01", "Allerheiligen"),
        ("DE-BY", "2026-08-15", "Mariä Himmelfahrt"),
        ("DE-BW", "2026-08-15", ""),
        ("DE-BE", "2026-11-01", ""),
        ("DE-BE", "2026-03-08", "Frauentag"),
        ("DE-SN", "2026-11-18", "Buß- und Bettag"),
        ("DE-BY", "2026-11-18", ""),
        ("AT", "2026-10-26", "Nationalfeiertag"),
        ("CH-ZH", "2026-08-01", "Nationalfeiertag"),
        ("CH-TI", "2026-06-29", "Peter und Paul"),
        ("CH-ZH", "2026-06-29", ""),
    ],
)
def test_holiday_of_the_region_that_has_it(region, day, name):
    assert holiday_on(region, dt.date.fromisoformat(day), "de") == name


def test_every_region_has_new_year_and_is_known():
    for country, states in REGIONS.items():
        for state in states:
            assert is_region(f"{country}-{state}")
            assert holiday_on(f"{country}-{state}", dt.date(2027, 1, 1), "en") == "New Year's Day"
    assert not is_region("DE-XX")
    assert not is_region("FR")
    assert holidays_between("FR", dt.date(2026, 1, 1), dt.date(2026, 12, 31), "de") == {}


def test_next_working_day_leaves_out_weekends_and_holidays():
    assert next_working_day("DE-BY", dt.date(2026, 12, 24)) == dt.date(2026, 12, 24)
    assert next_working_day("DE-BY", dt.date(2026, 12, 25)) == dt.date(2026, 12, 28)
    assert next_working_day("DE-BY", dt.date(2027, 1, 6)) == dt.date(2027, 1, 7)
    assert next_working_day("DE-BE", dt.date(2027, 1, 6)) == dt.date(2027, 1, 6)


def test_far_years_are_not_calculated():
    assert holidays_between("DE", dt.date(1000, 1, 1), dt.date(1000, 12, 31), "de") == {}


@pytest.mark.django_db
def test_own_region_counts_before_that_of_the_house_and_its_country(house, jana, svenja):
    assert region_of(svenja) == "DE"
    set_region("DE-BY", user=None, by=jana)
    assert region_of(svenja) == "DE-BY"
    assert working_day_for(svenja, dt.date(2027, 1, 6)) == dt.date(2027, 1, 7)
    set_region("AT-9", user=svenja, by=svenja)
    assert (region_of(svenja), region_of(jana)) == ("AT-9", "DE-BY")
    assert holidays_for(svenja, dt.date(2026, 10, 20), dt.date(2026, 10, 31)) == {dt.date(2026, 10, 26): "National Day"}
    set_region("", user=svenja, by=svenja)
    assert region_of(svenja) == "DE-BY"


@pytest.mark.django_db
def test_who_may_set_which_region(house, jana, svenja):
    with pytest.raises(PermissionDenied):
        set_region("DE-BY", user=None, by=svenja)
    with pytest.raises(PermissionDenied):
        set_region("DE-BY", user=svenja, by=jana)
    with pytest.raises(ValidationError, match="There is no state or canton “DE-XX”"):
        set_region("DE-XX", user=svenja, by=svenja)
    assert region_of(svenja) == "DE"
