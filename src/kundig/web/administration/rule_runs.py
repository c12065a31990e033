"""The log of a rule: each run with its reason and what came of it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kundig.automation.actions import retry_run
from kundig.automation.enums import RunState
from kundig.automation.models import Rule, Run
from kundig.records.ledger.models import ChangeSet
from kundig.web.administration.access import acting, administrators

PAGE = 50


@administrators
@require_safe
def runs(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    found = get_object_or_404(Rule, pk=rule_id)
    state = request.GET.get("state", "")
    rows = found.runs.order_by("-at", "-id")
    if state in RunState.values:
        rows = rows.filter(state=state)
    if before := _place(found, request.GET.get("before", "")):
        rows = rows.filter(at__lte=before.at).exclude(at=before.at, pk__gte=before.pk)
    shown = list(rows[: PAGE + 1])
    context = {
        "rule": found,
        "runs": shown[:PAGE],
        "changed": set(ChangeSet.objects.filter(pk__in=[run.change_set for run in shown]).values_list("pk", flat=True)),
        "older": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "state": state,
        "states": RunState.choices,
    }
    return render(request, "administration/rule_runs.html", context)


def _place(found: Rule, text: str) -> Run | None:
    try:
        return found.runs.filter(pk=UUID(text)).first()
    except ValueError:
        return None


@administrators
@require_POST
def retry(request: HttpRequest, run_id: UUID) -> HttpResponse:
    found = get_object_or_404(Run, pk=run_id)
    try:
        retry_run(found, by=acting(request))
        messages.success(request, _("It is tried once more."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("rule_runs", rule_id=found.rule_id)
