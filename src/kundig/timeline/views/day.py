"""My day: whom to contact today, why, and one click for what comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.models import Party
from kundig.parties.queries import visible_party
from kundig.platform import ui
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part, with_toast
from kundig.records.ledger import change_set
from kundig.timeline import actions
from kundig.timeline.protocol import kind_of
from kundig.timeline.queries.coverage import coverage_of, own_customers
from kundig.timeline.queries.day import Day, day_of
from kundig.timeline.queries.days_off import days_off
from kundig.timeline.rules.rhythm import next_working_day
from kundig.timeline.views.day_words import SentenceOfDay, lines_of

CALL = "call"
LATER: Mapping[str, Any] = {
    "hour": gettext_lazy("In an hour"),
    "afternoon": gettext_lazy("This afternoon"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "week": gettext_lazy("In a week"),
}
REASONS = (
    gettext_lazy("No need at present"),
    gettext_lazy("Gets in touch by themselves"),
    gettext_lazy("We have just spoken"),
    gettext_lazy("A colleague takes care of it"),
)
RESTS: Mapping[str, tuple[Any, int | None]] = {
    "1": (gettext_lazy("for a month"), 30),
    "3": (gettext_lazy("for three months"), 91),
    "6": (gettext_lazy("for half a year"), 182),
    "": (gettext_lazy("until further notice"), None),
}


def my_day(request: HttpRequest, **beside: Any) -> HttpResponse:
    """The page, or its part `day`; `beside` is what the house shows beside it."""
    return _shown(request, beside=beside)


@login_required
@require_POST
def done(request: HttpRequest) -> HttpResponse:
    """Notes that the customer was contacted."""
    user, party = _asked(request)
    kind = request.POST.get("kind", "")
    with transaction.atomic(), change_set(by=user) as changes:
        actions.record_touchpoint(kind=kind if _is_talk(kind) else CALL, party=party, by=user)
    return _answer(request, _("Contact with %(name)s noted.") % {"name": party.name}, undo=f"/undo/{changes.id}/")


@login_required
@require_POST
def later(request: HttpRequest) -> HttpResponse:
    """Leaves a customer out until a moment."""
    user, party = _asked(request)
    until = _moment(request.POST.get("until", ""), request.POST.get("day", ""))
    try:
        if until is None:
            raise ValidationError(_("Choose a day from tomorrow on."))
        actions.remind_later(party, until=until, by=user)
    except ValidationError as error:
        return _refused(request, error)
    message = _("%(name)s comes up again %(when)s.") % {"name": party.name, "when": _when(until)}
    return _answer(request, message, undo=f"/day/take-up/{party.pk}/")


@login_required
@require_POST
def take_up(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Takes back that a customer was left out."""
    actions.take_up(party_id, by=_user(request))
    response = HttpResponse(ui.toast(_("Undone.")))
    response["HX-Trigger"] = f'{{"changed": "day:{_user(request).pk}"}}'
    return response


@login_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Leaves a customer alone, with the reason."""
    user, party = _asked(request)
    reason = request.POST.get("own_reason", "").strip() or request.POST.get("reason", "")
    _words, days = RESTS.get(request.POST.get("span", ""), RESTS["3"])
    until = None
    if days is not None:
        until = next_working_day(timezone.localdate() + dt.timedelta(days=days), is_off=days_off(party.country))
    try:
        with transaction.atomic(), change_set(by=user) as changes:
            actions.rest(party, until=until, reason=reason, by=user)
    except ValidationError as error:
        return _refused(request, error)
    message = _("%(name)s is left alone.") % {"name": party.name}
    if until:
        day = current_formats().date(until)
        message = _("%(name)s is left alone until %(day)s.") % {"name": party.name, "day": day}
    return _answer(request, message, undo=f"/undo/{changes.id}/")


# -- inside -----------------------------------------------------------------------------------------------------------


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the page asks for sign-in"
    return request.user


def _asked(request: HttpRequest) -> tuple[User, Party]:
    """The customer that the form names, if the user may see them."""
    user = _user(request)
    try:
        key = UUID(request.POST.get("party", ""))
    except ValueError:
        key = UUID(int=0)
    party = visible_party(user, key)
    if party is None:
        raise Http404(_("There is no such record, or it is not visible to you."))
    return user, party


def _is_talk(name: str) -> bool:
    kind = kind_of(name)
    return kind is not None and kind.is_contact


def _answer(request: HttpRequest, message: str, *, undo: str) -> HttpResponse:
    if not part(request):
        return redirect("home")
    return with_toast(_shown(request), message, undo=undo)


def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The day as it is, and what was wrong: the form of a menu is closed by then."""
    response = _shown(request, status=422)
    response.write(ui.toast(" ".join(error.messages), tone="bad"))
    return response


def _shown(request: HttpRequest, *, beside: Mapping[str, Any] | None = None, status: int = 200) -> HttpResponse:
    user = _user(request)
    day: Day = day_of(user)
    formats = current_formats()
    lines = lines_of(day, formats=formats, home=str(company().country))
    long = "l, j. F" if formats.language == "de" else "l, j F"
    context = {
        "day": day,
        "user": user,
        "title": date_format(day.on, long),
        "week": day.on.isocalendar().week,
        "sentence": SentenceOfDay(day, formats=formats).text,
        "coverage": coverage_of(own_customers(user)),
        "lines": lines,
        "later": LATER.items(),
        "reasons": REASONS,
        "spans": [(value, words) for value, (words, _days) in RESTS.items()],
        "tomorrow": (day.on + dt.timedelta(days=1)).isoformat(),
        **(beside or {}),
    }
    template = "timeline/day/_day.html" if part(request) == "day" else "timeline/day/day.html"
    return render(request, template, context, status=status)


def _moment(choice: str, day: str) -> dt.datetime | None:
    """When a customer comes up again; None for what is no choice."""
    now = timezone.localtime()
    if choice == "day" or (day and not choice):
        try:
            chosen = parse_date(day)
        except ValueError:
            return None
        return _morning(chosen) if chosen else None
    made: Mapping[str, Callable[[], dt.datetime]] = {
        "hour": lambda: now + dt.timedelta(hours=1),
        "afternoon": lambda: max(now.replace(hour=14, minute=0, second=0), now + dt.timedelta(hours=2)),
        "tomorrow": lambda: _morning(now.date() + dt.timedelta(days=1)),
        "week": lambda: _morning(now.date() + dt.timedelta(days=7)),
    }
    return made[choice]() if choice in made else None


def _morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(0, 0)))


def _when(until: dt.datetime) -> str:
    """ "at 14:00", or "on 24.11.2026"."""
    local, formats = timezone.localtime(until), current_formats()
    if local.date() == timezone.localdate():
        return _("at %(time)s") % {"time": formats.time(local.time())}
    return _("on %(day)s") % {"day": formats.date(local.date())}
