"""The language and clock each request is answered in, and what is noted of who is signed in where."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from kundig.accounts.actions import note_sign_in
from kundig.accounts.addresses import Caller, caller_of
from kundig.accounts.backends import at_hand
from kundig.accounts.models import User
from kundig.accounts.queries import company, owes_second_factor
from kundig.accounts.sessions import DUE, SessionStore

DEVICE_COOKIE = "kundig_device"
DEVICE_DAYS = 730
OPEN_WITHOUT = ("/settings/security/", "/confirm/", "/sign-out/", "/sign-in/", "/preferences/", "/health/", "/static/")


class LanguageMiddleware:
    """The signed-in user's language; for visitors the one they chose (cookie), else `Accept-Language`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a session cookie nobody is signed in: do not touch the session for programs and probes.
        user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        signed_in = user is not None and user.is_authenticated
        if signed_in:
            request.user = person_of(request)  # not who waits to become one: all is asked of them from here on
        language = user.language if signed_in else translation.get_language_from_request(request)  # type: ignore[union-attr]
        # Activated, not overridden: a streamed answer is written after this function has returned.
        translation.activate(language)
        timezone.activate(ZoneInfo(company().timezone))
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if not signed_in:
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response


class PersonMiddleware(AuthenticationMiddleware):
    """Who is signed in, with the session and not after it: that is one question less at each request."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]


def person_of(request: HttpRequest) -> User | AnonymousUser:
    """Who is signed in, looked up once for a request and checked as Django does it."""
    session = request.session
    assert isinstance(session, SessionStore)
    session.get(SESSION_KEY)  # reads it
    with at_hand(session.person):
        found: User | AnonymousUser = get_user(request)
    return found


def _may_wait(request: HttpRequest) -> bool:
    """What can be opened before the second factor is set up: the pages to do it, and the way out."""
    return request.path_info.startswith(OPEN_WITHOUT)


class SignInsMiddleware:
    """Tells the session who calls, notes that it is in use, and notices when somebody has just signed in, by whatever
    way. Stands behind the session and before whatever signs in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        assert isinstance(session, SessionStore)
        session.caller = caller_of(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and session.get(DUE) and not _may_wait(request):
            return redirect("security")
        response = self.get_response(request)
        if session.accessed:
            user_id = session.get(SESSION_KEY)
            if user_id is not None and user_id != str(session.user_before):
                self._note_sign_in(request, response, session.caller)
                self._note_debt(request)
            elif user_id is not None and session.note_use():
                self._note_debt(request)
        return response

    def _note_debt(self, request: HttpRequest) -> None:
        """Whether a second factor is owed is asked when somebody signs in, and every few minutes."""
        session = request.session
        owes = not session.get("second_step_was_there") and owes_second_factor(request.user)  # type: ignore[arg-type]
        if owes:
            session[DUE] = True
        elif DUE in session:
            del session[DUE]

    def _note_sign_in(self, request: HttpRequest, response: HttpResponse, caller: Caller) -> None:
        mark = request.COOKIES.get(DEVICE_COOKIE, "")
        mark = note_sign_in(request.user, mark=mark, caller=caller)  # type: ignore[arg-type]
        response.set_cookie(
            DEVICE_COOKIE, mark, max_age=DEVICE_DAYS * 86_400, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
