"""The second step of signing in, and passkeys, which need no other step."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.decorators import login_stage_required
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundig.accounts.actions.factors import use_code
from kundig.accounts.addresses import caller_of
from kundig.accounts.models import User
from kundig.accounts.queries import company, factors_of, sign_in_rules

WRONG_CODE = _("This code is not right, or was used already. Type the one that the app shows now.")
TOO_MANY = _("Too many attempts. Please wait a few minutes.")
WRONG_PASSKEY = _("This passkey does not open your account here.")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
def second_factor(request: HttpRequest) -> HttpResponse:
    """After the password: a code of the app, a recovery code, or a passkey."""
    stage = request._login_stage  # type: ignore[attr-defined]
    user: User = stage.login.user
    error = ""
    if request.method == "POST":
        factor, error = _factor_in(request, user)
        if factor is not None:
            post_authentication(request, factor)
            return stage.exit()
    factors = factors_of(user)
    context = {
        "company": company(),
        "person": user,
        "factors": factors,
        "error": error,
        "options": request_options(user) if factors.passkeys else None,
    }
    return render(request, "accounts/second_factor.html", context, status=422 if error else 200)


def _factor_in(request: HttpRequest, user: User) -> tuple[Authenticator | None, str]:
    limit = {"action": "second_factor", "key": str(user.pk)}
    if not ratelimit.consume(request, **limit):
        return None, str(TOO_MANY)
    if "credential" in request.POST:
        factor, error = passkey_by(request, user)
    else:
        factor, error = use_code(user, code=request.POST.get("code", ""), caller=caller_of(request)), str(WRONG_CODE)
    if factor is None:
        return None, error
    ratelimit.clear(request, **limit)
    return factor, ""


@login_not_required
@never_cache
@require_safe
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to look for a passkey of whoever sits before it."""
    return JsonResponse({"publicKey": _inner(webauthn.begin_authentication(None))})


@login_not_required
@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in whoever the passkey belongs to; it stands for both steps, since it asks for finger, face or PIN."""
    if not sign_in_rules().passkeys:
        messages.error(request, WRONG_PASSKEY)
        return redirect("account_login")
    if not ratelimit.consume(request, action="passkey"):
        messages.error(request, TOO_MANY)
        return redirect("account_login")
    passkey, error = passkey_by(request, None)
    if passkey is None:
        messages.error(request, error)
        return redirect("account_login")
    login = Login(user=passkey.user, redirect_url=request.POST.get("next") or None)
    response: HttpResponse = perform_passwordless_login(request, passkey, login)
    return response


def request_options(user: User) -> str:
    """The same for somebody who is known, as JSON."""
    return json.dumps({"publicKey": _inner(webauthn.begin_authentication(user))})


def creation_options(user: User) -> str:
    return json.dumps({"publicKey": _inner(webauthn.begin_registration(user, True))})


def takes_passkeys(request: HttpRequest) -> bool:
    """Browsers keep passkeys for names only, not for numbers, and only where nobody listens: by https, or at home."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False


def _inner(options: Any) -> Any:
    return options.get("publicKey", options)


def passkey_by(request: HttpRequest, user: User | None) -> tuple[Authenticator | None, str]:
    """The passkey that has answered our question, and what is wrong if none has."""
    try:
        credential = json.loads(request.POST.get("credential", ""))
        webauthn.parse_authentication_response(credential)
        owner = user or webauthn.extract_user_from_response(credential)
        return webauthn.complete_authentication(owner, credential), ""
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        # Whatever else a browser, or somebody who writes to us by hand, sends in its place.
        return None, str(WRONG_PASSKEY)
