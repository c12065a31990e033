"""What stands in the visible part of a map: single records, or groups of those that are close to one another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Floor
from django.utils.translation import gettext as _

from kundig.records.patience import at_most

if TYPE_CHECKING:
    from kundig.records.fields import Field

CLUSTERS_MS = 1000
MOST_CLUSTERS = 600
MOST_SINGLE = 200
"""Up to so many records in view are shown one by one."""
FURTHEST_ZOOM = 19
CELLS_PER_TILE = 4
"""A tile of 256 pixels has so many cells side by side: a group for each 64 pixels."""


@dataclass(frozen=True)
class Box:
    """A part of the world in degrees; `west` may be greater than `east` where it lies across the date line."""

    west: float
    south: float
    east: float
    north: float
    zoom: int

    def condition(self, latitude: str, longitude: str) -> Q:
        across = Q(**{f"{longitude}__gte": self.west}), Q(**{f"{longitude}__lte": self.east})
        sideways = across[0] & across[1] if self.west <= self.east else across[0] | across[1]
        return Q(**{f"{latitude}__gte": self.south, f"{latitude}__lte": self.north}) & sideways

    @property
    def cell(self) -> float:
        """Degrees of longitude that a cell is wide; as high in latitude, which is close enough to see groups."""
        return 360 / 2**self.zoom / CELLS_PER_TILE


@dataclass(frozen=True)
class Cluster:
    count: int
    latitude: float
    longitude: float


def read_box(text: str, zoom: str) -> Box | None:
    """The box of an address, "west,south,east,north" in degrees; None if none is given.

    Raises:
        ValidationError: if it is no box.
    """
    if not text:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
        west, south, east, north = numbers
        level = int(zoom or "5")
        if not all(math.isfinite(n) for n in numbers) or south > north:
            raise ValueError(text)
    except (ValueError, OverflowError) as error:
        raise ValidationError(_("This part of the map is not known.")) from error
    if east - west >= 360:
        west, east = -180.0, 180.0
    return Box(_around(west), max(south, -90.0), _around(east), min(north, 90.0), min(max(level, 0), FURTHEST_ZOOM))


def _around(longitude: float) -> float:
    """The same longitude between −180 and 180: a map can be pushed around the earth."""
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


class Places:
    """Asks the rows of a list for their positions."""

    def __init__(self, rows: QuerySet, position: Field) -> None:
        self.latitude, self.longitude = position.sources
        self.all = rows
        self.placed = rows.filter(**{f"{self.latitude}__isnull": False, f"{self.longitude}__isnull": False})
        self.unplaced = rows.filter(Q(**{self.latitude: None}) | Q(**{self.longitude: None}))

    def extent(self) -> Box | None:
        """The box around all positions; None where there are none.

        Raises:
            TooSlow: if that is not found in a second.
        """
        with at_most(CLUSTERS_MS):
            found = self.placed.aggregate(
                west=Min(self.longitude), south=Min(self.latitude), east=Max(self.longitude), north=Max(self.latitude)
            )
        return None if found["west"] is None else Box(**found, zoom=5)

    def clusters(self, box: Box) -> list[Cluster]:
        """Groups by cells of a grid, the largest first.

        Raises:
            TooSlow: if they are not found in a second.
        """
        cell = box.cell
        grouped = (
            self.placed.filter(box.condition(self.latitude, self.longitude))
            .order_by()
            .values(x=Floor(F(self.longitude) / cell), y=Floor(F(self.latitude) / cell))
            .annotate(n=Count("pk"), latitude_=Avg(self.latitude), longitude_=Avg(self.longitude))
            .order_by("-n")
        )
        with at_most(CLUSTERS_MS):
            found = list(grouped[:MOST_CLUSTERS])
        return [Cluster(one["n"], round(one["latitude_"], 6), round(one["longitude_"], 6)) for one in found]

    def ids(self, box: Box, *, limit: int) -> list[Any]:
        """Some of those in view."""
        inside = self.placed.filter(box.condition(self.latitude, self.longitude))
        with at_most(CLUSTERS_MS):
            return list(inside.order_by("pk").values_list("pk", flat=True)[:limit])
