"""The entries of a history: pages of them, one alone, and what is done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described, visible_party
from kundig.platform.formats import current_formats
from kundig.platform.htmx import changed, with_toast
from kundig.records.ledger import change_set
from kundig.timeline import actions
from kundig.timeline.forms.composing import contact_from
from kundig.timeline.models import Comment, Touchpoint
from kundig.timeline.panels.entries import closed_acts, entry_html
from kundig.timeline.panels.stream import list_html
from kundig.timeline.queries import entry_of, visible

EDITED = ("summary", "body", "mood", "at")


class HistoryView(LoginRequiredMixin, View):
    """What all views of a history begin with: the party, if the user may see it."""

    party: Party
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        found = visible_party(self.user, kwargs.pop("party_id"))
        if found is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        self.party = found
        return super().dispatch(request, *args, **kwargs)

    @property
    def may_change(self) -> bool:
        return described(self.party).may(self.user, Action.CHANGE, self.party)

    @property
    def live(self) -> str:
        return f"timeline:{self.party.pk}"


class ListView(HistoryView):
    """GET answers a page of the entries, narrowed as asked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(list_html(request, self.party, request.GET))


class EntryView(HistoryView):
    """What views of one contact begin with: it must be visible, wherever its party stands."""

    touchpoint: Touchpoint

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.key: UUID = kwargs.pop("touchpoint_id")
        return super().dispatch(request, *args, **kwargs)

    def found(self) -> Touchpoint:
        touchpoint = visible(self.user).select_related("party").filter(pk=self.key).first()
        if touchpoint is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        return touchpoint

    def changeable(self) -> Touchpoint:
        """Raises PermissionDenied where the user may only look."""
        touchpoint = self.found()
        if not described(touchpoint.party).may(self.user, Action.CHANGE, touchpoint.party):
            raise PermissionDenied(_("You may look at this customer, but not change it."))
        return touchpoint

    def entry(self, *, acts: str = "") -> str:
        entry = entry_of(self.key, user=self.user)
        if entry is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        return entry_html(entry, self.party.pk, timezone.localtime(), current_formats(), acts=acts)

    def rendered(self, name: str, touchpoint: Touchpoint, **context: Any) -> str:
        described_party = described(touchpoint.party)
        return render_to_string(
            f"timeline/stream/{name}.html",
            {
                "touchpoint": touchpoint,
                "address": f"/history/{self.party.pk}/{touchpoint.pk}/",
                "may_change": described_party.may(self.user, Action.CHANGE, touchpoint.party),
                "user_id": self.user.pk,
                **context,
            },
            request=self.request,
        )

    def told(self, html: str, message: str, *, undo: str = "", live: bool = True) -> HttpResponse:
        response = HttpResponse(html)
        if live:
            changed(response, self.live)
        return with_toast(response, message, undo=undo)


