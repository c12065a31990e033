"""Who is behind a request that does not go through the pages' middleware."""

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from kundig.platform import ui
from kundig.platform.windows import Person


def is_known(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request comes with a living session, or a token that counts; `headers` as ASGI has them."""
    from kundig.accounts.queries import user_for_token  # its models exist only once Django is set up

    for name, value in headers:
        scheme, _blank, token = value.decode("latin-1").strip().partition(" ")
        if name == b"authorization" and scheme.lower() == "bearer":
            close_old_connections()
            return user_for_token(token.strip()) is not None
    return is_signed_in(cookies_of(headers))


def cookies_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    return b"; ".join(value for name, value in headers if name == b"cookie").decode("latin-1")


def session_in(cookies: str) -> str:
    """The key of the session that a `Cookie` header names; "" without one."""
    try:
        session_cookie = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return session_cookie.value if session_cookie else ""


def who_is_in(session: str) -> Person | None:
    """Whose living session it is, if the user is active."""
    if not session:
        return None
    close_old_connections()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    user: Any = get_user(request)
    if not user.is_authenticated:
        return None
    return Person(id=user.pk, name=user.name, face=ui.face(user.name, user.pk), is_shown=user.is_shown)


def is_signed_in(cookies: str) -> bool:
    """Whether the `Cookie` header belongs to the living session of an active user."""
    return who_is_in(session_in(cookies)) is not None
