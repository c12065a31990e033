"""Who may open a page of the settings."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.accounts.models import User

View = Callable[..., HttpResponse]


def acting(request: HttpRequest) -> User:
    """Who asks: signed in, since every page asks for that."""
    user: Any = request.user
    assert user.is_authenticated
    return user


def administrators(view: View) -> View:
    """Only administrators pass; others are told whom to ask."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not acting(request).access.is_administrator:
            raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
        return view(request, *args, **kwargs)

    return guarded


def errors_of(problem: ValidationError) -> dict[str, list[str]]:
    """What was wrong by field; what belongs to no field is under "all"."""
    if not hasattr(problem, "error_dict"):
        return {"all": problem.messages}
    found = problem.message_dict
    return {("all" if name == NON_FIELD_ERRORS else name): texts for name, texts in found.items()}
