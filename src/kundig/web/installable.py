"""Kundig as an app on the telephone: its name there, and the script that keeps pages for a day without connection."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kundig.platform import vite

GROUND, ACCENT = "#fdfcfa", "#00594f"
"""What the telephone shows while the page comes: the colours of the sheet and of the mark."""


@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (W3C Web Application Manifest)."""
    icon = {"src": vite.url("favicon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    answer = {
        "name": "Kundig",
        "short_name": "Kundig",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": get_language(),
        "background_color": GROUND,
        "theme_color": ACCENT,
        "icons": [icon],
        "shortcuts": [{"name": _("On the road"), "url": "/field/", "icons": [icon]}],
    }
    return JsonResponse(answer, content_type="application/manifest+json")


@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it stands at the root, because it answers for all pages below its address."""
    built = Path(settings.STATICFILES_DIRS[0]) / vite.url("src/worker.ts").removeprefix(settings.STATIC_URL)
    return HttpResponse(built.read_bytes(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})
