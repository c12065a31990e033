"""The map as a page, and what is in view as a list with its points."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kundig.records import paging
from kundig.records.fields import Field
from kundig.records.maps.clusters import MOST_SINGLE, Box, Places, read_box
from kundig.records.maps.offered import position_of
from kundig.records.maps.tiles import allowed, origin_of
from kundig.records.patience import TooSlow
from kundig.records.rows import RowPlan
from kundig.records.views.shapes import ShapeView

MOST_LISTED = 50
GERMAN_SPEAKING = Box(5.8, 45.8, 17.2, 55.1, 5)
"""What is shown as long as nothing has a position."""


class MapPage(ShapeView):
    shape = "map"
    template = "records/maps/map.html"
    own = ("box", "zoom")
    position: Field

    def answer(self, request: HttpRequest, wanted: str) -> HttpResponse:
        position = position_of(self.description, self.user)
        if position is None:
            raise Http404(
                _("A map needs a position, and %(what)s have none.") % {"what": self.description.label_plural}
            )
        self.position = position
        self.places = Places(self.asked.rows(), position)
        if wanted == "in-view":
            return render(request, "records/maps/_in_view.html", self.in_view())
        if wanted == "placed":
            return render(request, "records/maps/_placed.html", self.placed())
        return allowed(self.page(request, wanted, self.whole()))

    def whole(self) -> dict[str, Any]:
        start = GERMAN_SPEAKING
        try:
            start = read_box(self.one("box"), self.one("zoom")) or self.places.extent() or start
        except ValidationError as error:
            self.notice = " ".join(error.messages)
        except TooSlow:
            pass  # Then the map begins where most customers of such houses are.
        return {
            "position": self.position,
            "start": json.dumps([start.south, start.west, start.north, start.east]),
            "tiles": settings.MAP_TILES if origin_of(settings.MAP_TILES) else "",
            "credit": settings.MAP_CREDIT,
            "points_at": self.address({n: v for n, v in self.params.items() if n not in self.own}),
        }

    def in_view(self) -> dict[str, Any]:
        """The list beside the map; its points ride along as data: [latitude, longitude, count, id, title]."""
        points: list[list[Any]] = []
        entries: list[dict[str, Any]] = []
        notice, count = "", 0
        try:
            box = read_box(self.one("box"), self.one("zoom")) or GERMAN_SPEAKING
            clusters = self.places.clusters(box)
            count = sum(cluster.count for cluster in clusters)
            entries = self.entries(self.places.ids(box, limit=MOST_SINGLE if count <= MOST_SINGLE else MOST_LISTED))
            if count <= MOST_SINGLE:
                points = [[e["latitude"], e["longitude"], 1, str(e["id"]), e["title"]] for e in entries]
            else:
                points = [[c.latitude, c.longitude, c.count] for c in clusters]
        except ValidationError as error:
            notice = " ".join(error.messages)
        except TooSlow:
            notice = _("There are too many in this part of the map. Zoom in, or narrow the list down.")
        return {
            "description": self.description,
            "points": json.dumps(points),
            "entries": entries[:MOST_LISTED],
            "count": count,
            "number": self.formats.number(count),
            "further": self.formats.number(count - MOST_LISTED) if count > MOST_LISTED else "",
            "notice": notice,
        }

    def entries(self, ids: list[Any]) -> list[dict[str, Any]]:
        description = self.description
        title = description.field(description.title)
        beside = description.shown(description.subtitle, self.user)
        plan = RowPlan([title, self.position, *beside], self.user)
        found = []
        for row in plan.in_order(description, ids):
            latitude, longitude = plan.values(row, self.position)
            name = title.text(self.formats, *plan.values(row, title)) or _("(no name)")
            found.append(
                {
                    "id": row[0],
                    "title": name,
                    "beside": plan.joined(row, beside, self.formats),
                    "latitude": latitude,
                    "longitude": longitude,
                }
            )
        return found

    def placed(self) -> dict[str, Any]:
        """How many have a position, and some of those without: nobody knows where they are until somebody says it."""
        placed, everything = paging.count_of(self.places.placed), paging.count_of(self.places.all)
        missing: list[dict[str, Any]] = []
        if everything.value > placed.value:
            ids = self.places.unplaced.order_by("-pk").values_list("pk", flat=True)[:MOST_LISTED]
            missing = self.entries(list(ids))
        return {
            "description": self.description,
            "placed": placed,
            "placed_number": self.formats.number(placed.value),
            "everything": everything,
            "everything_number": self.formats.number(everything.value),
            "missing": missing,
        }
