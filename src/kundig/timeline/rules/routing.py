"""The order in which a day's visits are driven, and when one arrives at each.

There is no map of streets here: a way is the distance on the globe times `DETOUR`, at the speed that one has on average
over such a distance. Good enough to put visits in order and to see whether they fit into a day; people are told that
times are estimates.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""
DETOUR = 1.3
"""How much longer roads are than the line between two places: about 1.3 in Germany (Ballou, Rahardja, Sakai: Selected
country circuity factors for road travel distance estimation, 2002, give 1.32)."""
TOWN_KMH, LAND_KMH, LONG_KMH = 30.0, 65.0, 95.0
"""The average for ways of up to 10 km, up to 50 km, and beyond."""
SETTLING = dt.timedelta(minutes=5)
"""To park and to ring, at each place."""


@dataclass(frozen=True)
class Place:
    """A position in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Leg:
    """The way to a stop: how far in kilometres, when one arrives and when one goes on."""

    km: float
    arrives: dt.datetime
    leaves: dt.datetime
    late: dt.timedelta = dt.timedelta(0)
    """By how much a fixed hour is missed."""


def line_km(one: Place, other: Place) -> float:
    """The distance on the globe in kilometres (haversine formula; Sinnott, Virtues of the haversine, 1984)."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    high, wide = (north - south) / 2, math.radians(one.longitude - other.longitude) / 2
    chord = math.sin(high) ** 2 + math.cos(north) * math.cos(south) * math.sin(wide) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def road_km(one: Place, other: Place) -> float:
    """About how far it is by road, in kilometres."""
    return line_km(one, other) * DETOUR


def drive(km: float) -> dt.timedelta:
    """About how long one drives: the first 10 km at a town's pace, up to 50 over land, the rest on motorways."""
    town, land, far = min(km, 10.0), min(max(km - 10.0, 0.0), 40.0), max(km - 50.0, 0.0)
    return dt.timedelta(hours=town / TOWN_KMH + land / LAND_KMH + far / LONG_KMH)


def beside_km(way: Sequence[Place], place: Place) -> float:
    """How many kilometres of road it costs at least to visit a place on a way; `way` has one place or more."""
    if len(way) == 1:
        return road_km(way[0], place)
    return min(road_km(a, place) + road_km(place, b) - road_km(a, b) for a, b in pairwise(way))


def best_order(start: Place, stops: Sequence[Place], end: Place | None = None) -> list[int]:
    """The stops, by their numbers, in a short order from `start` to `end` (or to wherever the last one is).

    The nearest one next, then 2-opt until no exchange of two ways helps (Croes: A method for solving traveling-salesman
    problems, 1958). Without crossings, seldom more than a few per cent longer than the best one.
    """
    order = _nearest_first(start, stops)
    places = list(stops)
    while _untangled(start, places, order, end):
        pass
    return order


def length_km(start: Place, stops: Sequence[Place], end: Place | None = None) -> float:
    """How far it is by road through the stops in their order, in kilometres."""
    way = [start, *stops, *([end] if end else [])]
    return sum(road_km(a, b) for a, b in pairwise(way))


def _nearest_first(start: Place, stops: Sequence[Place]) -> list[int]:
    order: list[int] = []
    left, here = set(range(len(stops))), start
    while left:
        order.append(min(left, key=lambda number: (line_km(here, stops[number]), number)))
        left.remove(order[-1])
        here = stops[order[-1]]
    return order


def _untangled(start: Place, places: list[Place], order: list[int], end: Place | None) -> bool:
    """Turns round the first part of the way whose turning makes it shorter; whether there was one."""
    for first in range(len(order) - 1 if end is None else len(order)):
        before = places[order[first - 1]] if first else start
        for last in range(first + 1, len(order)):
            after = places[order[last + 1]] if last + 1 < len(order) else end
            head, tail = places[order[first]], places[order[last]]
            now = line_km(before, head) + (line_km(tail, after) if after else 0.0)
            then = line_km(before, tail) + (line_km(head, after) if after else 0.0)
            if then < now - 1e-9:
                order[first : last + 1] = reversed(order[first : last + 1])
                return True
    return False


@dataclass(frozen=True)
class Stop:
    """A visit: where, how long, and when if an hour has been agreed."""

    place: Place
    stay: dt.timedelta
    agreed: dt.datetime | None = None


def timetable(leaves: dt.datetime, start: Place, stops: Sequence[Stop]) -> list[Leg]:
    """When one is where, in the order given. Who comes early to an agreed hour waits; who comes late is told."""
    legs: list[Leg] = []
    here, now = start, leaves
    for stop in stops:
        km = road_km(here, stop.place)
        arrives = _full_five(now + drive(km) + SETTLING)
        late = max(arrives - stop.agreed, dt.timedelta(0)) if stop.agreed else dt.timedelta(0)
        begins = max(arrives, stop.agreed) if stop.agreed else arrives
        legs.append(Leg(km, begins, begins + stop.stay, late))
        here, now = stop.place, begins + stop.stay
    return legs


def fitting_order(leaves: dt.datetime, start: Place, stops: Sequence[Stop], end: Place | None = None) -> list[int]:
    """The stops, by their numbers, so that agreed hours are kept where that is possible, and the way is short.

    Without agreed hours `best_order`. Else these stand in the order of their hours, each other stop is put where it
    makes least late and costs least way (cheapest insertion; Rosenkrantz, Stearns, Lewis: An analysis of several
    heuristics for the traveling salesman problem, 1977), and is moved as long as that helps.
    """
    agreed = sorted((n for n, stop in enumerate(stops) if stop.agreed), key=lambda n: (stops[n].agreed, n))
    free = [n for n, stop in enumerate(stops) if not stop.agreed]
    if not agreed:
        return best_order(start, [stop.place for stop in stops], end)

    def cost(order: list[int]) -> tuple[dt.timedelta, float]:
        chosen = [stops[n] for n in order]
        late = sum((leg.late for leg in timetable(leaves, start, chosen)), dt.timedelta(0))
        return late, round(length_km(start, [stop.place for stop in chosen], end), 6)

    order = agreed
    for number in free:
        order = min(_with(order, number), key=cost)
    for _round in range(len(free)):
        before = order
        for number in free:
            order = min(_with([n for n in order if n != number], number), key=cost)
        if order == before:
            break
    return order


def _with(order: Sequence[int], number: int) -> list[list[int]]:
    """The order with one more, at every place."""
    return [[*order[:at], number, *order[at:]] for at in range(len(order) + 1)]


def _full_five(moment: dt.datetime) -> dt.datetime:
    """The next full five minutes: nobody agrees on 10:43."""
    over = dt.timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not over else moment - over + dt.timedelta(minutes=5)
