"""Entering consents, withdrawing them in one click, and taking back what was entered by mistake."""

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
from kundig.privacy import actions
from kundig.privacy.enums import Channel, How
from kundig.privacy.models import Consent, ConsentPurpose
from kundig.privacy.panels import LIVE, consents
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.attachments.actions import attach_file
from kundig.records.description import Description
from kundig.records.ledger import change_set

ASKED = [each for each in How.choices if each[0] != How.MERGE]


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

    def entry(self, consent_id: UUID) -> Consent:
        found = Consent.objects.filter(party=self.party, pk=consent_id).select_related("party", "purpose").first()
        if found is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        return found

    def panel(self, form: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        """The section as it is now, with a form open in it if one is named."""
        editor = ""
        if form:
            shared = {"base": f"/parties/{self.party.pk}/consents", "panel": f"{self.of.url(self.party.pk)}panels/"}
            editor = render_to_string(form, {**shared, **context}, request=self.request)
        return HttpResponse(consents(self.request, self.of, self.party, editor=editor), status=status)

    def done(self, message: str, *, undo: Consent | None = None) -> HttpResponse:
        """The section, and a message; `undo` is the entry that was a mistake if its "Undo" is pressed."""
        response = changed(self.panel(), f"{LIVE}:{self.party.pk}")
        back = f"/parties/{self.party.pk}/consents/{undo.pk}/mistake/?at-once=1" if undo else ""
        return with_toast(response, message, undo=back)


class NewView(PartyView):
    """GET opens the form, POST enters a consent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.form({"at": timezone.localdate().isoformat(), "channel": Channel.MAIL.value}, {})

    def post(self, request: HttpRequest) -> HttpResponse:
        data = request.POST
        description = registry.for_model(Consent)
        assert description is not None, "consents are described"
        try:
            purpose = ConsentPurpose.objects.filter(key=data.get("purpose", "")).first()
            if purpose is None:
                raise ValidationError({"purpose": _("Choose what was agreed to.")})
            values = {
                "party": self.party, "purpose": purpose, "channel": data.get("channel", ""),
                "how": data.get("how", ""), "at": moment_of(data.get("at", "")), "evidence": data.get("evidence", ""),
            }  # fmt: skip
            with transaction.atomic(), change_set(by=self.user):
                entry: Any = create_record(description, values, by=self.user)
                if upload := request.FILES.get("file"):
                    _attached(description, entry, upload, by=self.user)
        except ValidationError as error:
            return self.form(data.dict(), error.message_dict, status=422)
        if not entry.in_force:
            return self.done(_("Entered. It does not hold: what came later counts."))
        return self.done(_("Consent entered."), undo=entry)

    def form(self, data: dict[str, Any], errors: dict[str, list[str]], *, status: int = 200) -> HttpResponse:
        return self.panel(
            "privacy/_new_consent.html", status=status, data=data, errors=errors, channels=Channel.choices, hows=ASKED,
            purposes=ConsentPurpose.objects.filter(is_active=True).order_by("name"),
            today=timezone.localdate().isoformat(),
        )  # fmt: skip


class WithdrawView(PartyView):
    """POST enters that a consent is withdrawn."""

    def post(self, request: HttpRequest, consent_id: UUID) -> HttpResponse:
        consent = self.entry(consent_id)
        try:
            with transaction.atomic(), change_set(by=self.user):
                entry = actions.withdraw(consent, by=self.user)
        except ValidationError as error:
            return with_toast(self.panel(), " ".join(error.messages))
        return self.done(_("Withdrawn. It holds everywhere from now on."), undo=entry)


class MistakeView(PartyView):
    """GET asks what went wrong, POST enters that an entry was a mistake; the undo of a message says so by itself."""

    def get(self, request: HttpRequest, consent_id: UUID) -> HttpResponse:
        return self.panel("privacy/_mistake.html", entry=self.entry(consent_id))

    def post(self, request: HttpRequest, consent_id: UUID) -> HttpResponse:
        entry, is_undo = self.entry(consent_id), "at-once" in request.GET
        reason = _("Taken back right after it was entered.") if is_undo else request.POST.get("reason", "")
        try:
            with transaction.atomic(), change_set(by=self.user):
                actions.correct(entry, reason=reason, by=self.user)
        except ValidationError as error:
            message = " ".join(error.messages)
            if is_undo:
                return with_toast(HttpResponse(), message)
            return self.panel("privacy/_mistake.html", status=422, entry=entry, error=message, reason=reason)
        if is_undo:
            answer = changed(HttpResponse(), f"{LIVE}:{self.party.pk}")
            return with_toast(answer, _("Taken back. The register keeps both entries."))
        return self.done(_("Corrected. The register keeps both entries."))


def moment_of(text: str) -> dt.datetime:
    """The moment that is meant by a day: today is now; an earlier day counts from its beginning, so that a withdrawal
    on the same day comes after it.

    Raises:
        ValidationError: if it is no day.
    """
    now = timezone.now()
    try:
        day = parse_date(text.strip()) if text.strip() else timezone.localdate(now)
    except ValueError:
        day = None
    if day is None or day.year < 1900:
        raise ValidationError({"at": _("“%(text)s” is not a day of the calendar.") % {"text": text[:20]}})
    return now if day == timezone.localdate(now) else timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _attached(description: Description, entry: Consent, upload: Any, *, by: User) -> None:
    try:
        attach_file(description, entry, upload, by=by)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
