"""Setting up the second factor, its recovery codes, and passkeys."""

import json
import time
from typing import Any
from uuid import UUID

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundig.accounts.actions import (
    add_passkey,
    add_totp,
    new_totp_secret,
    remove_passkey,
    remove_totp,
    rename_passkey,
    renew_codes,
    reset_factors,
)
from kundig.accounts.addresses import caller_of
from kundig.accounts.devices import device_in_words
from kundig.accounts.models import User
from kundig.accounts.queries import company, factors_of
from kundig.accounts.views import confirmed
from kundig.accounts.views.factors import WRONG_PASSKEY, creation_options, takes_passkeys
from kundig.web.administration.access import acting, administrators, errors_of

SECRET = "totp_secret"  # noqa: S105 -- the name of a place in the session
CODES_UNTIL = "recovery_codes_until"
CODES_SECONDS = 600


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed("security")
def totp(request: HttpRequest) -> HttpResponse:
    """The key as a picture and as text; the app's first code makes it count."""
    user = acting(request)
    errors: dict[str, list[str]] = {}
    secret = request.session.get(SECRET, "")
    if request.method != "POST" or not secret:
        secret = request.session[SECRET] = new_totp_secret()
    else:
        try:
            add_totp(user, secret=secret, code=request.POST.get("code", ""), caller=caller_of(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            del request.session[SECRET]
            messages.success(request, _("From now on a code of your app is asked for when you sign in."))
            return _with_codes(request, user)
    context = {
        "errors": errors,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "path": qr_path(get_adapter().build_totp_url(user, secret)),
    }
    return render(request, "administration/totp.html", context, status=422 if errors else 200)


def qr_path(text: str) -> dict[str, Any]:
    """A QR code as the path of an SVG, and the size of its square."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    rows = code.get_matrix()
    dots = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return {"d": "".join(dots), "size": len(rows)}


@require_POST
@confirmed("security")
def totp_removal(request: HttpRequest) -> HttpResponse:
    remove_totp(acting(request), caller=caller_of(request))
    messages.success(request, _("The codes of your app are no longer asked for."))
    return redirect("security")


# -- recovery codes --------------------------------------------------------------------------------------------------


def _with_codes(request: HttpRequest, user: User) -> HttpResponse:
    """Whoever sets up their first factor gets recovery codes at once."""
    request.session.pop("second_factor_due", None)
    if factors_of(user).codes_left:
        return redirect("security")
    renew_codes(user, caller=caller_of(request))
    return _show_codes(request)


def _show_codes(request: HttpRequest) -> HttpResponse:
    request.session[CODES_UNTIL] = time.time() + CODES_SECONDS
    return redirect("recovery_codes")


@require_POST
@confirmed("security")
def new_codes(request: HttpRequest) -> HttpResponse:
    try:
        renew_codes(acting(request), caller=caller_of(request))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("security")
    return _show_codes(request)


@never_cache
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """The codes, for ten minutes after they were made and never again."""
    found = _codes(request)
    if not found:
        messages.info(request, _("Recovery codes are shown only once. If you have lost them, make new ones."))
        return redirect("security")
    return render(request, "administration/codes.html", {"codes": found})


@never_cache
@require_safe
def codes_file(request: HttpRequest) -> HttpResponse:
    found = _codes(request)
    if not found:
        raise Http404(_("Recovery codes are shown only once. If you have lost them, make new ones."))
    user = acting(request)
    head = _("Recovery codes for Kundig, %(company)s, %(email)s. Each works once.") % {
        "company": company().name,
        "email": user.email,
    }
    response = HttpResponse("\n".join([head, "", *found, ""]), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kundig-recovery-codes.txt"'
    return response


def _codes(request: HttpRequest) -> list[str]:
    factor = Authenticator.objects.filter(user=acting(request), type=Authenticator.Type.RECOVERY_CODES).first()
    if factor is None or request.session.get(CODES_UNTIL, 0) < time.time():
        return []
    return [f"{code[:4]} {code[4:]}" for code in factor.wrap().get_unused_codes()]


# -- passkeys --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed("security")
def new_passkey(request: HttpRequest) -> HttpResponse:
    user = acting(request)
    name = request.POST.get("name", "").strip() or device_in_words(request.headers.get("User-Agent", ""))
    error = ""
    if request.method == "POST":
        error = _add_passkey(request, user, name)
        if not error:
            messages.success(request, _("The passkey is added. You can sign in with it alone."))
            return _with_codes(request, user)
    possible = takes_passkeys(request)
    context = {
        "name": name,
        "error": error,
        "options": creation_options(user) if possible else "",
        "port": request.get_port(),
    }
    return render(request, "administration/passkey.html", context, status=422 if error else 200)


def _add_passkey(request: HttpRequest, user: User, name: str) -> str:
    """What is wrong, or "" when the passkey is added."""
    try:
        credential = json.loads(request.POST.get("credential", ""))
        webauthn.parse_registration_response(credential)
        proof = webauthn.complete_registration(credential)
        if not proof.is_user_verified():
            return _("The device did not ask for finger, face or PIN. Use one that does.")
        add_passkey(user, name=name, credential=credential, caller=caller_of(request))
    except ValidationError as problem:
        return " ".join(problem.messages)
    except (ValueError, TypeError, KeyError, AttributeError):
        # Whatever else a browser, or somebody who writes to us by hand, sends in its place.
        return str(WRONG_PASSKEY)
    return ""


@require_POST
@confirmed("security")
def passkey(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Renames or removes one of one's own."""
    factor = get_object_or_404(Authenticator, pk=passkey_id, user=acting(request), type=Authenticator.Type.WEBAUTHN)
    if "remove" in request.POST:
        try:
            remove_passkey(factor, caller=caller_of(request))
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return redirect("security")
        messages.success(request, _("The passkey no longer opens anything. You may delete it on your device, too."))
        return redirect("security")
    try:
        rename_passkey(factor, name=request.POST.get("name", ""))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect("security")


@administrators
@require_POST
@confirmed("users")
def user_factors(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """An administrator lets somebody in again who has lost phone and codes."""
    person = get_object_or_404(User, pk=user_id)
    try:
        reset_factors(person, by=acting(request))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("user", user_id=person.pk)
    messages.success(request, _("%(name)s now signs in without a second factor.") % {"name": person.name})
    return redirect("user", user_id=person.pk)
