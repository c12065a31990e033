"""The day on the road, for the telephone: whom one visits next, how to get there, and the report of it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part, with_toast
from kundig.platform.phones import shown as shown_phone
from kundig.timeline.actions import ReactionTo
from kundig.timeline.actions.tours import report_visit
from kundig.timeline.enums import Mood, Objection, Response
from kundig.timeline.forms.composing import moment_from
from kundig.timeline.models import Appointment
from kundig.timeline.queries.tours import place_of, visits_of, visits_on

DAYS = 2
"""Today and tomorrow can be read without connection."""


class FieldView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User), "the page asks for sign-in"
        return page(request, request.user)


class ReportView(LoginRequiredMixin, View):
    """The report of one visit. Sent twice under one key, it is filed once."""

    def post(self, request: HttpRequest, appointment_id: UUID) -> HttpResponse:
        user = request.user
        assert isinstance(user, User), "the page asks for sign-in"
        appointment = visits_of(user).select_related("party").filter(pk=appointment_id).first()
        if appointment is None or appointment.party is None:
            raise Http404(_("This visit is not there any more."))
        try:
            report_visit(appointment, **_report(request), by=user)
        except (ValidationError, PermissionDenied) as refused:
            said = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
            return page(request, user, error=(appointment.pk, said), given=request.POST, status=422)
        if not part(request):
            return redirect("timeline:field")
        return with_toast(page(request, user), _("The report is filed."))


def _report(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    mood, reaction, offer = given.get("mood", ""), given.get("reaction", ""), given.get("offer", "").strip()
    if not given.get("body", "").strip() and not mood and not reaction:
        raise ValidationError({"body": _("Say what the visit was about, how it went, or how an offer was taken.")})
    reactions = []
    if reaction:
        reactions.append(ReactionTo(offer or _("our offer"), reaction, given.get("objection", "")))
    return {
        "body": given.get("body", ""),
        "mood": int(mood) if mood.isdecimal() and int(mood) in Mood.values else None,
        "reactions": reactions,
        "key": given.get("key", ""),
        "at": moment_from(given.get("at", "")),
    }


def page(
    request: HttpRequest,
    user: User,
    *,
    error: tuple[UUID, str] | None = None,
    given: Any = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    days = []
    for number in range(DAYS):
        day = today + dt.timedelta(days=number)
        visits = [_visit(one, error=error, given=given) for one in visits_on(day, user)]
        days.append((_("Today") if not number else date_format(day, "l"), day, visits))
    keep = [reverse("timeline:field"), *(visit["brief"] for _label, _day, visits in days for visit in visits)]
    context = {
        "days": days,
        "has_visits": any(visits for _label, _day, visits in days),
        "moods": Mood.choices,
        "responses": Response.choices,
        "objections": Objection.choices,
        "keep": json.dumps(keep),
    }
    template = "timeline/tours/_field.html" if part(request) == "content" else "timeline/tours/field.html"
    return render(request, template, context, status=status)


def _visit(appointment: Appointment, *, error: tuple[UUID, str] | None, given: Any) -> dict[str, Any]:
    party = appointment.party
    assert isinstance(party, Party), "only visits with a customer are asked"
    place, url = place_of(party), described(party).url(party.pk)
    is_wrong = error is not None and error[0] == appointment.pk
    return {
        "id": appointment.pk,
        "title": str(party),
        "about": appointment.title,
        "hours": f"{_clock(appointment.starts_at)}–{_clock(appointment.ends_at)}",
        "address": ", ".join(filter(None, (party.street, f"{party.postal_code} {party.city}".strip()))),
        "geo": f"geo:{place.latitude},{place.longitude}" if place else "",
        "phone": party.phone or party.mobile,
        "shown_phone": shown_phone(party.phone or party.mobile),
        "url": url,
        "brief": f"/brief/{party.pk}/",
        "is_held": appointment.held_at is not None,
        "error": error[1] if is_wrong and error else "",
        "body": given.get("body", "") if is_wrong else "",
        "key": given.get("key", "") if is_wrong else "",
    }


def _clock(moment: dt.datetime) -> str:
    return current_formats().time(timezone.localtime(moment).time())
