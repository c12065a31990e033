"""Which browsers are told of what is due: the user's own, begun and ended by a click; and the worker that shows it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kundig.timeline.actions import subscribe, unsubscribe


@require_POST
def browsers(request: HttpRequest) -> HttpResponse:
    """POST with `endpoint`, `p256dh` and `auth` begins, with `endpoint` and `end` ends telling this browser."""
    user: Any = request.user
    if "end" in request.POST:
        unsubscribe(user, endpoint=request.POST.get("endpoint", ""))
        return HttpResponse(status=204)
    try:
        subscribe(user, {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth", "browser")})
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=422)
    return HttpResponse(status=204)


@require_POST
def ending(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """POST ends telling one of the user's own browsers, whichever one sits at."""
    user: Any = request.user
    unsubscribe(user, subscription_id=subscription_id)
    messages.success(request, _("This browser is told nothing any more."))
    return redirect("timeline:calendar_settings")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that a browser runs for us while no page of ours is open; the same for everybody who works here."""
    return render(request, "timeline/push/worker.js", content_type="text/javascript; charset=utf-8")
