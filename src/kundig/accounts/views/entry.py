"""A link that lets one in once: from an administrator, or from the command line when nothing else opens."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import url_str_to_user_pk
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kundig.accounts.actions.entering import entry_links
from kundig.accounts.models import User
from kundig.accounts.queries import company


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry_link(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    """A click lets one in, the link alone does not: programs that look into mails open links, too."""
    if refused := ratelimit.consume_or_429(request, action="setup"):
        return refused
    user = _user_of(uidb36)
    if user is None or not entry_links.check_token(user, key):
        return render(request, "accounts/entry_link.html", {"company": company(), "person": None}, status=410)
    if request.method != "POST":
        return render(request, "accounts/entry_link.html", {"company": company(), "person": user})
    record_authentication(request, user, method="link")
    response: HttpResponse = perform_login(request, Login(user=user))
    return response


def _user_of(uidb36: str) -> User | None:
    try:
        pk: Any = url_str_to_user_pk(uidb36)
    except (ValidationError, ValueError):
        return None
    return User.objects.active().filter(pk=pk).first()
