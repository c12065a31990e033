"""Which customers have no next step: the page on which they are given one."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kundig.accounts.models import User
from kundig.parties.queries import visible_parties
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part, with_toast
from kundig.records.ledger import change_set
from kundig.timeline import actions
from kundig.timeline.queries.coverage import (
    Coverage,
    coverage_of,
    customers_of_team,
    led_teams,
    own_customers,
    uncovered,
)
from kundig.timeline.queries.day import shown_people
from kundig.timeline.queries.regions import working_day_for

SHOWN = 50


@login_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """One's own customers, or with `?team=` those of a team that one leads."""
    return _shown(request)


@login_required
@require_POST
def plan(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Gives a customer a next step: a task for the next working day, for whoever looks after them."""
    user = request.user
    assert isinstance(user, User), "the page asks for sign-in"
    party = visible_parties(user).filter(pk=party_id).select_related("owner").first()
    if party is None:
        raise Http404(_("There is no such record, or it is not visible to you."))
    day = working_day_for(user, timezone.localdate() + dt.timedelta(days=1))
    with transaction.atomic(), change_set(by=user) as changes:
        actions.give_task(title=_("Get in touch"), party=party, assignee=party.owner or user, due_on=day, by=user)
    if not part(request):
        return redirect("timeline:coverage")
    message = _("Contact with %(name)s planned.") % {"name": party.name}
    return with_toast(_shown(request), message, undo=f"/undo/{changes.id}/")


def _shown(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User), "the page asks for sign-in"
    teams = led_teams(user)
    team = next((each for each in teams if str(each.pk) == request.GET.get("team", "")), None)
    if request.GET.get("team") and team is None:
        raise Http404(_("There is no page at this address."))
    customers = customers_of_team(team, user) if team else own_customers(user)
    found = coverage_of(customers)
    ids: list[UUID] = list(uncovered(customers).order_by("name_key", "pk").values_list("pk", flat=True)[:SHOWN])
    people = shown_people(user, ids)
    context: dict[str, Any] = {
        "coverage": found,
        "sentence": coverage_sentence(found),
        "people": [people[key] for key in ids if key in people],
        "more": found.uncovered - len(ids),
        "teams": teams,
        "team": team,
        "query": f"?team={team.pk}" if team else "",
    }
    template = "timeline/coverage/_list.html" if part(request) == "coverage" else "timeline/coverage/page.html"
    return render(request, template, context)


def coverage_sentence(found: Coverage) -> str:
    """ "417 of 420 active customers have a next step or a reasoned rest." """
    if not found.all:
        return _("There are no active customers here.")
    formats = current_formats()
    return _("%(covered)s of %(all)s active customers have a next step or a reason to be left alone.") % {
        "covered": formats.number(found.covered), "all": formats.number(found.all)
    }  # fmt: skip
