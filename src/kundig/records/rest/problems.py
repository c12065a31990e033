"""What programs are told when a request cannot be answered: problem details as RFC 9457 writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/v1/docs/"

TITLES: Mapping[int, Any] = {
    400: gettext_lazy("The request cannot be read"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("There is nothing at this address"),
    405: gettext_lazy("This cannot be done at this address"),
    409: gettext_lazy("It does not go together with what is there"),
    411: gettext_lazy("The length of the body is missing"),
    412: gettext_lazy("It has changed in the meantime"),
    413: gettext_lazy("The body is too large"),
    415: gettext_lazy("This type of body is not understood"),
    422: gettext_lazy("Some values are not right"),
    429: gettext_lazy("Too many requests"),
}
"""Every status that a request may be refused with, and what it means in a few words."""

Errors = Mapping[str, list[str]]


class Problem(Exception):
    """A request that is refused. `errors` says field by field (or parameter by parameter) what is wrong, `places` where
    in the text of a filter."""

    places: Sequence[Mapping[str, Any]] = ()
    changed: Mapping[str, Any] | None = None
    """Fields that somebody else has changed, with their present values."""

    def __init__(
        self, status: int, detail: str, *, errors: Errors | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}

    def response(self) -> HttpResponse:
        content = encoded(self.told())
        return HttpResponse(content, status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers))

    def told(self) -> dict[str, Any]:
        """What stands in the body."""
        status = HTTPStatus(self.status)
        body: dict[str, Any] = {
            "type": f"{DOCS}#{slug(self.status)}",
            "title": str(TITLES.get(self.status, status.phrase)),
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = self.errors
        if self.places:
            body["places"] = self.places
        if self.changed is not None:
            body["changed"] = self.changed
        return body


def slug(status: int) -> str:
    """The name of a kind of problem, also its anchor on the page that documents it: 404 → "not-found"."""
    return HTTPStatus(status).phrase.lower().replace(" ", "-")


def encoded(data: Any) -> bytes:
    """JSON; texts may be lazy, and half a character pair out of foreign input does no harm."""
    try:
        return orjson.dumps(data, default=str)
    except TypeError:
        return orjson.dumps(_clean(data), default=str)


def _clean(data: Any) -> Any:
    if isinstance(data, str):
        return data.encode("utf-8", "replace").decode()
    if isinstance(data, Mapping):
        return {_clean(str(key)): _clean(value) for key, value in data.items()}
    return [_clean(part) for part in data] if isinstance(data, list | tuple) else data


def invalid(error: ValidationError, *, status: int = 422) -> Problem:
    """The problem that a ValidationError amounts to, its messages at their fields."""
    if not hasattr(error, "error_dict"):
        return Problem(status, " ".join(error.messages))
    at_fields = {name: messages for name, messages in error.message_dict.items() if name != "__all__"}
    general = error.message_dict.get("__all__", [])
    return of_fields(at_fields, general, status=status)


def of_fields(errors: Errors, general: list[str] | None = None, *, status: int = 422) -> Problem:
    """A problem with messages at fields; `general` ones concern several fields at once."""
    detail = " ".join(general or [])
    if errors:
        correct = _("Please correct: %(fields)s.") % {"fields": ", ".join(list(errors)[:10])}
        detail = f"{detail} {correct}".strip()
    return Problem(status, detail, errors=errors)