class ShowView(EntryView):
    """GET answers the entry as it stands in the list; `acts/` with what can be done, `text/` its whole text."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.found()
        return HttpResponse(self.entry())


class ActsView(EntryView):
    def get(self, request: HttpRequest) -> HttpResponse:
        touchpoint = self.found()
        if "close" in request.GET:
            return HttpResponse(closed_acts(touchpoint.pk))
        mine = Comment.objects.filter(touchpoint=touchpoint.pk, author=self.user.pk).order_by("written_at")
        return HttpResponse(self.rendered("_acts", touchpoint, comments=list(mine)))


class TextView(EntryView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(self.rendered("_text", self.found()))


class PinView(EntryView):
    """POST puts the contact at the top of the history, or lets it stand where it belongs."""

    def post(self, request: HttpRequest) -> HttpResponse:
        touchpoint = self.changeable()
        if touchpoint.pinned_at is None:
            actions.pin(touchpoint, by=self.user)
            return self.told(closed_acts(self.key), _("Pinned to the top."))
        actions.unpin(touchpoint, by=self.user)
        return self.told(closed_acts(self.key), _("No longer pinned."))


class RemoveView(EntryView):
    def post(self, request: HttpRequest) -> HttpResponse:
        touchpoint = self.changeable()
        with transaction.atomic(), change_set(by=self.user) as changes:
            actions.remove_touchpoint(touchpoint, by=self.user)
        return self.told("", _("Deleted."), undo=f"/undo/{changes.id}/")


class CommentView(EntryView):
    """POST says something to the contact."""

    def post(self, request: HttpRequest) -> HttpResponse:
        touchpoint = self.found()
        try:
            actions.comment_on(touchpoint, request.POST.get("text", ""), by=self.user)
        except ValidationError as error:
            html = self.rendered(
                "_acts", touchpoint, error=error.messages[0], text=request.POST.get("text", ""), comments=[]
            )
            return HttpResponse(html, status=422)
        return self.told(closed_acts(self.key), _("Said."))


class WithdrawView(EntryView):
    """POST takes back what one has said oneself."""

    def post(self, request: HttpRequest, comment_id: UUID) -> HttpResponse:
        touchpoint = self.found()
        comment = Comment.objects.filter(pk=comment_id, touchpoint=touchpoint.pk).select_related("touchpoint").first()
        if comment is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        with transaction.atomic(), change_set(by=self.user) as changes:
            actions.withdraw_comment(comment, by=self.user)
        return self.told(closed_acts(self.key), _("Deleted."), undo=f"/undo/{changes.id}/")


class EditView(EntryView):
    """GET answers the form in the place of the entry; POST keeps what was changed in it, or says what stands against
    it: what somebody else has written meanwhile is never overwritten unseen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        touchpoint = self.changeable()
        seen = {name: _typed(name, getattr(touchpoint, name)) for name in EDITED}
        return HttpResponse(self.form(touchpoint, typed=seen, seen=seen))

    def post(self, request: HttpRequest) -> HttpResponse:
        touchpoint, posted = self.changeable(), request.POST
        typed = {name: posted.get(name, "") for name in EDITED}
        seen = {name: posted.get(f"seen-{name}", "") for name in EDITED}
        try:
            values, known = _parsed(typed), _parsed(seen)
            same = {name for name in EDITED if typed[name].replace("\r\n", "\n") == seen[name].replace("\r\n", "\n")}
            kept = {name: value for name, value in values.items() if name not in same}
            with transaction.atomic(), change_set(by=self.user) as changes:
                actions.change_touchpoint(touchpoint, kept, by=self.user, seen=_as_kept(known, touchpoint))
        except ValidationError as error:
            touchpoint.refresh_from_db()
            return HttpResponse(self.refused(touchpoint, error, typed, seen), status=422)
        return self.told(self.entry(), _("Saved."), undo=f"/undo/{changes.id}/")

    def refused(
        self, touchpoint: Touchpoint, error: ValidationError, typed: dict[str, str], seen: dict[str, str]
    ) -> str:
        errors = error.message_dict if hasattr(error, "error_dict") else {"body": error.messages}
        conflicts = {
            name: _typed(name, getattr(touchpoint, name))
            for name, each in getattr(error, "error_dict", {}).items()
            if any(one.code == "conflict" for one in each)
        }
        # Whoever saves once more has seen the other version.
        return self.form(touchpoint, typed=typed, seen={**seen, **conflicts}, errors=errors, conflicts=conflicts)

    def form(self, touchpoint: Touchpoint, **context: Any) -> str:
        from kundig.timeline.enums import Mood

        html = self.rendered("_edit", touchpoint, moods=Mood.choices, **context)
        return mark_safe(html)  # noqa: S308 - a template


def _typed(name: str, value: Any) -> str:
    if value is None:
        return ""
    return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M") if name == "at" else str(value)


def _parsed(typed: dict[str, str]) -> dict[str, Any]:
    from django.http import QueryDict

    posted = QueryDict(mutable=True)
    posted.update(typed)
    contact = contact_from(posted)
    return {"summary": typed["summary"], "body": contact["body"], "mood": contact["mood"], "at": contact["at"]}


def _as_kept(known: dict[str, Any], touchpoint: Touchpoint) -> dict[str, Any]:
    """What the editor saw, as the contact keeps it: the browser's time knows no seconds."""
    body = known["body"].replace("\r\n", "\n").strip()
    at = touchpoint.at if known["at"] and abs((touchpoint.at - known["at"]).total_seconds()) < 60 else known["at"]
    return {**known, "body": body, "at": at}
