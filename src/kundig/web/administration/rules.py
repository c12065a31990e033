"""Rules: when, if, then; built, tried on the last quarter, let loose and paused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundig.automation.actions import activate_rule, delete_rule, draft_rule, pause_rule, save_rule
from kundig.automation.jobs import TEST
from kundig.automation.models import BackTest, Rule
from kundig.automation.queries import overviews, sentence
from kundig.platform import jobs
from kundig.platform.enums import JobState
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.conditions import ConditionError, read
from kundig.web.administration.access import acting, administrators, errors_of
from kundig.web.administration.rule_form import choices, posted, step_forms, values_of


@administrators
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    rows = [(each, sentence(values_of(each.rule)), registry.get(each.rule.object)) for each in overviews()]
    return render(request, "administration/rules.html", {"rows": rows})


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    return _edit(request, draft_rule())


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(Rule, pk=rule_id))


def _edit(request: HttpRequest, found: Rule) -> HttpResponse:
    """GET shows the form; POST with `save` saves, any other POST answers the form as the clicks have made it."""
    if request.method != "POST":
        return _page(request, found, values_of(found), {})
    values = posted(request.POST, found.steps)
    if "save" not in request.POST:
        return _page(request, found, values, _told_early(values))
    version = request.POST.get("version", "")
    try:
        saved = save_rule(
            found, values=values, version=int(version) if version.isdecimal() else None, by=acting(request)
        )
    except ValidationError as problem:
        return _page(request, found, values, errors_of(problem), status=422)
    messages.success(request, _("Saved."))
    return redirect("rule", rule_id=saved.pk)


def _told_early(values: dict[str, Any]) -> dict[str, list[str]]:
    """While somebody is still writing only the condition is looked at: the rest would complain of what comes yet."""
    description = registry.get(values["object"])
    try:
        if description is not None and values["condition"].strip():
            read(values["condition"], description, None)
    except ConditionError as problem:
        return {"condition": problem.messages}
    return {}


def _page(
    request: HttpRequest, found: Rule, values: dict[str, Any], errors: dict[str, list[str]], *, status: int = 200
) -> HttpResponse:
    description = registry.get(values["object"])
    # Asked before the result: a test that ends in between is one that still goes on, and the page asks again.
    testing = _testing(found)
    test = BackTest.objects.filter(rule=found, version=found.version).first() if not found._state.adding else None
    details = values["details"]
    offset = str(details.get("offset") or "0")
    context = {
        "rule": found,
        "is_new": found._state.adding,
        "values": values,
        "details": details,
        "days": offset.removeprefix("-"),
        "is_before": offset.startswith("-"),
        "errors": errors,
        "wrong": {name.removeprefix("details."): " ".join(texts) for name, texts in errors.items()},
        "told": sentence(values),
        "choices": choices(description, acting(request)),
        "steps": step_forms(values["steps"], description, errors),
        "description": description,
        "test": test,
        "examples": [{**example, "at": parse_datetime(example["at"])} for example in (test.examples if test else [])],
        "testing": testing,
        "latest": found.runs.order_by("-at", "-id")[:5] if not found._state.adding else [],
    }
    return render(request, "administration/rule.html", context, status=status)


def _testing(found: Rule) -> JobRun | None:
    """The test that is going on, or the last one if it failed."""
    if found._state.adding:
        return None
    last = JobRun.objects.filter(kind=TEST, arguments__rule_id=str(found.pk)).order_by("-created_at").first()
    return last if last is not None and last.state != JobState.DONE else None


@administrators
@require_POST
def test(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Has the worker try the rule on the last 90 days."""
    found = get_object_or_404(Rule, pk=rule_id)
    jobs.start(TEST, title=_("Test of the rule “%(name)s”") % {"name": found.name}, by=acting(request),
               rule_id=str(found.pk))  # fmt: skip
    return redirect("rule", rule_id=rule_id)


@administrators
@require_POST
def activation(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Activates a rule, or pauses it."""
    found = get_object_or_404(Rule, pk=rule_id)
    try:
        if found.is_active:
            pause_rule(found, by=acting(request))
            messages.success(request, _("Paused."))
        else:
            activate_rule(found, by=acting(request))
            messages.success(request, _("Active from now on."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("rule", rule_id=rule_id)


@administrators
@require_POST
def removal(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    found = get_object_or_404(Rule, pk=rule_id)
    delete_rule(found, by=acting(request))
    messages.success(request, _("The rule “%(name)s” is deleted.") % {"name": found.name})
    return redirect("rules")
