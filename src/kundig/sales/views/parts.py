"""The page of a deal: its parts, its checklist, its next step; and new deals on the page of a customer.

Every answer is the whole panel, with the form still open in it (and 422) where something is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views import View

from kundig.parties.queries import described, visible_parties
from kundig.platform.formats import current_formats
from kundig.platform.htmx import changed, with_toast
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.description import Description
from kundig.records.forms import RecordForm
from kundig.records.kinds.base import Reading
from kundig.records.ledger import change_set
from kundig.records.rows import RowPlan
from kundig.sales.actions import add_deal
from kundig.sales.models import Deal
from kundig.sales.objects import forms
from kundig.sales.panels.deals import deals as deals_panel
from kundig.sales.panels.parts import RENDER, TITLES, way
from kundig.sales.views.gates import deal_to_change
from kundig.timeline.actions import give_task

PARTS: Mapping[str, type[Description]] = {
    "products": forms.LineForm,
    "buying-centre": forms.CentreForm,
    "competitors": forms.CompetitorForm,
    "members": forms.MemberForm,
}


class DealView(LoginRequiredMixin, View):
    """What all of these begin with: the deal, if the user may change it."""

    deal: Deal
    user: Any
    of: Description

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        self.deal = deal_to_change(request.user, kwargs.pop("deal_id"))
        of = registry.get("deals")
        assert of is not None, "descriptions are registered when the program starts"
        self.of = of
        return super().dispatch(request, *args, **kwargs)

    def told(self, html: str, message: str, undo: UUID) -> HttpResponse:
        response = changed(HttpResponse(html), f"deals:{self.deal.pk}")
        return with_toast(response, message, undo=f"/undo/{undo}/")


class PartView(DealView):
    """GET opens the form of a new part, or of an existing one; POST saves it, DELETE removes it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.key = kwargs.pop("deal_part")
        if self.key not in PARTS:
            raise Http404(_("There is no page at this address."))
        self.description = PARTS[self.key]()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, deal_part_id: UUID | None = None) -> HttpResponse:
        return HttpResponse(self.panel(self.shown(self.form(self.existing(deal_part_id)))))

    def post(self, request: HttpRequest, deal_part_id: UUID | None = None) -> HttpResponse:
        record = self.existing(deal_part_id)
        form = self.form(record)
        values = form.read()
        if not form.errors:
            try:
                with transaction.atomic(), change_set(by=self.user) as changes:
                    if record is None:
                        create_record(self.description, {**values, "deal": self.deal.pk}, by=self.user)
                    else:
                        change_record(self.description, record, values, by=self.user)
                self.deal.refresh_from_db()
                return self.told(self.panel(), _("Saved."), changes.id)
            except ValidationError as error:
                form.refuse(error)
        return HttpResponse(self.panel(self.shown(form)), status=422)

    def delete(self, request: HttpRequest, deal_part_id: UUID) -> HttpResponse:
        record = self.existing(deal_part_id)
        try:
            with transaction.atomic(), change_set(by=self.user) as changes:
                delete_record(self.description, record, by=self.user)
        except ValidationError as error:
            return HttpResponse(self.panel(" ".join(error.messages)), status=422)
        self.deal.refresh_from_db()
        return self.told(self.panel(), _("Removed."), changes.id)

    def existing(self, part_id: UUID | None) -> Any:
        if part_id is None:
            return None
        found = self.description.visible_to(self.user).filter(pk=part_id, deal=self.deal.pk).first()
        if found is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        return found

    def form(self, record: Any) -> RecordForm:
        fields = self.description.form_fields(self.user)
        if record is None:
            blank = self.description.model()
            row = {source: getattr(blank, source, None) for field in fields for source in field.sources}
            for name in self.description.unsaid.split():
                row.update(dict.fromkeys(self.description.fields[name].sources))
            row["deal__currency"] = self.deal.currency
        else:
            plan = RowPlan(fields, self.user)
            row = plan.as_dict(plan.one(self.description.everything(), record.pk) or ())
        data = self.request.POST if self.request.method == "POST" else None
        return RecordForm(self.description, self.user, current_formats(), row, data)

    def shown(self, form: RecordForm) -> str:
        context = {
            "form": form, "action": self.request.path, "deal": self.deal, "key": self.key, "title": TITLES[self.key],
        }  # fmt: skip
        return render_to_string("sales/deals/_part_form.html", context, request=self.request)

    def panel(self, editor: str = "") -> str:
        return RENDER[self.key](self.request, self.of, self.deal, editor=editor)


class ChecksView(DealView):
    """POST ticks what is done of the checklist before the next stage; `known` says which items were shown."""

    def post(self, request: HttpRequest) -> HttpResponse:
        known, done = set(request.POST.getlist("known")), request.POST.getlist("check")
        kept = [item for item in self.deal.checked if item not in known]
        with transaction.atomic(), change_set(by=self.user):
            deal = change_record(self.of, self.deal, {"checked": list(dict.fromkeys([*kept, *done]))}, by=self.user)
        return changed(HttpResponse(way(request, self.of, deal)), f"deals:{self.deal.pk}")


class StepView(DealView):
    """POST notes the next step of a deal: a task of its customer that is for this deal alone."""

    def post(self, request: HttpRequest) -> HttpResponse:
        title, typed = request.POST.get("title", ""), request.POST.get("due_on", "").strip()
        error = ""
        try:
            due_on = parse_date(typed) if typed else None
        except ValueError:
            due_on = None
        if due_on is None:
            error = _("Say on which day.")
        if not error:
            try:
                with transaction.atomic(), change_set(by=self.user) as changes:
                    give_task(
                        title=title, party=self.deal.party_id, due_on=due_on, by=self.user,
                        assignee=self.deal.owner_id or self.user, source="deals", source_id=self.deal.pk,
                    )  # fmt: skip
            except ValidationError as refused:
                error = " ".join(refused.messages)
        if error:
            return HttpResponse(self.refused(title, typed, error), status=422)
        self.deal.refresh_from_db()
        return self.told(way(request, self.of, self.deal), _("Noted."), changes.id)

    def refused(self, title: str, day: str, error: str) -> str:
        return way(self.request, self.of, self.deal, typed={"title": title, "due_on": day}, error=error)


class NewDealView(LoginRequiredMixin, View):
    """POST notes a deal on the page of a customer: what, and for how much."""

    def post(self, request: HttpRequest, party_id: UUID) -> HttpResponse:
        user: Any = request.user
        party = visible_parties(user).filter(pk=party_id).first()
        if party is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        of = described(party)
        of_deals = registry.get("deals")
        assert of_deals is not None, "descriptions are registered when the program starts"
        typed = {name: request.POST.get(name, "") for name in ("title", "amount")}
        errors: dict[str, list[str]] = {}
        try:
            field = of_deals.fields["amount"]
            reading = Reading(user=user, formats=current_formats(), row={})
            amount = field.kind.parse(typed["amount"], field=field, reading=reading)
        except ValidationError as error:
            errors = {"amount": error.messages}
        if not errors:
            try:
                with transaction.atomic(), change_set(by=user) as changes:
                    add_deal(title=typed["title"], party=party, amount=amount, by=user)
            except ValidationError as error:
                errors = error.message_dict
        if errors:
            return HttpResponse(deals_panel(request, of, party, typed=typed, errors=errors), status=422)
        response = changed(HttpResponse(deals_panel(request, of, party)), f"deals:{party.pk}")
        return with_toast(response, _("Deal noted."), undo=f"/undo/{changes.id}/")
