"""The first page after sign-in: one's day; in an empty house, where to begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.platform.formats import current_formats
from kundig.records import registry, search
from kundig.timeline.views.day import my_day
from kundig.web.jobs import is_sample_being_made

SHOWN = 8
RECENT = 5


def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User), "the page asks for sign-in"
    recent = search.recent(user, limit=SHOWN)
    if visible_parties(user).exists():
        return my_day(request, recent=recent[:RECENT])
    customers = [d for d in registry.descriptions() if issubclass(d.model, Party) and d.nav]
    context = {
        "name": user.name,
        "today": date_format(timezone.localdate(), "l, j. F" if current_formats().language == "de" else "l, j F"),
        "recent": [(hit, registry.get(hit.object)) for hit in recent],
        "is_sample_coming": is_sample_being_made(),
        "may_create": [d for d in customers if d.may(user, Action.CREATE)],
    }
    return render(request, "web/home.html", context)
