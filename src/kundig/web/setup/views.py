"""`/setup/<token>/`: language, company, first administrator, and where to begin."""

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kundig.accounts.actions import complete_setup
from kundig.accounts.enums import Country, Language
from kundig.accounts.forms import password_rules
from kundig.accounts.models import User
from kundig.accounts.queries import is_setup_token, needs_setup
from kundig.web.jobs import SHOWN_FIRST, start_sample
from kundig.web.shell import cookie

BACKEND = "kundig.accounts.backends.AccessBackend"
TYPED = ("company_name", "country", "name", "email")
WAYS = {"import": "/organisations/import/", "sample": "/", "empty": "/organisations/new/"}


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The page, once: afterwards the link is gone."""
    if not is_setup_token(token):
        return _used(request)
    if request.method != "POST":
        return render(request, "setup/setup.html", _context(values={"country": Country.DE}))
    if refused := ratelimit.consume_or_429(request, action="setup"):
        return refused
    typed = {name: request.POST.get(name, "").strip() for name in TYPED}
    if request.POST.get("speak") in Language.values:
        return _in_language(request, request.POST["speak"], values=typed)
    return _complete(request, token=token, typed=typed)


def _complete(request: HttpRequest, *, token: str, typed: dict[str, str]) -> HttpResponse:
    language = translation.get_language() or Language.DE
    try:
        user = complete_setup(token=token, language=language, password=request.POST.get("password", ""), **typed)
    except ValidationError as error:
        if getattr(error, "code", None) == "used":
            return _used(request)
        return render(request, "setup/setup.html", _context(values=typed, errors=error.message_dict), status=422)
    return _begin(request, user)


def _begin(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    way = request.POST.get("way", "")
    if way == "sample":
        start_sample(user)
    return redirect(WAYS.get(way, "/"))


def _in_language(request: HttpRequest, language: str, *, values: dict[str, str]) -> HttpResponse:
    """The same page in another language, with what was typed so far (but the password, which is never sent back)."""
    translation.activate(language)
    request.LANGUAGE_CODE = language
    response = render(request, "setup/setup.html", _context(values=values))
    response.set_cookie(**cookie(settings.LANGUAGE_COOKIE_NAME, language))
    response["Content-Language"] = language
    return response


def _used(request: HttpRequest) -> HttpResponse:
    return render(request, "setup/used.html", {"needs_setup": needs_setup()}, status=410)


def _context(*, values: dict[str, Any], errors: dict[str, list[str]] | None = None) -> dict[str, Any]:
    return {
        "values": values,
        "errors": errors or {},
        "is_fresh": not errors and not any(values.get(name) for name in ("company_name", "name", "email")),
        "error": " ".join((errors or {}).get(NON_FIELD_ERRORS, [])),
        "languages": Language.choices,
        "countries": Country.choices,
        "rules": password_rules(),
        "sample_size": SHOWN_FIRST,
    }
