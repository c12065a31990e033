"""The order of a day's visits: known distances, never longer than before, and agreed hours."""

import datetime as dt
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundig.timeline.rules.routing import (
    Place,
    Stop,
    beside_km,
    best_order,
    drive,
    fitting_order,
    length_km,
    line_km,
    timetable,
)

MUNICH, AUGSBURG, ULM, STUTTGART = (
    Place(48.137, 11.575), Place(48.371, 10.898), Place(48.401, 9.988), Place(48.776, 9.183),
)  # fmt: skip
NINE = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
places = st.builds(Place, st.floats(47, 55), st.floats(6, 15))


def test_distances_are_those_of_the_globe():
    assert line_km(MUNICH, STUTTGART) == pytest.approx(190, abs=2)
    assert line_km(MUNICH, MUNICH) == 0
    assert line_km(Place(0, 179.5), Place(0, -179.5)) == pytest.approx(111.2, abs=0.1)


def test_the_way_goes_through_the_towns_as_they_lie():
    assert best_order(MUNICH, [STUTTGART, AUGSBURG, ULM]) == [1, 2, 0]
    assert best_order(MUNICH, [STUTTGART, AUGSBURG, ULM], end=STUTTGART) == [1, 2, 0]
    assert best_order(MUNICH, []) == []


@given(places, st.lists(places, max_size=12), st.none() | places)
def test_the_way_has_no_crossing_that_could_be_undone(start, stops, end):
    order = best_order(start, stops, end)
    assert sorted(order) == list(range(len(stops)))
    found = length_km(start, [stops[n] for n in order], end)
    for first in range(len(order)):
        for last in range(first + 1, len(order)):
            turned = [*order[:first], *reversed(order[first : last + 1]), *order[last + 1 :]]
            assert length_km(start, [stops[n] for n in turned], end) >= found - 1e-6


@given(places, st.lists(places, min_size=1, max_size=6))
def test_few_stops_come_close_to_the_best_order(start, stops):
    best = min(length_km(start, way) for way in permutations(stops))
    assert length_km(start, [stops[n] for n in best_order(start, stops)]) <= best * 1.35 + 1e-6


def test_a_place_on_the_way_costs_next_to_nothing():
    assert beside_km([MUNICH, ULM], AUGSBURG) < 10
    assert beside_km([MUNICH], AUGSBURG) == pytest.approx(1.3 * line_km(MUNICH, AUGSBURG))
    assert beside_km([MUNICH, ULM], Place(53.551, 9.994)) > 1000


def test_long_ways_are_driven_faster_than_short_ones():
    assert drive(0) == dt.timedelta(0)
    assert drive(14) / 14 > drive(140) / 140
    assert drive(77) == pytest.approx(dt.timedelta(minutes=74), abs=dt.timedelta(minutes=3))


def test_who_comes_early_waits_and_who_comes_late_is_told():
    hour = dt.timedelta(hours=1)
    legs = timetable(NINE, MUNICH, [Stop(AUGSBURG, hour, NINE + 3 * hour), Stop(ULM, hour, NINE + 4 * hour)])
    assert (legs[0].arrives, legs[0].late) == (NINE + 3 * hour, dt.timedelta(0))
    assert legs[1].arrives > NINE + 4 * hour
    assert legs[1].late == legs[1].arrives - (NINE + 4 * hour)
    assert all(leg.arrives.minute % 5 == 0 for leg in legs)


def test_agreed_hours_are_kept_and_the_others_put_between_them():
    hour = dt.timedelta(hours=1)
    stops = [Stop(ULM, hour), Stop(STUTTGART, hour, NINE + 8 * hour), Stop(AUGSBURG, hour, NINE + 2 * hour)]
    order = fitting_order(NINE, MUNICH, stops)
    assert order == [2, 0, 1]
    assert not any(leg.late for leg in timetable(NINE, MUNICH, [stops[n] for n in order]))


def test_a_visit_that_would_make_one_late_comes_afterwards():
    hour = dt.timedelta(hours=1)
    stops = [Stop(AUGSBURG, 3 * hour), Stop(ULM, hour, NINE + 2 * hour)]
    assert fitting_order(NINE, MUNICH, stops) == [1, 0]


@given(places, st.lists(st.tuples(places, st.none() | st.integers(0, 9)), max_size=7))
def test_every_visit_is_in_the_order_once(start, drawn):
    hour = dt.timedelta(hours=1)
    stops = [Stop(place, hour, None if at is None else NINE + at * hour) for place, at in drawn]
    assert sorted(fitting_order(NINE, start, stops)) == list(range(len(stops)))
