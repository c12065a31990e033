"""Settings of the calendar: whose public holidays count, and which browsers are told of what is due."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.accounts.models import User
from kundig.platform.countries import name_of
from kundig.timeline.actions import public_key, set_region
from kundig.timeline.models import HolidayRegion, PushSubscription
from kundig.timeline.queries import region_of_house
from kundig.timeline.rules.holidays import REGIONS


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    errors: dict[str, list[str]] = {}
    values = {"own": _kept(user), "house": _kept(None)}
    if request.method == "POST":
        values |= {name: request.POST[name] for name in ("own", "house") if name in request.POST}
        try:
            set_region(values["own"], user=user, by=user)
        except ValidationError as problem:
            errors["own"] = problem.messages
        if user.is_administrator and "house" in request.POST:
            try:
                set_region(values["house"], user=None, by=user)
            except ValidationError as problem:
                errors["house"] = problem.messages
        if not errors:
            messages.success(request, _("Saved."))
            return redirect("timeline:calendar_settings")
    context = {
        "values": values,
        "errors": errors,
        "regions": [_of_country(country) for country in REGIONS],
        "house": region_of_house(),
        "administers": user.is_administrator,
        "browsers": PushSubscription.objects.filter(user=user).order_by("-created_at"),
        "push_key": public_key(),
    }
    return render(request, "timeline/calendar/settings.html", context, status=422 if errors else 200)


def _of_country(country: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Code and name of a country, and those of its states by name."""
    states = [(f"{country}-{key}", name) for key, name in REGIONS[country].items()]
    return country, name_of(country, get_language() or "en"), sorted(states, key=lambda pair: pair[1])


def _kept(user: User | None) -> str:
    return HolidayRegion.objects.filter(user=user).values_list("region", flat=True).first() or ""
