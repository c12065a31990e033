"""Before locks are changed one shows once more who one is: whoever finds an open browser cannot take the account."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kundig.accounts.actions.factors import use_code
from kundig.accounts.addresses import caller_of
from kundig.accounts.models import User
from kundig.accounts.queries import company, factors_of
from kundig.accounts.views.factors import TOO_MANY, WRONG_CODE, passkey_by, request_options

CONFIRMED_SECONDS = 600
View = Callable[..., HttpResponse]


def confirmed(back: str) -> Callable[[View], View]:
    """A view that only opens within ten minutes of signing in or of confirming it again; otherwise that comes first,
    and afterwards the page `back` (the name of an address), or the one that was asked for."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_confirmed(request):
                return view(request, *args, **kwargs)
            onwards = request.get_full_path() if request.method == "GET" else resolve_url(back)
            return redirect(f"{resolve_url('account_reauthenticate')}?{urlencode({'next': onwards})}")

        return guarded

    return decorate


def is_confirmed(request: HttpRequest) -> bool:
    user: Any = request.user
    records = get_authentication_records(request, user)
    if records and time.time() - max(record["at"] for record in records) < CONFIRMED_SECONDS:
        return True
    # Who comes by the single sign-on of their firm has nothing here to confirm it with.
    return not user.has_usable_password() and not factors_of(user).any


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    onwards = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(onwards, allowed_hosts=None):
        onwards = resolve_url("security")
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _check(request, user)
        if not errors:
            return redirect(onwards)
    factors = factors_of(user)
    context = {
        "company": company(),
        "factors": factors,
        "errors": errors,
        "next": onwards,
        "options": request_options(user) if factors.passkeys else None,
    }
    return render(request, "accounts/confirm.html", context, status=422 if errors else 200)


def _check(request: HttpRequest, user: User) -> dict[str, str]:
    """What is wrong, by field; nothing if it is confirmed."""
    field = next((name for name in ("credential", "code", "password") if name in request.POST), "password")
    limit = {"action": "second_factor", "key": f"confirm:{user.pk}"}
    if not ratelimit.consume(request, **limit):
        return {field: str(TOO_MANY)}
    if field == "password":
        if not (user.has_usable_password() and user.check_password(request.POST.get("password", ""))):
            return {field: _("This is not your current password.")}
        record_authentication(request, user, method="password", reauthenticated=True)
    else:
        factor, error = (
            passkey_by(request, user)
            if field == "credential"
            else (use_code(user, code=request.POST.get("code", ""), caller=caller_of(request)), "")
        )
        if factor is None:
            return {field: error or str(WRONG_CODE)}
        post_authentication(request, factor, reauthenticated=True)
    ratelimit.clear(request, **limit)
    return {}
