"""What assistants propose: the list, and one proposal with what would be different."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundig.accounts.models import User
from kundig.assistants.actions import Written, approve, approve_all, decline, tried, words_of
from kundig.assistants.enums import State
from kundig.assistants.models import Proposal
from kundig.assistants.queries import proposals_of
from kundig.records import registry
from kundig.records.rest.problems import Problem

PAGE = 50


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Those to be decided; with `all` also the others, `before` what is older than one."""
    rows, shows_all = proposals_of(_user(request)), "all" in request.GET
    if not shows_all:
        rows = rows.filter(state=State.OPEN)
    if before := _place(request):
        rows = rows.filter(at__lte=before.at).exclude(at=before.at, pk__gte=before.pk)
    found = list(rows[: PAGE + 1])
    context = {
        "rows": [(each, registry.get(each.object)) for each in found[:PAGE]],
        "shows_all": shows_all,
        "can_choose": any(each.is_open for each in found[:PAGE]),
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "assistants/proposals.html", context)


def _place(request: HttpRequest) -> Proposal | None:
    key = _id_in(request.GET.get("before", ""))
    return proposals_of(_user(request)).filter(pk=key).first() if key is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest) -> HttpResponse:
    """Several proposals (`id`), one under the other with what would be different; POST takes them over.

    Each is a change of its own, to be taken back by itself; one that cannot be done keeps none of the others.
    """
    asked = request.POST if request.method == "POST" else request.GET
    ids = [key for text in asked.getlist("id")[:PAGE] if (key := _id_in(text)) is not None]
    found = list(proposals_of(_user(request)).filter(state=State.OPEN, pk__in=ids).order_by("at", "id"))
    if request.method == "POST":
        return _take_over(request, found)
    if not found:
        return redirect("proposals")
    rows = [_looked_at(request, each) for each in found]
    context = {"rows": rows, "ready": [row for row in rows if not row["refusal"]]}
    return render(request, "assistants/proposals_together.html", context)


def _take_over(request: HttpRequest, found: list[Proposal]) -> HttpResponse:
    done, refused = approve_all(found, by=_user(request))
    count = ngettext("%(count)d proposal taken over.", "%(count)d proposals taken over.", len(done))
    said = [count % {"count": len(done)}] if done else []
    text = _("“%(title)s” could not be taken over: %(why)s")
    said += [text % {"title": each.title or "–", "why": words_of(error)} for each, error in refused]
    if said:
        messages.add_message(request, messages.ERROR if refused else messages.SUCCESS, " ".join(said))
    return redirect("proposals")


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_safe
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    return _page(request, _found(request, proposal_id))


@require_POST
def approval(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    found = _found(request, proposal_id)
    try:
        done = approve(found, by=_user(request))
    except (ValidationError, Problem) as problem:
        return _page(request, _found(request, proposal_id), refusal=words_of(problem), status=422)
    messages.success(request, _("Taken over."))
    return redirect(f"/{found.object}/{done.record_id}/")


@require_POST
def declining(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    found = _found(request, proposal_id)
    try:
        decline(found, by=_user(request))
        messages.success(request, _("Declined. Nothing was changed."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("proposals")


def _page(request: HttpRequest, found: Proposal, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return render(request, "assistants/proposal.html", _looked_at(request, found, refusal=refusal), status=status)


def _looked_at(request: HttpRequest, found: Proposal, *, refusal: str = "") -> dict[str, Any]:
    """A proposal with what it would change now, or why it cannot."""
    description = registry.get(found.object)
    trial: Written | None = None
    if found.is_open and description is not None:
        try:
            trial = tried(description, found.record, found.values, by=_user(request), seen=found.seen)
        except Problem as problem:
            refusal = refusal or words_of(problem)
    return {
        "proposal": found,
        "description": description,
        "differences": trial.differences if trial else (),
        "has_moved": trial is not None and any(each.has_moved for each in trial.differences),
        "refusal": refusal,
    }


def _found(request: HttpRequest, proposal_id: UUID) -> Proposal:
    return get_object_or_404(proposals_of(_user(request)), pk=proposal_id)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # every page asks for that
    return request.user
