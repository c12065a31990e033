"""One's own locks: where one is signed in, and what happened to the account."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kundig.accounts.actions import end_all_sessions, end_other_sessions, end_session
from kundig.accounts.devices import is_handheld
from kundig.accounts.models import OpenSession, User
from kundig.accounts.queries import factors_of
from kundig.web.administration.access import acting, administrators

SHOWN_ENTRIES = 12


@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    user = acting(request)
    context = {
        "factors": factors_of(user),
        "sessions": sessions_told(user, current=request.session.session_key),
        "entries": user.security_entries.select_related("by")[:SHOWN_ENTRIES],
    }
    return render(request, "administration/security.html", context)


def sessions_told(user: User, *, current: str | None = None) -> list[dict[str, Any]]:
    """Where somebody is signed in, in words; the session at hand first."""
    now = timezone.now()
    found = OpenSession.objects.filter(user=user, expire_date__gt=now)
    told = [
        {
            "id": str(session.ref),
            "device": session.device_in_words,
            "place": session.place_in_words,
            "is_current": session.session_key == current,
            "icon": "phone" if is_handheld(session.device) else "sidebar",
            "seen": moment_in_words(session.seen_at),
            "began_at": session.began_at,
        }
        for session in found
    ]
    return sorted(told, key=lambda line: not line["is_current"])


def moment_in_words(moment: Any) -> str:
    """A time of lately as one says it."""
    local, now = timezone.localtime(moment), timezone.localtime()
    minutes = int((now - local).total_seconds() // 60)
    if minutes < 10:
        return _("just now")
    if minutes < 60:
        return ngettext("%(number)d minute ago", "%(number)d minutes ago", minutes) % {"number": minutes}
    if local.date() == now.date():
        return _("today, %(time)s") % {"time": date_format(local, "TIME_FORMAT")}
    return date_format(local, "SHORT_DATETIME_FORMAT")


@require_POST
def ending(request: HttpRequest) -> HttpResponse:
    """Signs out one other device, or all others."""
    user = acting(request)
    current = request.session.session_key
    if "session" in request.POST:
        mine = OpenSession.objects.filter(user=user).exclude(session_key=current)
        session = next((one for one in mine if str(one.ref) == request.POST["session"]), None)
        if session is None:
            messages.info(request, _("This device was signed out already."))
        else:
            end_session(session, by=user)
            messages.success(request, _("The device is signed out."))
        return redirect("security")
    ended = end_other_sessions(user, keep=current)
    messages.success(request, _signed_out(ended))
    return redirect("security")


@administrators
@require_POST
def user_sessions(request: HttpRequest, user_id: Any) -> HttpResponse:
    """An administrator signs somebody out everywhere."""
    person = get_object_or_404(User, pk=user_id)
    ended = end_all_sessions(person, by=acting(request))
    messages.success(request, _signed_out(ended))
    return redirect("user", user_id=person.pk)


def _signed_out(number: int) -> str:
    if not number:
        return _("There was no other device.")
    return ngettext("%(number)d device is signed out.", "%(number)d devices are signed out.", number) % {
        "number": number
    }
