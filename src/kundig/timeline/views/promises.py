"""Promises on the page of a party: noted, taken over from a note, picked out of its words, kept, broken, opened again.

The short answers carry no part of the page: they name the panels that have changed, and those fetch themselves anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform.formats import current_formats
from kundig.platform.htmx import changed, with_toast
from kundig.records import registry
from kundig.records.forms import RecordForm
from kundig.records.ledger import change_set
from kundig.timeline import actions
from kundig.timeline.enums import Side
from kundig.timeline.models import Promise, PromiseProposal, Touchpoint
from kundig.timeline.objects.promises import PromiseForm
from kundig.timeline.panels.promises import promises
from kundig.timeline.queries.promises import names_at
from kundig.timeline.rules.promises import LONGEST, Proposed, suggestion
from kundig.timeline.views.briefs import asked_party

LONGEST_PICK = 1000
"""Letters that are looked at of what somebody has selected."""


class UserView(LoginRequiredMixin, View):
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        return super().dispatch(request, *args, **kwargs)

    def answer(self, party: Party, words: str, *, undo: str = "") -> HttpResponse:
        """Nothing but a message, and word to the panels of the party and of the organisation it belongs to."""
        names = [f"promises:{key}" for key in (party.pk, party.organisation_id) if key is not None]
        names.append(f"day:{self.user.pk}")
        return changed(with_toast(HttpResponse(), words, undo=undo), *names)


class PartyView(UserView):
    """The party, if the user may change it."""

    def changeable(self, party_id: UUID) -> Party:
        party = asked_party(self.user, party_id)
        if not described(party).may(self.user, Action.CHANGE, party):
            raise PermissionDenied(_("You may look at this customer, but not change it."))
        return party


class NewPromiseView(PartyView):
    """GET opens the form in the panel, filled with what selected words tell; POST makes the promise."""

    def get(self, request: HttpRequest, party_id: UUID) -> HttpResponse:
        party = self.changeable(party_id)
        picked = request.GET.get("text", "")[:LONGEST_PICK]
        proposed = suggested(picked, self.touchpoint(party)) if picked.strip() else None
        return self.panel(party, self.form(party, proposed))

    def post(self, request: HttpRequest, party_id: UUID) -> HttpResponse:
        party = self.changeable(party_id)
        touchpoint = self.touchpoint(party)
        form = self.form(party, None)
        values = form.read()
        if not form.errors:
            try:
                with transaction.atomic(), change_set(by=self.user) as changes:
                    # The party of the contact is whose promise it is, also on the page of the organisation.
                    of = touchpoint.party if touchpoint is not None else party
                    assignee = User.objects.active().filter(pk=values.get("assignee")).first()
                    actions.make_promise(
                        of, text=values["text"], side=values["side"], due_on=values.get("due_on"), by=self.user,
                        assignee=assignee, touchpoint=touchpoint.pk if touchpoint is not None else None,
                    )  # fmt: skip
            except ValidationError as error:
                form.refuse(error)
            else:
                html = promises(request, described(party), party)
                return with_toast(HttpResponse(html), _("Noted."), undo=f"/undo/{changes.id}/")
        return self.panel(party, form, status=422)

    def touchpoint(self, party: Party) -> Touchpoint | None:
        """The contact from whose words it comes, if the user may see it."""
        given = self.request.GET.get("touchpoint", "")
        try:
            return seen_touchpoint(self.user, UUID(given)) if given else None
        except ValueError:
            return None

    def form(self, party: Party, proposed: Proposed | None) -> RecordForm:
        blank = Promise(party_id=party.pk, assignee=self.user)
        if proposed is not None:
            blank.text, blank.side, blank.due_on = proposed.text, proposed.side, proposed.due_on
        description = PromiseForm()
        row = {source: _value(blank, source) for each in description.form_fields(self.user) for source in each.sources}
        data = self.request.POST if self.request.method == "POST" else None
        return RecordForm(description, self.user, current_formats(), row, data)

    def panel(self, party: Party, form: RecordForm, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "action": self.request.get_full_path(),
            "party": party,
            "url": described(party).url(party.pk),
        }
        editor = render_to_string("timeline/promises/_form.html", context, request=self.request)
        return HttpResponse(promises(self.request, described(party), party, editor=editor), status=status)


class PickView(UserView):
    """POST makes a promise of words that were selected in a contact."""

    def post(self, request: HttpRequest, touchpoint_id: UUID) -> HttpResponse:
        touchpoint = seen_touchpoint(self.user, touchpoint_id)
        picked = request.POST.get("text", "")
        if not picked.strip():
            raise Http404(_("Select the words that are the promise."))
        proposed = suggested(picked[:LONGEST_PICK], touchpoint)
        with transaction.atomic(), change_set(by=self.user) as changes:
            actions.make_promise(
                touchpoint.party, text=proposed.text[:LONGEST], side=proposed.side, due_on=proposed.due_on,
                touchpoint=touchpoint.pk, by=self.user,
            )  # fmt: skip
        words = _("Noted: we owe this.") if proposed.side == Side.WE else _("Noted: they owe this.")
        if proposed.due_on is not None:
            day = current_formats().date(proposed.due_on)
            words = (
                _("Noted: we owe this by %(day)s.")
                if proposed.side == Side.WE
                else _("Noted: they owe this by %(day)s.")
            ) % {"day": day}
        return self.answer(touchpoint.party, words, undo=f"/undo/{changes.id}/")


class SettleView(UserView):
    """POST notes that a promise was kept, or broken, or is open after all."""

    settlings: Mapping[str, Callable[..., Promise]] = {
        "kept": actions.keep_promise, "broken": actions.break_promise, "open": actions.reopen_promise,
    }  # fmt: skip

    def post(self, request: HttpRequest, promise_id: UUID, state: str) -> HttpResponse:
        description: Any = registry.for_model(Promise)
        promise = description.visible_to(self.user).select_related("party").filter(pk=promise_id).first()
        if promise is None or state not in self.settlings:
            raise Http404(_("There is no such record, or it is not visible to you."))
        with transaction.atomic(), change_set(by=self.user) as changes:
            self.settlings[state](promise, by=self.user)
        words = {"kept": _("Kept."), "broken": _("Not kept."), "open": _("Open again.")}[state]
        return self.answer(promise.party, words, undo=f"/undo/{changes.id}/")


class ProposalView(UserView):
    """POST takes a proposal over, dismisses it, or shows it again."""

    def post(self, request: HttpRequest, proposal_id: UUID, deed: str) -> HttpResponse:
        proposal = PromiseProposal.objects.select_related("party").filter(pk=proposal_id).first()
        if proposal is None or deed not in ("taking", "dismissal", "return"):
            raise Http404(_("There is no such record, or it is not visible to you."))
        party = asked_party(self.user, proposal.party_id)
        if deed == "taking":
            with transaction.atomic(), change_set(by=self.user) as changes:
                actions.take_over(proposal, by=self.user)
            return self.answer(party, _("Taken over."), undo=f"/undo/{changes.id}/")
        if deed == "dismissal":
            actions.dismiss(proposal, by=self.user)
            return self.answer(party, _("Dismissed."), undo=f"/promise/proposals/{proposal.pk}/return/")
        actions.bring_back(proposal, by=self.user)
        return self.answer(party, _("Undone."))


def seen_touchpoint(user: User, touchpoint_id: UUID) -> Touchpoint:
    """A contact that `user` may see.

    Raises:
        Http404: if there is none.
    """
    description: Any = registry.for_model(Touchpoint)
    found = description.visible_to(user).select_related("party").filter(pk=touchpoint_id).first()
    if found is None:
        raise Http404(_("There is no such record, or it is not visible to you."))
    assert isinstance(found, Touchpoint)
    return found


def suggested(picked: str, touchpoint: Touchpoint | None) -> Proposed:
    """What selected words tell of side and day, held against the day on which they were written."""
    if touchpoint is None:
        return suggestion(picked, on=timezone.localdate())
    ours, theirs = names_at(touchpoint)
    return suggestion(picked, on=timezone.localtime(touchpoint.at).date(), ours=ours, theirs=theirs)


def _value(record: Promise, path: str) -> Any:
    """The value at a query path of a new promise ("assignee__name")."""
    value: Any = record
    for part in path.split("__"):
        value = getattr(value, part, None)
    return value
