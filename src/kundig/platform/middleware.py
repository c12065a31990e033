"""Answers as the browser needs them: small, told apart as pages and parts, with redirects htmx can follow."""

import contextlib
import logging
import secrets
import zlib
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from isal import isal_zlib

from kundig.platform.buckets import StoreFailed
from kundig.platform.errors import store_failed

log = logging.getLogger(__name__)

Next = Callable[[HttpRequest], HttpResponse]

COMPRESSED = ("text/", "application/json", "application/javascript", "image/svg+xml")
SMALLEST = 500
LEVEL = 2
"""Of ISA-L: a fortieth larger than level 3 of zlib, for a sixth of its CPU."""


class CompressionMiddleware:
    """Compresses pages and JSON with gzip where the browser takes it; streams and files pass as they are.

    Compression lets a listener guess secrets from the length of answers that also repeat what he sent (BREACH). Three
    things stand against it: our cookies are `SameSite=Lax`, so that a foreign page cannot make the browser fetch parts
    with them; Django masks the CSRF token anew in every answer; and each answer gets a name of random length in the
    header of its gzip, so that lengths vary by themselves.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or response.has_header("Content-Encoding") or len(response.content) < SMALLEST:
            return response
        if not response.get("Content-Type", "").startswith(COMPRESSED):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return response
        response.content = compressed(response.content)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
        etag = response.get("ETag", "")
        if etag.startswith('"'):  # the same page in other bytes: equal, but not byte for byte
            response["ETag"] = f"W/{etag}"
        return response


def compressed(content: bytes) -> bytes:
    """gzip (RFC 1952) with a file name of random length."""
    name = b"x" * secrets.randbelow(100)
    packer = isal_zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(content) + packer.flush()
    head = b"\x1f\x8b\x08\x08" + bytes(6) + name + b"\0"
    foot = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return head + body + foot


class PartsMiddleware:
    """Keeps pages and their parts apart for the browser, and makes redirects visible to htmx.

    Without `Vary` the browser shows a naked part when one goes back. A redirect is followed by `fetch` unseen, and the
    sign-in page would land in a table cell: so htmx is told to go there itself.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.htmx and 300 <= response.status_code < 400 and response.has_header("Location"):  # type: ignore[attr-defined]
            response = self._sent_on(request, response)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("HX-Request-Type", "HX-Target"))
            # Pages for strangers set no cookie at all (`is_public`): what they send proves itself.
            if settings.CSRF_COOKIE_NAME not in request.COOKIES and not getattr(response, "is_public", False):
                # Scripts send the token from the cookie, so that no page needs it in its text and 304 can be answered.
                get_token(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Wherever a file is asked for or kept: that the store does not answer is no mistake of ours."""
        if not isinstance(exception, StoreFailed):
            return None
        log.warning("The store for files failed", exc_info=exception)
        return store_failed(request)

    def _sent_on(self, request: HttpRequest, redirect: HttpResponse) -> HttpResponse:
        address, page = redirect["Location"], "/"
        where = urlsplit(address)
        if where.path == resolve_url(settings.LOGIN_URL) and where.query:
            # After signing in one comes back to the page, not to the part; after signing out one does not.
            with contextlib.suppress(ValueError):  # the browser's word, and so perhaps no address at all
                page = request.htmx.current_url_abs_path or page  # type: ignore[attr-defined]
            address = f"{where.path}?{urlencode({'next': page})}"
        response = HttpResponse(headers={"HX-Redirect": address})
        response.cookies = redirect.cookies
        return response
