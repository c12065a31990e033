"""Planning a day on the road: due customers near a way, put in order on a map, and written into the calendar."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part, with_toast
from kundig.records.maps.tiles import allowed, origin_of
from kundig.timeline.actions.tours import keep_tour
from kundig.timeline.forms.tours import DETOURS, STAYS, Asked, Token, read_tour
from kundig.timeline.models import Appointment
from kundig.timeline.queries.places import Found, find_place, placed_parties
from kundig.timeline.queries.tours import Near, near_way, place_of, visits_on
from kundig.timeline.rules.routing import Leg, Place, Stop, drive, fitting_order, road_km, timetable

REMEMBERED = "tour_start"
"""Where the last tour began, in the session."""
WAYPOINTS = 9
"""So many stops between take those who show the way."""


@dataclass(frozen=True)
class Visit:
    """A stop with its hours, ready to be shown and to be kept."""

    token: Token
    party: Party
    appointment: Appointment | None
    stay: dt.timedelta
    leg: Leg | None = None

    @property
    def place(self) -> Place:
        found = place_of(self.party)
        assert found is not None, "stops without a position are listed apart"
        return found

    @property
    def is_agreed(self) -> bool:
        return self.token.kind == "a"

    def stop(self) -> Stop:
        agreed = self.appointment.starts_at if self.appointment is not None and self.is_agreed else None
        return Stop(self.place, self.stay, agreed)


@dataclass(frozen=True)
class Tour:
    """What was asked for, with everything that follows from it."""

    asked: Asked
    start: Found | None
    visits: Sequence[Visit]
    unplaced: Sequence[Visit]
    """Appointments with customers of whom nobody has said where they are."""
    near: Sequence[Near]
    error: str = ""

    @property
    def leaves(self) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.asked.day, self.asked.leaves))

    @property
    def km(self) -> float:
        return sum(visit.leg.km for visit in self.visits if visit.leg) + self.km_back

    @property
    def km_back(self) -> float:
        if not (self.asked.is_round and self.start and self.visits):
            return 0.0
        return road_km(self.visits[-1].place, self.start.place)

    @property
    def ends(self) -> dt.datetime | None:
        last = self.visits[-1].leg if self.visits else None
        return None if last is None else last.leaves + drive(self.km_back)

    @property
    def changes(self) -> list[Visit]:
        """What the calendar does not say yet."""
        return [
            visit
            for visit in self.visits
            if visit.leg
            and not visit.is_agreed
            and (visit.appointment is None or visit.appointment.starts_at != visit.leg.arrives)
        ]


class TourView(LoginRequiredMixin, View):
    user: User

    def get(self, request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User), "the page asks for sign-in"
        self.user = request.user
        asked = read_tour(request.GET, start=request.session.get(REMEMBERED, ""))
        tour = self.tour(asked)
        if tour.start is not None and asked.start != request.session.get(REMEMBERED):
            request.session[REMEMBERED] = asked.start
        response = self.shown(request, tour)
        if part(request) == "content":
            response["HX-Push-Url"] = f"{request.path}{tour.asked.address()}"
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write the tour into the calendar."""
        assert isinstance(request.user, User), "the page asks for sign-in"
        self.user = request.user
        tour = self.tour(read_tour(request.POST, start=""))
        try:
            kept = keep_tour(
                [(visit.party, visit.appointment, visit.leg.arrives, visit.leg.leaves)
                 for visit in tour.changes if visit.leg],
                by=self.user,
            )  # fmt: skip
        except ValidationError as error:
            return self.shown(request, replace(tour, error=" ".join(error.messages)), status=422)
        now = replace(tour.asked, stops=None)
        address = f"{request.path}{now.address()}"
        if not part(request):
            return redirect(address)
        response = self.shown(request, self.tour(now))
        response["HX-Push-Url"] = address
        count = len(tour.changes)
        said = ngettext("%(count)d visit is in your calendar.", "%(count)d visits are in your calendar.", count)
        return with_toast(response, said % {"count": count}, undo=f"/undo/{kept}/" if kept else "")

    # -- what it comes to -------------------------------------------------------------------------------------------

    def tour(self, asked: Asked) -> Tour:
        start, error = None, ""
        try:
            start = find_place(asked.start, self.user)
        except ValidationError as refused:
            error = " ".join(refused.messages) if asked.start else ""
        agreed = {str(one.pk): one for one in visits_on(asked.day, self.user)}
        tokens = asked.stops
        if tokens is None:
            tokens = tuple(Token("a", one.pk) for one in agreed.values())
        stay = dt.timedelta(minutes=asked.stay)
        visits = self.visits(tokens, agreed, stay)
        unplaced = [visit for visit in visits if place_of(visit.party) is None]
        visits = [visit for visit in visits if place_of(visit.party) is not None]
        near: list[Near] = []
        if start is not None:
            visits = self.in_time(asked, start.place, visits)
            way = [start.place, *(visit.place for visit in visits), *([start.place] if asked.is_round else [])]
            near = near_way(
                way if visits else way[:1], asked.day, self.user, within_km=asked.detour, everybody=asked.everybody,
                besides={visit.party.pk for visit in (*visits, *unplaced)},
            )  # fmt: skip
        chosen = tuple(visit.token for visit in (*visits, *unplaced))
        return Tour(replace(asked, stops=chosen, is_to_be_sorted=False), start, visits, unplaced, near, error)

    def visits(self, tokens: Sequence[Token], agreed: Mapping[str, Appointment], stay: dt.timedelta) -> list[Visit]:
        """The stops that the tokens name, as far as this person knows of them."""
        customers = placed_parties(self.user).in_bulk([token.id for token in tokens if token.kind == "p"])
        found = []
        for token in tokens:
            appointment = agreed.get(str(token.id)) if token.kind in ("a", "f") else None
            party = appointment.party if appointment is not None else customers.get(token.id)
            if party is not None:
                length = appointment.ends_at - appointment.starts_at if appointment is not None else stay
                found.append(Visit(token, party, appointment, length))
        return found

    def in_time(self, asked: Asked, start: Place, visits: list[Visit]) -> list[Visit]:
        leaves = timezone.make_aware(dt.datetime.combine(asked.day, asked.leaves))
        if asked.is_to_be_sorted:
            order = fitting_order(leaves, start, [v.stop() for v in visits], start if asked.is_round else None)
            visits = [visits[number] for number in order]
        legs = timetable(leaves, start, [visit.stop() for visit in visits])
        return [replace(visit, leg=leg) for visit, leg in zip(visits, legs, strict=True)]

    # -- how it is shown --------------------------------------------------------------------------------------------

    def shown(self, request: HttpRequest, tour: Tour, *, status: int = 200) -> HttpResponse:
        asked, formats = tour.asked, current_formats()
        ends = tour.ends
        context = {
            "tour": tour,
            "asked": asked,
            "day": date_format(asked.day, "l, j. F" if formats.language == "de" else "l, j F"),
            "before": asked.on(asked.day - dt.timedelta(days=1)),
            "after": asked.on(asked.day + dt.timedelta(days=1)),
            "stays": STAYS,
            "detours": DETOURS,
            "stops": [self.line(visit) for visit in tour.visits],
            "unplaced": [self.line(visit) for visit in tour.unplaced],
            "near": [self.offer(near) for near in tour.near],
            "km": formats.number(round(tour.km)),
            "ends": formats.time(timezone.localtime(ends).time()) if ends else "",
            "changes": len(tour.changes),
            "points": json.dumps(self.points(tour)),
            "outside": self.outside(tour),
            "tiles": settings.MAP_TILES if origin_of(settings.MAP_TILES) else "",
            "credit": settings.MAP_CREDIT,
        }
        template = "timeline/tours/_tour.html" if part(request) == "content" else "timeline/tours/tour.html"
        return allowed(render(request, template, context, status=status))

    def line(self, visit: Visit) -> dict[str, Any]:
        formats, leg = current_formats(), visit.leg
        hours = late = ""
        if leg is not None:
            begins, goes = timezone.localtime(leg.arrives).time(), timezone.localtime(leg.leaves).time()
            hours = f"{formats.time(begins)}–{formats.time(goes)}"
            if leg.late:
                minutes = int(leg.late.total_seconds() // 60)
                late = _("%(minutes)d minutes too late for what was agreed") % {"minutes": minutes}
        return {
            "token": visit.token,
            "title": str(visit.party),
            "url": described(visit.party).url(visit.party.pk),
            "city": visit.party.city,
            "hours": hours,
            "late": late,
            "km": formats.number(round(leg.km)) if leg else "",
            "is_agreed": visit.is_agreed,
            "is_new": visit.appointment is None,
            "geo": f"geo:{visit.party.latitude},{visit.party.longitude}" if leg else "",
        }

    def offer(self, near: Near) -> dict[str, Any]:
        return {
            "token": Token("p", near.party.pk),
            "title": str(near.party),
            "url": described(near.party).url(near.party.pk),
            "city": near.party.city,
            "km": current_formats().number(round(near.km)),
            "why": near.why,
            "is_due": near.is_due,
        }

    def points(self, tour: Tour) -> dict[str, Any]:
        """What the map draws: where it begins, the stops in their order, who is near."""
        start = tour.start.place if tour.start else None
        return {
            "start": [start.latitude, start.longitude] if start else None,
            "round": tour.asked.is_round,
            "stops": [[v.place.latitude, v.place.longitude, str(v.party)] for v in tour.visits],
            "near": [[n.place.latitude, n.place.longitude, str(n.party)] for n in tour.near],
        }

    def outside(self, tour: Tour) -> list[tuple[str, str]]:
        """Addresses of others who lead along the whole way; they learn the places, and no names."""
        if tour.start is None or not tour.visits:
            return []
        places = [_degrees(tour.start.place), *(_degrees(visit.place) for visit in tour.visits)]
        places += places[:1] if tour.asked.is_round else []
        google = {"api": "1", "origin": places[0], "destination": places[-1], "travelmode": "driving"}
        google["waypoints"] = "|".join(places[1:-1][:WAYPOINTS])
        apple = [("saddr", places[0]), *(("daddr", place) for place in places[1:])]
        return [
            ("Google Maps", f"https://www.google.com/maps/dir/?{urlencode(google)}"),
            ("Apple Maps", f"https://maps.apple.com/?{urlencode(apple)}"),
        ]


def _degrees(place: Place) -> str:
    return f"{place.latitude:.5f},{place.longitude:.5f}"
