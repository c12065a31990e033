"""Filing what happened: from the page of a party, and from anywhere."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.parties.models import Party
from kundig.parties.queries import visible_party
from kundig.platform.htmx import changed, with_toast
from kundig.records import registry, search
from kundig.records.ledger import change_set
from kundig.timeline.actions import record_touchpoint
from kundig.timeline.forms.composing import contact_from, is_empty
from kundig.timeline.models import Touchpoint
from kundig.timeline.panels.composer import composer
from kundig.timeline.protocol import composer_tab, make_follow_up
from kundig.timeline.queries import people_at
from kundig.timeline.views.histories import HistoryView

MOST_FOUND = 8
_FARTHEST = 366


def may_note(user: Any) -> bool:
    """Whether noting a contact is offered: to whoever may write into the history of any customer."""
    description = registry.for_model(Touchpoint)
    return description is not None and description.may(user, Action.CREATE)


class FileView(HistoryView):
    """POST files a contact; with an error it says so in the composer and keeps what was typed."""

    def post(self, request: HttpRequest) -> HttpResponse:
        posted = request.POST
        try:
            with transaction.atomic(), change_set(by=self.user) as changes:
                if is_empty(posted):
                    raise ValidationError({"body": _("Write what was said.")})
                touchpoint = record_touchpoint(party=self.party, by=self.user, **contact_from(posted))
                day = _follow_up_day(posted.get("follow_up", ""))
                if day and not touchpoint.was_filed:
                    make_follow_up(self.party, day, touchpoint.summary, self.user)
        except PermissionDenied as denied:
            # Said in the composer: the bare page of a refusal would take away what was typed.
            return self.refused(ValidationError(str(denied)))
        except ValidationError as error:
            return self.refused(error)
        response = HttpResponse()
        changed(response, self.live, f"{self.party.kind}:{self.party.pk}")
        return with_toast(response, _("Filed."), undo=f"/undo/{changes.id}/")

    def refused(self, error: ValidationError) -> HttpResponse:
        place = "dialog" if self.request.POST.get("place") == "dialog" else "page"
        words = "".join(f"<p>{escape(message)}</p>" for message in error.messages)
        part = f'<hx-partial hx-target="#composer-error-{place}" hx-swap="innerHTML">{words}</hx-partial>'
        return HttpResponse(part, status=422)


class TabView(HistoryView):
    """GET answers the form of a tab that another domain has registered."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        tab = composer_tab(key)
        if tab is None or not tab.may(self.user):
            raise Http404(_("There is no page at this address."))
        return HttpResponse(tab.render(request, self.party))


class AnywhereView(LoginRequiredMixin, View):
    """GET answers the dialogue that finds a party and notes something about it; `?party=` has found it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        party = _found(user, request.GET.get("party", ""))
        if party is None:
            return render(request, "timeline/stream/_anywhere.html", {"recent": _offered(user, "")[:3]})
        if not _may_change(user, party):
            raise PermissionDenied(_("You may look at this customer, but not change it."))
        return HttpResponse(composer(request, party, people=people_at(party, user=user), place="dialog"))


class FinderView(LoginRequiredMixin, View):
    """GET answers the parties that fit `?q=`, as options."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        found = _offered(user, request.GET.get("q", "").replace("\x00", "").strip()[:100])
        options = [_option(*each) for each in found]
        return HttpResponse("".join(options) or f'<li role="presentation">{escape(_("Nothing found."))}</li>')


def _option(key: Any, title: str, note: str) -> str:
    words = escape(title)
    return f'<li role="option" data-value="{key}" data-text="{words}">{words}<small>{escape(note)}</small></li>'


def _offered(user: Any, q: str) -> list[tuple[Any, str, str]]:
    names = [description.name for description in registry.covering(Party)]
    hits = search.find(user, q, limit=MOST_FOUND, objects=names) if q else search.recent(user)
    return [(hit.id, hit.title, hit.subtitle) for hit in hits if hit.object in names][:MOST_FOUND]


def _found(user: Any, key: str) -> Party | None:
    try:
        return visible_party(user, UUID(key))
    except ValueError:
        return None


def _may_change(user: Any, party: Party) -> bool:
    from kundig.parties.queries import described

    return described(party).may(user, Action.CHANGE, party)


def _follow_up_day(text: str) -> dt.date | None:
    """In so many days; of a weekend the Monday after it."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:4]) <= _FARTHEST:
        return None
    day = timezone.localdate() + dt.timedelta(days=int(text[:4]))
    return day + dt.timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day
