"""Leaving a customer alone, and giving one a rhythm of its own, in the panel of its page."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described, visible_party
from kundig.platform.htmx import changed, with_toast
from kundig.records.description import Description
from kundig.records.ledger import change_set
from kundig.timeline import actions
from kundig.timeline.enums import Unit
from kundig.timeline.forms.rhythm import lines, typed
from kundig.timeline.panels.rhythm import contact
from kundig.timeline.queries.rhythm import own_rhythms


class PartyView(LoginRequiredMixin, View):
    """What all of these begin with: the party, if the user may change it."""

    party: Party
    of: Description
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, party_id: UUID, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        found = visible_party(self.user, party_id)
        if found is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        self.party, self.of = found, described(found)
        if not self.of.may(self.user, Action.CHANGE, found):
            raise PermissionDenied(_("You may look at this customer, but not change it."))
        return super().dispatch(request, *args, **kwargs)

    def panel(self, *, form: str = "", context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
        """The section as it is now, with a form open in it if one is named."""
        editor = ""
        if form:
            shared = {"party": self.party, "panel": f"{self.of.url(self.party.pk)}panels/contact/"}
            editor = render_to_string(form, {**shared, **(context or {})}, request=self.request)
        return HttpResponse(contact(self.request, self.of, self.party, editor=editor), status=status)

    def done(self, message: str, *, undo: UUID) -> HttpResponse:
        self.party.refresh_from_db()
        response = changed(self.panel(), f"{self.of.name}:{self.party.pk}")
        return with_toast(response, message, undo=f"/undo/{undo}/")


class RestView(PartyView):
    """GET opens the form, POST leaves the customer alone."""

    FORM = "timeline/rhythm/_rest_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.panel(form=self.FORM, context=self.asked({}, {}))

    def post(self, request: HttpRequest) -> HttpResponse:
        typed_until = request.POST.get("until", "").strip()
        try:
            until = _read(typed_until)
            with transaction.atomic(), change_set(by=self.user) as changes:
                actions.rest(self.party, until=until, reason=request.POST.get("reason", ""), by=self.user)
        except ValidationError as error:
            context = self.asked({"reason": request.POST.get("reason", ""), "until": typed_until}, error.message_dict)
            return self.panel(form=self.FORM, context=context, status=422)
        return self.done(_("%(name)s is left alone.") % {"name": self.party.name}, undo=changes.id)

    def asked(self, data: dict[str, str], errors: dict[str, list[str]]) -> dict[str, Any]:
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        return {"data": data, "errors": errors, "tomorrow": tomorrow.isoformat()}


class LiftView(PartyView):
    """POST lets the customer be contacted again."""

    def post(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic(), change_set(by=self.user) as changes:
            actions.lift_rest(self.party, by=self.user)
        return self.done(_("%(name)s may be contacted again.") % {"name": self.party.name}, undo=changes.id)


class RhythmView(PartyView):
    """GET opens the form, POST gives the customer rhythms of its own, or takes them away."""

    FORM = "timeline/rhythm/_rhythm_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        filled = lines(own_rhythms([self.party.pk]).get(self.party.pk, []), prefix="own")
        return self.panel(form=self.FORM, context={"lines": filled, "units": Unit.choices})

    def post(self, request: HttpRequest) -> HttpResponse:
        own = own_rhythms([self.party.pk]).get(self.party.pk, [])
        filled = lines(own, prefix="own", data=request.POST)
        try:
            with transaction.atomic(), change_set(by=self.user) as changes:
                actions.set_own_rhythms(self.party, typed(filled), by=self.user)
        except ValidationError as error:
            context = {"lines": filled, "units": Unit.choices, "errors": error.message_dict}
            return self.panel(form=self.FORM, context=context, status=422)
        return self.done(_("Rhythm of %(name)s saved.") % {"name": self.party.name}, undo=changes.id)


def _read(text: str) -> dt.date | None:
    """The day that was typed; None if none was.

    Raises:
        ValidationError: if it is no day.
    """
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({"until": _("“%(text)s” is not a day of the calendar.") % {"text": text[:20]}})
    return day
