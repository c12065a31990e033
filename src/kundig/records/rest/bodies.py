"""Bodies of requests: JSON objects of a size that a record can have."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from kundig.records.kinds.base import json_type
from kundig.records.rest.problems import Problem

LARGEST = 1_000_000
"""Bytes of a body of JSON."""
LARGEST_OF_ROWS = 8_000_000
"""Bytes of a body with up to a thousand records."""
EXAMPLE = '{"name": "Alfreds Futterkiste"}'


def object_in(request: HttpRequest, *, largest: int = LARGEST) -> dict[str, Any]:
    """The JSON object in a body of at most `largest` bytes.

    Raises:
        Problem: 400, 411, 413 or 415, saying what was expected.
    """
    body = body_of(request, largest=largest)
    if not body.strip():
        raise Problem(400, _("The body is empty. Expected a JSON object such as %(example)s.") % {"example": EXAMPLE})
    _check_type(request)
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno, "reason": error.msg}
        raise Problem(400, _("The body is not JSON: line %(line)d, column %(column)d: %(reason)s.") % where) from error
    if not isinstance(data, dict):
        raise Problem(
            400,
            _("Expected a JSON object such as %(example)s, got %(got)s.")
            % {"example": EXAMPLE, "got": json_type(data)},
        )
    return data


def _check_type(request: HttpRequest) -> None:
    media_type = (request.content_type or "").lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        raise Problem(
            415,
            _("Send the body as “Content-Type: application/json”; it came as “%(got)s”.")
            % {"got": media_type[:80] or _("nothing")},
            headers={"Accept": "application/json"},
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, _("Send the body uncompressed."), headers={"Accept-Encoding": "identity"})


def body_of(request: HttpRequest, *, largest: int = LARGEST_OF_ROWS) -> bytes:
    """The bytes of the body; raises Problem (400, 411 or 413) if they cannot be had."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise Problem(411, _("Send the body in one piece, with “Content-Length”."))
    if length.isdigit() and int(length) > largest:
        raise Problem(413, _("At most %(limit)d bytes fit into a body.") % {"limit": largest})
    try:
        return request.body
    except SuspiciousOperation as error:  # Django's own limit, where the length was not told
        raise Problem(413, _("At most %(limit)d bytes fit into a body.") % {"limit": largest}) from error
    except UnreadablePostError as error:
        raise Problem(400, _("The body broke off before its end.")) from error
