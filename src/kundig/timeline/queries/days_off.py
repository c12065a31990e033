"""On which days nobody works, where a customer is."""

from __future__ import annotations

import datetime as dt

from kundig.timeline.queries.regions import region_of_house
from kundig.timeline.rules.holidays import REGIONS, holiday_on
from kundig.timeline.rules.rhythm import IsOff


def days_off(country: str) -> IsOff:
    """Whether a day is a public holiday where a customer of this country is: in the region of the house if it is the
    same country, else in all of that one."""
    house = region_of_house()
    region = country if country in REGIONS and country != house.partition("-")[0] else house

    def is_off(day: dt.date) -> bool:
        return bool(holiday_on(region, day, "de"))

    return is_off
