"""What is added to a plan for a key account on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.platform.htmx import with_toast
from kundig.records.actions import create_record
from kundig.records.description import Description
from kundig.records.forms import RecordForm
from kundig.records.ledger import change_set
from kundig.sales.actions.plans import add_measure, review_plan
from kundig.sales.models.plans import AccountPlan
from kundig.sales.objects.plans import GoalForm, MemberForm, ProjectForm
from kundig.sales.panels.plans import RENDERERS
from kundig.sales.queries.leads import description_of

FORMS: Mapping[str, type[Description]] = {"goals": GoalForm, "members": MemberForm, "projects": ProjectForm}
REVIEWS = {"1": 1, "3": 3, "6": 6, "12": 12}


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, plan_id: UUID, part: str) -> HttpResponse:
    """GET opens a form in the panel of this part, POST adds to it; `measures` also takes a review."""
    user: Any = request.user
    description = description_of("account-plans")
    plan: Any = description.visible_to(user).filter(pk=plan_id).first()
    if plan is None or part not in RENDERERS:
        raise Http404(_("There is no such record, or it is not visible to you."))
    if not description.may(user, Action.CHANGE, plan):
        raise PermissionDenied(_("You may look at this plan, but not change it."))
    if part == "measures":
        return _measure(request, description, plan, user)
    form = _form(request, FORMS[part](), user)
    if request.method == "POST":
        values = form.read()
        if not form.errors:
            try:
                with transaction.atomic(), change_set(by=user) as changes:
                    create_record(description_of(form.description.name), {**values, "plan": plan.pk}, by=user)
            except ValidationError as problem:
                form.refuse(problem)
            else:
                response = HttpResponse(RENDERERS[part](request, description, plan))
                return with_toast(response, _("Noted."), undo=f"/undo/{changes.id}/")
    context = {"form": form, "part": part, "action": request.path, "url": description.url(plan.pk)}
    editor = render_to_string("sales/plans/_form.html", context, request=request)
    status = 422 if form.errors else 200
    return HttpResponse(RENDERERS[part](request, description, plan, editor=editor), status=status)


def _measure(request: HttpRequest, description: Description, plan: AccountPlan, user: User) -> HttpResponse:
    problem = ""
    response = None
    if request.method == "POST":
        try:
            with transaction.atomic(), change_set(by=user) as changes:
                if "review" in request.POST:
                    plan = review_plan(plan, months=REVIEWS.get(request.POST["review"], 3), by=user)
                else:
                    add_measure(plan, **_typed(request), by=user)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            response = HttpResponse(RENDERERS["measures"](request, description, plan))
            return with_toast(response, _("Noted."), undo=f"/undo/{changes.id}/")
    html = RENDERERS["measures"](request, description, plan, editor=problem)
    return HttpResponse(html, status=422 if problem else 200)


def _typed(request: HttpRequest) -> dict[str, Any]:
    day = request.POST.get("due_on", "").strip()
    try:
        due_on = parse_date(day) if day else None
        if day and due_on is None:
            raise ValueError
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is no day. Write it like 2026-12-31.") % {"text": day[:20]}) from error
    given = request.POST.get("assignee", "")
    try:
        assignee = User.objects.active().filter(pk=UUID(given)).values_list("pk", flat=True).first() if given else None
    except ValueError:
        assignee = None
    return {"title": request.POST.get("title", "")[:200], "due_on": due_on, "assignee": assignee}


def _form(request: HttpRequest, description: Description, user: User) -> RecordForm:
    blank = description.model()
    row = {
        source: getattr(blank, source, None)
        for field in description.form_fields(user)
        for source in field.sources
    }  # fmt: skip
    return RecordForm(description, user, current_formats(), row, request.POST if request.method == "POST" else None)
