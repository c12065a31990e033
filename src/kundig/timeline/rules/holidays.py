"""Public holidays of the states of Germany and Austria and of the Swiss cantons, and which day is a working day.

The days come from the package `holidays`, whose tables follow the laws of each state. A region is written as ISO 3166-2
has it ("DE-BY", "AT-9", "CH-ZH"); a country alone ("DE") has the days that all of it has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

SATURDAY = 5
CATHOLIC = frozenset({"DE-BY"})
"""Where holidays of Catholic communities count: Assumption Day is one in some 1700 of Bavaria's 2056 communities. The
library knows no communities, and a day off too many is found sooner than a call on a holiday."""
EARLIEST, LATEST = 1990, 2100
"""Years for which the laws are known, or may be supposed to stay."""
REGIONS: Mapping[str, Mapping[str, str]] = {
    "DE": {
        "BW": "Baden-Württemberg", "BY": "Bayern", "BE": "Berlin", "BB": "Brandenburg", "HB": "Bremen",
        "HH": "Hamburg", "HE": "Hessen", "MV": "Mecklenburg-Vorpommern", "NI": "Niedersachsen",
        "NW": "Nordrhein-Westfalen", "RP": "Rheinland-Pfalz", "SL": "Saarland", "SN": "Sachsen",
        "ST": "Sachsen-Anhalt", "SH": "Schleswig-Holstein", "TH": "Thüringen",
    },
    "AT": {
        "1": "Burgenland", "2": "Kärnten", "3": "Niederösterreich", "4": "Oberösterreich", "5": "Salzburg",
        "6": "Steiermark", "7": "Tirol", "8": "Vorarlberg", "9": "Wien",
    },
    "CH": {
        "AG": "Aargau", "AR": "Appenzell Ausserrhoden", "AI": "Appenzell Innerrhoden", "BL": "Basel-Landschaft",
        "BS": "Basel-Stadt", "BE": "Bern", "FR": "Freiburg", "GE": "Genf", "GL": "Glarus", "GR": "Graubünden",
        "JU": "Jura", "LU": "Luzern", "NE": "Neuenburg", "NW": "Nidwalden", "OW": "Obwalden", "SG": "St. Gallen",
        "SH": "Schaffhausen", "SZ": "Schwyz", "SO": "Solothurn", "TI": "Tessin", "TG": "Thurgau", "UR": "Uri",
        "VD": "Waadt", "VS": "Wallis", "ZG": "Zug", "ZH": "Zürich",
    },
}  # fmt: skip


def is_region(code: str) -> bool:
    country, _dash, state = code.partition("-")
    return country in REGIONS and (not state or state in REGIONS[country])


def holidays_between(region: str, first: dt.date, last: dt.date, language: str) -> dict[dt.date, str]:
    """The public holidays of a region from `first` to `last`, with their names in German or English."""
    found: dict[dt.date, str] = {}
    for year in range(max(first.year, EARLIEST), min(last.year, LATEST) + 1):
        found |= {day: name for day, name in _of_year(region, year, language).items() if first <= day <= last}
    return dict(sorted(found.items()))


def holiday_on(region: str, day: dt.date, language: str) -> str:
    """What the day is called if it is a public holiday, else ""."""
    return holidays_between(region, day, day, language).get(day, "")


def is_working_day(region: str, day: dt.date) -> bool:
    """Whether it is neither Saturday nor Sunday nor a public holiday."""
    return day.weekday() < SATURDAY and not holiday_on(region, day, "de")


def next_working_day(region: str, day: dt.date) -> dt.date:
    """The day itself if it is one, else the next; no holidays of ours are longer than a week."""
    while not is_working_day(region, day):
        day += dt.timedelta(days=1)
    return day


@lru_cache(maxsize=512)
def _of_year(region: str, year: int, language: str) -> dict[dt.date, str]:
    import holidays  # half a second of work, which a process that shows no calendar is spared

    country, _dash, state = region.partition("-")
    if not is_region(region):
        return {}
    spoken = "de" if language == "de" else "en_US"
    categories = ("public", "catholic") if region in CATHOLIC else ("public",)
    found = holidays.country_holidays(country, subdiv=state or None, years=year, language=spoken, categories=categories)
    return {day: name.replace("; ", ", ") for day, name in found.items()}
