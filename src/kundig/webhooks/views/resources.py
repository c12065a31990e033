"""`/api/v1/webhooks`: other programs set themselves up; whoever sends a token must administer the house with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.kinds.base import json_type
from kundig.records.listing import unknown_name
from kundig.records.rest.asking import refuse_parameters
from kundig.records.rest.bodies import object_in
from kundig.records.rest.endpoint import answer
from kundig.records.rest.problems import Problem, invalid, of_fields
from kundig.webhooks.actions import (
    activate_webhook,
    create_webhook,
    delete_webhook,
    pause_webhook,
    renew_secret,
    resend,
    save_webhook,
    send_test,
)
from kundig.webhooks.enums import DeliveryState, State
from kundig.webhooks.models import Delivery, Webhook

ROOT = "/api/v1/webhooks"
TYPES: dict[str, type] = {"name": str, "address": str, "topics": list, "with_record": bool, "state": str}
SETTABLE = (State.ACTIVE.value, State.PAUSED.value)
PAGE = 50


def list_webhooks(request: HttpRequest, user: User) -> HttpResponse:
    require_administrator(user)
    refuse_parameters(request.GET)
    return answer({"items": [told(each) for each in Webhook.objects.order_by("name", "id")]})


def create(request: HttpRequest, user: User) -> HttpResponse:
    require_administrator(user)
    refuse_parameters(request.GET)
    values = _values(request)
    state = values.pop("state", State.ACTIVE.value)
    missing = {name: [_("This is required.")] for name in ("name", "address", "topics") if name not in values}
    if missing:
        raise of_fields(missing)
    webhook, secret = create_webhook(values, by=user)
    if state == State.PAUSED:
        pause_webhook(webhook, by=user)
    headers = {"Location": f"{ROOT}/{webhook.pk}", "Cache-Control": "no-store"}
    return answer({**told(webhook), "secret": secret}, status=201, headers=headers)


def read(request: HttpRequest, user: User, webhook_id: str) -> HttpResponse:
    refuse_parameters(request.GET)
    return answer(told(_webhook(user, webhook_id)))


def change(request: HttpRequest, user: User, webhook_id: str) -> HttpResponse:
    webhook = _webhook(user, webhook_id)
    refuse_parameters(request.GET)
    values = _values(request)
    state = values.pop("state", webhook.state)
    save_webhook(webhook, values, by=user)
    if state != webhook.state:
        (activate_webhook if state == State.ACTIVE else pause_webhook)(webhook, by=user)
    return answer(told(webhook))


def delete(request: HttpRequest, user: User, webhook_id: str) -> HttpResponse:
    webhook = _webhook(user, webhook_id)
    refuse_parameters(request.GET)
    delete_webhook(webhook, by=user)
    return HttpResponse(status=204)


def secret(request: HttpRequest, user: User, webhook_id: str) -> HttpResponse:
    webhook = _webhook(user, webhook_id)
    refuse_parameters(request.GET)
    text = renew_secret(webhook, by=user)
    headers = {"Cache-Control": "no-store"}
    return answer({"secret": text, "old_until": webhook.old_until}, status=201, headers=headers)


def test(request: HttpRequest, user: User, webhook_id: str) -> HttpResponse:
    webhook = _webhook(user, webhook_id)
    refuse_parameters(request.GET)
    return _sent(lambda: send_test(webhook, by=user))


def deliveries(request: HttpRequest, user: User, webhook_id: str) -> HttpResponse:
    """The log, newest first; `state` narrows it, `after` goes on where the page before ended."""
    webhook = _webhook(user, webhook_id)
    if unknown := [name for name in request.GET if name not in ("state", "after")]:
        known = dict.fromkeys(("state", "after"))
        raise of_fields({name[:60]: [unknown_name(name, known)] for name in unknown}, status=400)
    rows = webhook.deliveries.order_by("-at", "-id")
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    if state:
        if state not in DeliveryState.values:
            names = ", ".join(DeliveryState.values)
            raise of_fields({"state": [_("Expected one of: %(names)s.") % {"names": names}]}, status=400)
        rows = rows.filter(state=state)
    if after:
        last = webhook.deliveries.filter(pk=_key(after)).first()
        if last is None:
            raise of_fields({"after": [_("This is no place in this log.")]}, status=400)
        rows = rows.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
    found = list(rows[: PAGE + 1])
    following = str(found[PAGE - 1].pk) if len(found) > PAGE else None
    return answer({"items": [told_delivery(each) for each in found[:PAGE]], "next": following})


def send_again(request: HttpRequest, user: User, webhook_id: str, delivery_id: str) -> HttpResponse:
    webhook = _webhook(user, webhook_id)
    refuse_parameters(request.GET)
    delivery = webhook.deliveries.filter(pk=_key(delivery_id)).select_related("webhook").first()
    if delivery is None:
        raise Problem(404, _("There is no such delivery of this webhook."))
    return _sent(lambda: resend(delivery, by=user))


def _sent(send: Any) -> HttpResponse:
    try:
        delivery = send()
    except ValidationError as error:
        raise invalid(error, status=409) from error
    return answer(told_delivery(delivery), status=202)


def require_administrator(user: User) -> None:
    """Raises Problem (403) unless `user`, and the token, administer the house."""
    if not user.access.is_administrator:
        raise Problem(403, _("Webhooks are for administrators; a token needs the scope “administer”."))


def _webhook(user: User, webhook_id: str) -> Webhook:
    require_administrator(user)
    found = Webhook.objects.filter(pk=_key(webhook_id)).first()
    if found is None:
        raise Problem(404, _("There is no such webhook."))
    return found


def _key(text: str) -> UUID:
    """The id in an address; one that nothing has where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _values(request: HttpRequest) -> dict[str, Any]:
    """What the body sets, of the right types. Raises Problem."""
    body = object_in(request)
    errors: dict[str, list[str]] = {}
    for name, value in body.items():
        if name not in TYPES:
            errors[name[:60]] = [unknown_name(name, TYPES)]
        elif not isinstance(value, TYPES[name]):
            errors[name] = [_("This may not be %(got)s.") % {"got": json_type(value)}]
        elif isinstance(value, list) and not all(isinstance(each, str) for each in value):
            errors[name] = [_("Expected a list of texts.")]
        elif isinstance(value, str) and "\x00" in value:
            errors[name] = [_("Null characters are not allowed.")]
    if body.get("state", State.ACTIVE) not in SETTABLE:
        errors["state"] = [_("Expected one of: %(names)s.") % {"names": ", ".join(SETTABLE)}]
    if errors:
        raise of_fields(errors)
    return body


def told(webhook: Webhook) -> dict[str, Any]:
    """A webhook without its secret."""
    return {
        "id": webhook.pk,
        "name": webhook.name,
        "address": webhook.address,
        "topics": webhook.topics,
        "with_record": webhook.with_record,
        "state": webhook.state,
        "state_reason": webhook.state_reason,
        "failing_since": webhook.failing_since,
        "created_at": webhook.created_at,
    }


def told_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.pk,
        "at": delivery.at,
        "type": delivery.topic,
        "records": [str(each) for each in delivery.records],
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at,
        "status": delivery.status,
        "error": delivery.error,
    }
