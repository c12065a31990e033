"""The settings page on which administrators shape pipelines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.sales.actions import ensure_pipelines
from kundig.sales.actions.shaping import GATED, StageAsked, set_reasons, shape_pipeline
from kundig.sales.enums import DealStatus, Outcome
from kundig.sales.models import ClosingReason, Pipeline
from kundig.sales.queries import stages_of

SPARE = 2
"""Empty lines for further stages."""


def _administrator(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def pipelines(request: HttpRequest) -> HttpResponse:
    """GET shows the pipelines and the reasons why deals end, POST keeps the reasons."""
    user = _administrator(request)
    ensure_pipelines()
    error = ""
    if request.method == "POST":
        try:
            for outcome in Outcome.values:
                set_reasons(outcome, request.POST.get(outcome, "").splitlines(), by=user)
        except ValidationError as problem:
            error = " ".join(problem.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect("sales:pipelines")
    reasons = ClosingReason.objects.filter(is_active=True).order_by("created_at", "id")
    context = {
        "pipelines": [(each, [s.name for s in stages_of(each.pk)]) for each in Pipeline.objects.all()],
        "reasons": [
            (outcome, Outcome(outcome).label, "\n".join(r.name for r in reasons if r.outcome == outcome))
            for outcome in Outcome.values
        ],
        "error": error,
    }
    return render(request, "sales/pipelines/list.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def pipeline(request: HttpRequest, pipeline_id: UUID | None = None) -> HttpResponse:
    """GET shows one pipeline (or an empty one), POST keeps it."""
    user = _administrator(request)
    found = Pipeline.objects.filter(pk=pipeline_id).first() if pipeline_id else None
    if pipeline_id is not None and found is None:
        raise Http404(_("There is no such pipeline any more."))
    error = ""
    if request.method == "POST":
        data = request.POST
        try:
            shape_pipeline(
                found, name=data.get("pipeline", ""), probability_from=data.get("probability_from", ""),
                is_active="is_active" in data, stages=_asked(data), by=user,
            )  # fmt: skip
        except ValidationError as problem:
            error = " ".join(problem.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect("sales:pipelines")
    deals = registry.get("deals")
    assert deals is not None, "descriptions are registered when the program starts"
    context = {
        "found": found,
        "name": request.POST.get("pipeline", found.name if found else ""),
        "is_active": "is_active" in request.POST if request.method == "POST" else found.is_active if found else True,
        "learned": request.POST.get("probability_from", found.probability_from if found else "") == "learned",
        "lines": _lines(request.POST) if request.method == "POST" else _kept(found),
        "statuses": DealStatus.choices,
        "gated": [(name, deals.field(name).label) for name in GATED],
        "error": error,
    }
    return render(request, "sales/pipelines/pipeline.html", context, status=422 if error else 200)


def _kept(found: Pipeline | None) -> list[dict[str, Any]]:
    formats = current_formats()
    lines: list[dict[str, Any]] = [
        {
            "id": str(stage.pk), "name": stage.name, "status": stage.status,
            "probability": formats.number(stage.probability), "rotting_days": stage.rotting_days or "",
            "required": stage.required, "checklist": "\n".join(stage.checklist),
        }
        for stage in (stages_of(found.pk) if found else [])
    ]  # fmt: skip
    if not lines:
        lines = [_empty("new", "10"), _empty("won", "100"), _empty("lost", "0")]
    return [*lines, *(_empty("new", "") for _n in range(SPARE))]


def _empty(status: str, probability: str) -> dict[str, Any]:
    return {
        "id": "", "name": "", "status": status, "probability": probability, "rotting_days": "", "required": [],
        "checklist": "",
    }  # fmt: skip


def _lines(data: QueryDict) -> list[dict[str, Any]]:
    """What was typed, line by line."""
    names = data.getlist("name")[:40]
    columns = {name: data.getlist(name) for name in ("id", "status", "probability", "rotting_days", "checklist")}
    return [
        {
            "name": name, "required": data.getlist(f"required-{number}"),
            **{key: given[number] if number < len(given) else "" for key, given in columns.items()},
        }
        for number, name in enumerate(names)
    ]  # fmt: skip


def _asked(data: QueryDict) -> list[StageAsked]:
    """The stages that were typed; lines without a name are none.

    Raises:
        ValidationError: for a probability or days that are no numbers.
    """
    found = []
    for line in _lines(data):
        name = " ".join(line["name"].replace("\x00", "").split())
        if not name:
            continue
        found.append(
            StageAsked(
                _id(line["id"]), name, line["status"], _share(line["probability"], name),
                _days(line["rotting_days"], name), line["required"],
                [" ".join(item.replace("\x00", "").split())[:120] for item in line["checklist"].splitlines()],
            )
        )  # fmt: skip
    return found


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _share(text: str, stage: str) -> Decimal:
    try:
        share = current_formats().parse_number(text.strip().removesuffix("%").strip() or "0")
    except ValueError:
        share = Decimal(-1)
    if not 0 <= share <= 100:
        raise ValidationError(
            _("“%(text)s” is no probability for “%(stage)s”. Write a number from 0 to 100.")
            % {"text": text[:20], "stage": stage}
        )
    return share.quantize(Decimal("0.01"))


def _days(text: str, stage: str) -> int | None:
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdigit() and int(text) <= 3650):
        raise ValidationError(
            _("“%(text)s” are no days for “%(stage)s”. Write a whole number up to 3650, or nothing.")
            % {"text": text[:20], "stage": stage}
        )
    return int(text)
