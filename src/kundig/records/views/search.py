"""`/search/`: the hits of the palette, the same as a page of its own, and the preview of one hit."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part
from kundig.records import registry
from kundig.records.search.previewing import preview
from kundig.records.search.rendering import answer, palette
from kundig.records.search.typed import LONGEST_TEXT

MOST_ON_PAGE = 40


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "")[:LONGEST_TEXT]
    if part(request) == "hits":
        return HttpResponse(palette(_user(request), q))
    found = answer(_user(request), q, limit=MOST_ON_PAGE)
    return render(request, "records/search/page.html", {"q": q, "found": found})


@require_safe
def preview_of_hit(request: HttpRequest, name: str, record_id: UUID) -> HttpResponse:
    description = registry.get(name)
    shown = description and preview(description, record_id, user=_user(request), formats=current_formats())
    if not shown:
        raise Http404(_("There is no such record, or it is not visible to you."))
    return HttpResponse(shown)


def _user(request: HttpRequest) -> User:
    """Whoever asks; the middleware lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user
