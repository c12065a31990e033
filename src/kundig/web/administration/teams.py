"""Teams and who is in them."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kundig.accounts.actions import create_team, delete_team, rename_team, set_members
from kundig.accounts.models import Team, User
from kundig.web.administration.access import acting, administrators, errors_of


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = create_team(name=request.POST.get("name", ""), by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            return redirect("team", team_id=made.pk)
    rows = Team.objects.annotate(people=Count("members")).order_by("name")
    context = {"teams": rows, "errors": errors, "name": request.POST.get("name", "")}
    return render(request, "administration/teams.html", context, status=422 if errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    found, by = get_object_or_404(Team, pk=team_id), acting(request)
    errors: dict[str, list[str]] = {}
    members = {str(m.user_id): m.is_lead for m in found.memberships.all()}
    name = found.name
    if request.method == "POST":
        name, leads = request.POST.get("name", ""), request.POST.getlist("leads")
        members = {user_id: user_id in leads for user_id in request.POST.getlist("members")}
        try:
            with transaction.atomic():
                rename_team(found, name=name, by=by)
                set_members(found, members=members, by=by)
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("team", team_id=team_id)
    people = [(user, str(user.pk) in members, members.get(str(user.pk))) for user in User.objects.active()]
    context = {"team": found, "name": name, "people": people, "errors": errors}
    return render(request, "administration/team.html", context, status=422 if errors else 200)


@administrators
@require_POST
def removal(request: HttpRequest, team_id: UUID) -> HttpResponse:
    found = get_object_or_404(Team, pk=team_id)
    try:
        delete_team(found, by=acting(request))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("team", team_id=team_id)
    messages.success(request, _("The team “%(name)s” is deleted.") % {"name": found.name})
    return redirect("teams")
