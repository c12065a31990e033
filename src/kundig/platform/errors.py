"""What people, htmx and programs are told when a request cannot be answered."""

import logging
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kundig.platform import ui

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.BAD_REQUEST,
        heading=_("This request makes no sense to Kundig"),
        message=_sentence(exception) or _("Something in it is missing or not as expected."),
        advice=_("Go back and try again. If it happens again, tell your administrator what you did."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        heading=_("You may not do this"),
        message=_sentence(exception) or _("Your role does not include it."),
        advice=_("Your administrator decides what each role may do (settings, roles)."),
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.NOT_FOUND,
        heading=_("There is nothing here"),
        message=_sentence(exception)
        or _("The address is wrong, or what stood here was deleted or is not for you to see."),
        advice=_("The search (Ctrl+K) finds everything that you may see.") if _is_known(request) else "",
    )


def too_many_requests(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.TOO_MANY_REQUESTS,
        heading=_("That was a little fast"),
        message=_("This has been tried very often within a short time. Please wait a few minutes."),
    )


def store_failed(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        heading=_("That did not work"),
        message=_("The store for files does not answer. Please try again in a moment."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        heading=_("This page has grown too old"),
        message=_("To protect you, Kundig only takes forms that it has sent to this browser itself."),
        advice=_("Reload the page and send the form again. Cookies must be allowed for this address."),
        again=request.path if request.method == "GET" else request.headers.get("Referer", ""),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Stands on nothing that may be broken: no session, no user, no database."""
    message = _("Something went wrong in Kundig itself. It was written to the log; nothing half done was kept.")
    if plain := _plain(request, HTTPStatus.INTERNAL_SERVER_ERROR, message):
        return plain
    try:
        text = render_to_string("500.html", {"message": message, "heading": _("That did not work")})
    except Exception:
        log.exception("The page for errors could not be shown")
        return HttpResponse(message, status=500, content_type="text/plain; charset=utf-8")
    return HttpResponse(text, status=500)


def _answer(request: HttpRequest, status: HTTPStatus, *, message: str, **context: Any) -> HttpResponse:
    if plain := _plain(request, status, message):
        return plain
    frame = "shell.html" if _is_known(request) else "entrance.html"
    return render(request, "error.html", {"message": message, "frame": frame, **context}, status=status)


def _is_known(request: HttpRequest) -> bool:
    """Whether somebody is signed in: strangers have no search."""
    user = getattr(request, "user", None)
    return user is not None and bool(user.is_authenticated)


def _plain(request: HttpRequest, status: HTTPStatus, message: str) -> HttpResponse | None:
    """The answer to programs (JSON) and to htmx (a message at the foot of the page); None for people."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": message}, status=status)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(ui.toast(message, tone="bad"), status=status)
    return None


def _sentence(exception: Exception | None) -> str:
    """The words of an exception, if they were written for people."""
    words = exception.args[0] if exception is not None and exception.args else ""
    is_ours = not (isinstance(exception, Http404) and "matches the given query" in str(words))
    return str(words) if is_ours and not isinstance(words, dict) else ""
