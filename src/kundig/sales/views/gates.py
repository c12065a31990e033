"""The dialogue before a closed gate."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.platform.htmx import with_toast
from kundig.records import registry
from kundig.records.ledger import change_set
from kundig.sales.actions import move_deal
from kundig.sales.forms.gates import GateForm
from kundig.sales.models import Deal, Stage


def deal_to_change(user: Any, deal_id: UUID) -> Deal:
    """The deal, for whoever may change it.

    Raises:
        Http404, PermissionDenied
    """
    description = registry.get("deals")
    assert description is not None, "descriptions are registered when the program starts"
    deal = description.visible_to(user).select_related("stage", "pipeline", "party").filter(pk=deal_id).first()
    if deal is None:
        raise Http404(_("There is no such record, or it is not visible to you."))
    if not description.may(user, Action.CHANGE, deal):
        raise PermissionDenied(_("You may look at this deal, but not change it."))
    return deal


class GateView(LoginRequiredMixin, View):
    """GET asks for what a deal lacks to come into a stage, POST takes it and moves the deal."""

    def get(self, request: HttpRequest, deal_id: UUID, stage_id: UUID) -> HttpResponse:
        deal, goal = self.both(request, deal_id, stage_id)
        form = GateForm(deal, goal, user=self.request.user)  # type: ignore[arg-type]
        return render(request, "sales/deals/_gate.html", self.context(form))

    def post(self, request: HttpRequest, deal_id: UUID, stage_id: UUID) -> HttpResponse:
        user: Any = request.user
        deal, goal = self.both(request, deal_id, stage_id)
        form = GateForm(deal, goal, user=user, data=request.POST)
        try:
            values = form.read()
            with transaction.atomic(), change_set(by=user) as changes:
                move_deal(deal, goal, by=user, **values)
        except ValidationError as error:
            if not (form.form.errors or form.error or form.reason_error):
                form.error = " ".join(error.messages)
            return render(request, "sales/deals/_gate_form.html", self.context(form), status=422)
        message = _("%(deal)s now stands in “%(stage)s”.") % {"deal": deal.title, "stage": goal.name}
        response = with_toast(HttpResponse(), message, undo=f"/undo/{changes.id}/")
        response["HX-Trigger"] = json.dumps({"changed": f"deals:{deal.pk}", "bulkdone": ""})
        return response

    def both(self, request: HttpRequest, deal_id: UUID, stage_id: UUID) -> tuple[Deal, Stage]:
        deal = deal_to_change(request.user, deal_id)
        goal = Stage.objects.filter(pk=stage_id, pipeline_id=deal.pipeline_id).first()
        if goal is None:
            raise Http404(_("There is no such stage any more."))
        return deal, goal

    def context(self, form: GateForm) -> dict[str, Any]:
        return {"form": form, "deal": form.deal, "goal": form.goal, "controls": form.controls}
