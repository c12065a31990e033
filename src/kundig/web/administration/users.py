"""People who work here."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundig.accounts.actions import (
    activate_user,
    add_user,
    change_user,
    deactivate_user,
    ensure_roles,
    join_team,
    make_password_link,
)
from kundig.accounts.jobs import send_password_link
from kundig.accounts.models import AccessRole, Team, User
from kundig.accounts.queries import factors_of
from kundig.web.administration.access import acting, administrators, errors_of
from kundig.web.administration.security import sessions_told
from kundig.web.administration.tokens import told


def sends_mail() -> bool:
    """Whether mails leave the house; otherwise they lie as files in the data folder."""
    return not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")


@administrators
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    people = User.objects.order_by("-is_active", "name", "id").prefetch_related("roles", "teams")
    return render(request, "administration/users.html", {"people": people})


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_user(request: HttpRequest) -> HttpResponse:
    ensure_roles()
    values, errors = _typed(request), {}
    if request.method == "POST":
        try:
            user = _add(request, values)
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("%(name)s is added.") % {"name": user.name})
            return redirect("user", user_id=user.pk)
    context = {"values": values, "errors": errors, "sends_mail": sends_mail(), **_choices()}
    return render(request, "administration/user.html", context, status=422 if errors else 200)


@transaction.atomic
def _add(request: HttpRequest, values: dict[str, Any]) -> User:
    by = acting(request)
    user = add_user(email=values["email"], name=values["name"], password=None, role=values["role"], by=by)
    for team in _teams(values["teams"]):
        join_team(team, user=user, is_lead=False, by=by)
    if sends_mail():
        send_password_link(user, base=request.build_absolute_uri("/"), occasion="invited", by=by)
    return user


@administrators
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def user(request: HttpRequest, user_id: UUID) -> HttpResponse:
    person = get_object_or_404(User, pk=user_id)
    values, errors = _values_of(person), {}
    if request.method == "POST":
        values = _typed(request)
        try:
            change_user(person, **{**values, "teams": _teams(values["teams"])}, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("user", user_id=user_id)
    return _page(request, User.objects.get(pk=user_id), values=values, errors=errors)


@administrators
@never_cache
@require_POST
def link(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A link with which somebody sets a new password: by mail, or to be handed over."""
    person = get_object_or_404(User, pk=user_id, is_active=True)
    if "mail" in request.POST:
        occasion = "forgotten" if person.has_usable_password() else "invited"
        send_password_link(person, base=request.build_absolute_uri("/"), occasion=occasion, by=acting(request))
        messages.success(request, _("A link is on its way to %(email)s.") % {"email": person.email})
        return redirect("user", user_id=user_id)
    return _page(request, person, values=_values_of(person), errors={}, with_link=True)


@administrators
@require_POST
def activation(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Deactivates somebody, or lets them in again."""
    person, by = get_object_or_404(User, pk=user_id), acting(request)
    try:
        if person.is_active:
            deactivate_user(person, by=by)
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.name})
        else:
            activate_user(person, by=by)
            messages.success(request, _("%(name)s can sign in again.") % {"name": person.name})
    except ValidationError as problem:
        person = User.objects.get(pk=user_id)
        return _page(request, person, values=_values_of(person), errors=errors_of(problem))
    return redirect("user", user_id=user_id)


def _page(
    request: HttpRequest,
    person: User,
    *,
    values: dict[str, Any],
    errors: dict[str, list[str]],
    with_link: bool = False,
) -> HttpResponse:
    # Who has no password yet gets in by the link alone, so it is there at once.
    needs_link = person.is_active and (with_link or not person.has_usable_password())
    path = make_password_link(person, by=acting(request)) if needs_link else ""
    context = {
        "person": person,
        "tokens": told(person.tokens.filter(revoked_at=None)),
        "sessions": sessions_told(person),
        "factors": factors_of(person),
        "values": values,
        "errors": errors,
        "link": request.build_absolute_uri(path) if path else "",
        "sends_mail": sends_mail(),
        **_choices(),
    }
    return render(request, "administration/user.html", context, status=422 if errors else 200)


def _choices() -> dict[str, Any]:
    return {"roles": AccessRole.objects.all(), "teams": Team.objects.all()}


def _typed(request: HttpRequest) -> dict[str, Any]:
    texts = {name: request.POST.get(name, "") for name in ("email", "name", "role")}
    return {**texts, "teams": request.POST.getlist("teams")}


def _values_of(person: User) -> dict[str, Any]:
    holding = person.holdings.select_related("role").order_by(F("valid_until").asc(nulls_first=True)).first()
    role = holding.role if holding else None
    teams = [str(pk) for pk in person.teams.values_list("pk", flat=True)]
    return {"email": person.email, "name": person.name, "role": role.key if role else "", "teams": teams}


def _teams(ids: list[str]) -> list[Team]:
    return [team for team in Team.objects.all() if str(team.pk) in ids]
