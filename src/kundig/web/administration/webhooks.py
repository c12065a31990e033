"""Webhooks: which programs are told what, what was sent to them, and sending it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundig.records import registry
from kundig.web.administration.access import acting, administrators, errors_of
from kundig.webhooks.actions import (
    activate_webhook,
    create_webhook,
    delete_webhook,
    draft_webhook,
    pause_webhook,
    renew_secret,
    resend,
    save_webhook,
    send_test,
)
from kundig.webhooks.enums import DeliveryState, What
from kundig.webhooks.models import Delivery, Webhook
from kundig.webhooks.queries import in_words, overviews
from kundig.webhooks.rules import TEST, topic

PAGE = 50
LATELY = 5


@administrators
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    rows = [(each, in_words(each.webhook.topics)) for each in overviews()]
    return render(request, "administration/webhooks.html", {"rows": rows})


@never_cache
@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_webhook(request: HttpRequest) -> HttpResponse:
    """The answer to a new one is the only page that ever shows its secret."""
    if request.method != "POST":
        return _page(request, draft_webhook(), {})
    values = _posted(request)
    try:
        webhook, secret = create_webhook(values, by=acting(request))
    except ValidationError as problem:
        return _page(request, draft_webhook(values), errors_of(problem), status=422)
    return _page(request, webhook, {}, secret=secret)


@never_cache
@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=webhook_id)
    if request.method != "POST":
        return _page(request, found, {})
    values = _posted(request)
    try:
        save_webhook(found, values, by=acting(request))
    except ValidationError as problem:
        return _page(request, found, errors_of(problem), status=422)
    messages.success(request, _("Saved."))
    return redirect("webhook", webhook_id=webhook_id)


@never_cache
@administrators
@require_POST
def secret(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Makes a new secret and shows it, once."""
    found = get_object_or_404(Webhook, pk=webhook_id)
    return _page(request, found, {}, secret=renew_secret(found, by=acting(request)))


@administrators
@require_POST
def test(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=webhook_id)
    try:
        send_test(found, by=acting(request))
        messages.success(request, _("A test is being sent. What came of it stands in the log."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("webhook", webhook_id=webhook_id)


@administrators
@require_POST
def activation(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Activates a webhook, or pauses it."""
    found = get_object_or_404(Webhook, pk=webhook_id)
    if found.is_active:
        pause_webhook(found, by=acting(request))
        messages.success(request, _("Paused."))
    else:
        activate_webhook(found, by=acting(request))
        messages.success(request, _("Active from now on."))
    return redirect("webhook", webhook_id=webhook_id)


@administrators
@require_POST
def removal(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=webhook_id)
    delete_webhook(found, by=acting(request))
    messages.success(request, _("The webhook “%(name)s” is deleted.") % {"name": found.name})
    return redirect("webhooks")


@administrators
@require_safe
def deliveries(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=webhook_id)
    state = request.GET.get("state", "")
    rows = found.deliveries.order_by("-at", "-id")
    if state in DeliveryState.values:
        rows = rows.filter(state=state)
    if before := _place(found, request.GET.get("before", "")):
        rows = rows.filter(at__lte=before.at).exclude(at=before.at, pk__gte=before.pk)
    shown = list(rows[: PAGE + 1])
    context = {
        "webhook": found,
        "rows": [_told(each) for each in shown[:PAGE]],
        "older": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "state": state,
        "states": DeliveryState.choices,
    }
    return render(request, "administration/webhook_log.html", context)


def _place(found: Webhook, text: str) -> Delivery | None:
    try:
        return found.deliveries.filter(pk=UUID(text)).first()
    except ValueError:
        return None


@administrators
@require_POST
def resending(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    found = get_object_or_404(Delivery.objects.select_related("webhook"), pk=delivery_id)
    try:
        resend(found, by=acting(request))
        messages.success(request, _("It is sent once more."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("webhook_deliveries", webhook_id=found.webhook_id)


# -- the form --------------------------------------------------------------------------------------------------------


def _posted(request: HttpRequest) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "address": request.POST.get("address", ""),
        "topics": request.POST.getlist("topics"),
        "with_record": "with_record" in request.POST,
    }


def _page(
    request: HttpRequest, found: Webhook, errors: dict[str, list[str]], *, secret: str = "", status: int = 200
) -> HttpResponse:
    latest = [] if found._state.adding else found.deliveries.order_by("-at", "-id")[:LATELY]
    context = {
        "webhook": found,
        "is_new": found._state.adding,
        "secret": secret,
        "errors": errors,
        "whats": What.choices,
        "rows": [
            (description.label_plural, [(topic(description.name, what), what.label) for what in What])
            for description in registry.descriptions()
        ],
        "latest": [_told(each) for each in latest],
    }
    return render(request, "administration/webhook.html", context, status=status)


def _told(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery": delivery,
        "what": _("Test") if delivery.topic == TEST else in_words([delivery.topic]),
        "count": len(delivery.records),
        "object": delivery.topic.rpartition(".")[0],
        "one": delivery.records[0] if len(delivery.records) == 1 else None,
        "tone": {DeliveryState.DONE: "good", DeliveryState.FAILED: "bad"}.get(DeliveryState(delivery.state), "open"),
    }
