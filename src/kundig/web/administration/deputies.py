"""Who stands in for whom: one's own page, and what administrators settle for others."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kundig.accounts.actions import end_deputyship, name_deputy
from kundig.accounts.models import Deputyship, User
from kundig.web.administration.access import acting, errors_of


@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    user = acting(request)
    typed: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        typed, errors = add(request, user)
        if not errors:
            return redirect("deputies")
    context = {"errors": errors, "typed": typed, "absent": user.access.absent, **choices_for(user)}
    return render(request, "administration/deputies.html", context, status=422 if errors else 200)


@require_POST
def ending(request: HttpRequest, deputyship_id: UUID) -> HttpResponse:
    """Ends what one has settled oneself; an administrator ends any."""
    user = acting(request)
    found = get_object_or_404(Deputyship.objects.select_related("user"), pk=deputyship_id)
    if found.user_id != user.pk and not user.access.is_administrator:
        raise Http404(_("There is no page at this address."))
    end_deputyship(found, by=user)
    messages.success(request, _("Ended."))
    return redirect("deputies") if found.user_id == user.pk else redirect("user_rights", user_id=found.user_id)


def add(request: HttpRequest, user: User) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Name the deputy that was sent; answers what was typed, and what is wrong with it."""
    typed = {name: request.POST.get(name, "") for name in ("deputy", "starts_on", "ends_on")}
    deputy = next((each for each in colleagues_of(user) if str(each.pk) == typed["deputy"]), None)
    try:
        name_deputy(
            user, deputy=deputy, starts_on=day(typed["starts_on"]), ends_on=day(typed["ends_on"]), by=acting(request)
        )
    except ValidationError as problem:
        return typed, errors_of(problem)
    messages.success(request, _("Named. It begins and ends by itself."))
    return typed, {}


def choices_for(user: User) -> dict[str, Any]:
    return {
        "colleagues": colleagues_of(user),
        "deputyships": user.deputyships.filter(ends_on__gte=timezone.localdate()).select_related("deputy"),
    }


def colleagues_of(user: User) -> list[User]:
    return list(User.objects.active().exclude(pk=user.pk).order_by("name", "id"))


def day(text: str) -> dt.date | None:
    """The day in a date input; None where it is empty or none."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None
