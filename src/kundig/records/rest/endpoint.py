"""What every address of the API does before and after its own work: caller, limit, method, problems as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from kundig.accounts.models import User
from kundig.records.rest import limits
from kundig.records.rest.callers import caller_of, caller_or_none
from kundig.records.rest.idempotency import HEADER, once
from kundig.records.rest.problems import Problem, encoded, invalid
from kundig.records.rest.scopes import SAFE, require_method

REFUSALS = (ValidationError, PermissionDenied, SuspiciousOperation, IntegrityError, DataError)
UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION = "23505", "23503"
CROSSED = ("40P01", "40001")
"""Two transactions stood in each other's way (a deadlock, a serialization failure), and this one was taken back."""

Handler = Callable[..., HttpResponseBase]


def endpoint(
    *, visitors: bool = False, reads_by_post: bool = False, **handlers: Handler
) -> Callable[..., HttpResponseBase]:
    """A view out of one function per method, each called as `get(request, user, **parts_of_the_address)`.

    With `visitors` the functions are also called for whoever has no token, with None for the user. With `reads_by_post`
    a token that only reads may post, too: the function asks for each thing itself.
    """
    methods = {name.upper(): handler for name, handler in handlers.items()}
    if "GET" in methods:
        methods.setdefault("HEAD", methods["GET"])
    allowed = ", ".join([*methods, "OPTIONS"])

    # Programs have no session and send no CSRF token; `callers` asks for the one or demands the other.
    @login_not_required
    @csrf_exempt
    def view(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        rates: dict[str, str] = {}
        try:
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers={"Allow": allowed})
            handler = methods.get(request.method or "")
            if handler is None:
                raise Problem(
                    405,
                    _("%(method)s cannot be done here; possible are %(allowed)s.")
                    % {"method": (request.method or "")[:20], "allowed": allowed},
                    headers={"Allow": allowed},
                )
            user = _caller(request, visitors=visitors)
            rates = limits.count_request(limits.counted_as(request, user))
            if not reads_by_post:
                require_method(request, user)
            response = _answer(handler, request, user, parts)
        except Problem as problem:
            response = problem.response()
        limits.add_headers(response, rates)  # type: ignore[arg-type]
        patch_vary_headers(response, ("Authorization", "Accept-Language", "Cookie"))
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Content-Language", get_language() or "en")
        return response

    return view


def _caller(request: HttpRequest, *, visitors: bool) -> User | None:
    try:
        return caller_or_none(request) if visitors else caller_of(request)
    except Problem as problem:
        if problem.status == 401 and "Authorization" in request.headers:
            limits.count_failure(request)
        raise


def _answer(handler: Handler, request: HttpRequest, user: User | None, parts: dict[str, Any]) -> HttpResponseBase:
    """The handler's answer; what the layers below refuse becomes a problem."""
    try:
        if user is not None and request.method not in SAFE and HEADER in request.headers:
            return once(request, user, lambda: handler(request, user, **parts))
        return handler(request, user, **parts)
    except REFUSALS as error:
        raise refused_by_layers_below(error) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") not in CROSSED:
            raise
        detail = _("Somebody else was writing the same records. Nothing was done; send the request again.")
        raise Problem(409, detail, headers={"Retry-After": "1"}) from error


def refused_by_layers_below(error: Exception) -> Problem:
    """The problem that an error of actions, kinds or the database amounts to."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return invalid(error)
    if isinstance(error, PermissionDenied):
        return Problem(403, str(error) or _("Your role does not include it."))
    if isinstance(error, SuspiciousOperation):
        return Problem(400, _("The request is not as expected: %(why)s") % {"why": str(error)[:200]})
    return _refused_by_the_database(error)


def _refused_by_the_database(error: Exception) -> Problem:
    """What no check before has found: two requests at the same moment, or a rule that only the tables know."""
    if getattr(error.__cause__, "sqlstate", "") in (UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION):
        return Problem(409, _("Another record stands against it: a value that may exist once only, or a reference."))
    return Problem(422, _("A value is outside of what can be stored."))


def answer(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(encoded(data), status=status, content_type="application/json", headers=headers or {})
