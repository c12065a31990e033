"""Who calls: a program with a token, or somebody's browser with its session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kundig.accounts.actions.tokens import note_token_use
from kundig.accounts.models import User
from kundig.accounts.queries import user_for_token, why_token_is_refused
from kundig.records.rest.problems import Problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CHALLENGE = 'Bearer realm="Kundig"'


def caller_of(request: HttpRequest) -> User:
    """The user in whose name the request comes; messages are in their language unless the request asks for another.

    Raises:
        Problem: 401 without a token or session that counts, 403 if a session writes without its CSRF token.
    """
    user = caller_or_none(request)
    if user is None:
        raise Problem(
            401,
            _("Send a token: “Authorization: Bearer kundig_…”. Tokens are made in the settings, or by “kundig token”."),
            headers={"WWW-Authenticate": CHALLENGE},
        )
    return user


def caller_or_none(request: HttpRequest) -> User | None:
    """The same for what visitors may ask, too: None without token and session; a token that is wrong is refused."""
    header = request.headers.get("Authorization")
    if header is not None:
        return _by_token(request, header)
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = get_user(request)
    if not isinstance(user, User):
        return None
    if request.method not in SAFE:
        _check_csrf(request)
    return user


def _by_token(request: HttpRequest, header: str) -> User:
    scheme, _blank, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _refused(_("Expected “Authorization: Bearer kundig_…”, got another form."), error="invalid_request")
    user = user_for_token(token.strip())
    if user is None:
        raise _refused(why_token_is_refused(token.strip()), error="invalid_token")
    if user.token is not None and user.token[1] != timezone.localdate():
        note_token_use(user.token[0])
    if "Accept-Language" not in request.headers:
        translation.activate(user.language)
    return user


def _refused(detail: str, *, error: str) -> Problem:
    return Problem(401, detail, headers={"WWW-Authenticate": f'{CHALLENGE}, error="{error}"'})


class _Csrf(CsrfViewMiddleware):
    """Django's check, answering why it fails instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _check_csrf(request: HttpRequest) -> None:
    """A session writes only with the token of its own pages: other sites can make a browser send its cookies."""
    check = _Csrf(lambda request: None)  # type: ignore[arg-type]
    check.process_request(request)
    reason = check.process_view(request, None, (), {})  # type: ignore[arg-type]
    if reason:
        raise Problem(
            403,
            _("A browser's session needs the header “X-CSRFToken” to write (%(reason)s); programs use a token.")
            % {"reason": reason},
        )
