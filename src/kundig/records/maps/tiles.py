"""A server of map tiles, where the administrator names one: browsers may load pictures from it, and from no other."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse

_HOST = re.compile(r"[a-z0-9.-]+")


def origin_of(template: str) -> str:
    """The origin of an address such as https://tiles.example.org/{z}/{x}/{y}.png; "" if it is none."""
    try:
        parts = urlsplit(template)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = parts.hostname or ""
    is_template = all(place in template for place in ("{z}", "{x}", "{y}"))
    if parts.scheme not in ("http", "https") or not is_template or not _HOST.fullmatch(host):
        return ""
    return f"{parts.scheme}://{host}{port}"


def allowed(response: HttpResponse) -> HttpResponse:
    """The page of a map with the policy that lets in its tiles."""
    origin = origin_of(settings.MAP_TILES)
    if origin:
        response._csp_update = {"img-src": [origin]}  # type: ignore[attr-defined]
    return response
