"""What is done with a lead on its page. Every answer is its panel, with a message and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.htmx import changed, with_toast
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions import leads as actions
from kundig.sales.models import Lead
from kundig.sales.panels.leads import lead_panel
from kundig.sales.queries.leads import described_leads


@require_POST
def conversion(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    title = request.POST.get("title", "")
    return _done(
        request, lead_id, lambda lead, by: actions.convert_lead(lead, title=title, by=by), _("A deal is made of it.")
    )


@require_POST
def answer(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    return _done(request, lead_id, lambda lead, by: actions.answer_lead(lead, by=by), _("Noted as answered."))


@require_POST
def dropping(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _done(request, lead_id, lambda lead, by: actions.drop_lead(lead, reason=reason, by=by), _("Dropped."))


@require_POST
def reopening(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    return _done(request, lead_id, lambda lead, by: actions.reopen_lead(lead, by=by), _("Reopened."))


def _done(request: HttpRequest, lead_id: UUID, act: Callable[[Lead, User], bool], words: str) -> HttpResponse:
    """The panel afterwards; 422 with the reason where it cannot be done."""
    user: Any = request.user
    description = described_leads()
    lead: Any = description.visible_to(user).select_related("party", "owner").filter(pk=lead_id).first()
    if lead is None:
        raise Http404(_("There is no such record, or it is not visible to you."))
    if not description.may(user, Action.CHANGE, lead):
        raise PermissionDenied(_("You may look at this lead, but not change it."))
    try:
        with transaction.atomic(), change_set(by=user) as changes:
            is_other = act(lead, user)
            if is_other:
                announce(description, [lead.pk], by=user, via=Via.HAND)
    except ValidationError as problem:
        errors = dict(enumerate(problem.messages))
        return HttpResponse(lead_panel(request, description, lead, errors=errors), status=422)
    lead.refresh_from_db()
    response = changed(HttpResponse(lead_panel(request, description, lead)), f"leads:{lead.pk}", f"day:{user.pk}")
    return with_toast(response, words, undo=f"/undo/{changes.id}/") if is_other else response
