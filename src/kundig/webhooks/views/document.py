"""What the OpenAPI document says about webhooks, and where they are."""

from __future__ import annotations

from typing import Any

from django.urls import re_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.records.rest.endpoint import endpoint
from kundig.records.rest.extending import Extension
from kundig.records.rest.paths import Operations, reference_to_body
from kundig.records.rest.schemas import AN_ID, Schema
from kundig.webhooks.enums import DeliveryState, State
from kundig.webhooks.queries import known_topics
from kundig.webhooks.views import resources

NAME = "webhooks"
_ID: Schema = {"type": "string", "format": "uuid"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
_TEXT: Schema = {"type": "string"}
_BODY = (400, 411, 413, 415, 422)

URLS = [
    re_path(r"^v1/webhooks/?$", endpoint(get=resources.list_webhooks, post=resources.create), name="webhooks"),
    re_path(
        r"^v1/webhooks/(?P<webhook_id>[^/]+)/?$",
        endpoint(get=resources.read, patch=resources.change, delete=resources.delete),
        name="webhook",
    ),
    re_path(r"^v1/webhooks/(?P<webhook_id>[^/]+)/secret/?$", endpoint(post=resources.secret), name="webhook_secret"),
    re_path(r"^v1/webhooks/(?P<webhook_id>[^/]+)/test/?$", endpoint(post=resources.test), name="webhook_test"),
    re_path(
        r"^v1/webhooks/(?P<webhook_id>[^/]+)/deliveries/?$",
        endpoint(get=resources.deliveries),
        name="webhook_deliveries",
    ),
    re_path(
        r"^v1/webhooks/(?P<webhook_id>[^/]+)/deliveries/(?P<delivery_id>[^/]+)/resend/?$",
        endpoint(post=resources.send_again),
        name="webhook_resend",
    ),
]


def paths() -> Schema:
    each = Operations(NAME)
    one = [{"$ref": "#/components/parameters/id"}]
    delivery = {"name": "delivery_id", "in": "path", "required": True, "schema": _ID, "example": AN_ID}
    query: list[Schema] = [
        {"name": "state", "in": "query", "schema": {"type": "string", "enum": list(DeliveryState.values)}},
        {"$ref": "#/components/parameters/after"},
    ]
    return {
        f"/{NAME}": {
            "get": {
                **each.operation("list", _("List: webhooks")),
                "responses": each.responses(200, _("All of them"), "WebhookList", problems=(400,)),
            },
            "post": {
                **each.operation("create", _("Create: webhook")),
                "description": _(
                    "Kundig sends a request to the address whenever one of the topics happens, signed as Standard"
                    " Webhooks says. The secret is told here and never again."
                ),
                "requestBody": reference_to_body("WebhookCreate"),
                "responses": each.responses(
                    201, _("Created"), "WebhookWithSecret", problems=_BODY, headers={"Location": "Location"}
                ),
            },
        },
        f"/{NAME}/{{id}}": {
            "parameters": one,
            "get": {
                **each.operation("read", _("Read: webhook")),
                "responses": each.responses(200, _("The webhook"), "Webhook", problems=(400,)),
            },
            "patch": {
                **each.operation("change", _("Change: webhook")),
                "requestBody": reference_to_body("WebhookChange"),
                "responses": each.responses(200, _("Changed"), "Webhook", problems=_BODY),
            },
            "delete": {
                **each.operation("delete", _("Delete: webhook")),
                "responses": each.responses(204, _("Deleted"), "", problems=(400,)),
            },
        },
        f"/{NAME}/{{id}}/secret": {
            "parameters": one,
            "post": {
                **each.operation("renew_secret", _("A new secret for a webhook")),
                "description": _("For a day messages are signed with the old one, too."),
                "responses": each.responses(201, _("The new secret"), "WebhookSecret", problems=(400,)),
            },
        },
        f"/{NAME}/{{id}}/test": {
            "parameters": one,
            "post": {
                **each.operation("test", _("Send a test to a webhook")),
                "responses": each.responses(202, _("It is being sent."), "WebhookDelivery", problems=(400, 409)),
            },
        },
        f"/{NAME}/{{id}}/deliveries": {
            "parameters": one,
            "get": {
                **each.operation("deliveries", _("What was sent to a webhook, newest first")),
                "parameters": query,
                "responses": each.responses(200, _("One page"), "WebhookDeliveryList", problems=(400,)),
            },
        },
        f"/{NAME}/{{id}}/deliveries/{{delivery_id}}/resend": {
            "parameters": [*one, delivery],
            "post": {
                **each.operation("resend", _("Send something to a webhook once more")),
                "responses": each.responses(202, _("It is being sent."), "WebhookDelivery", problems=(400, 409)),
            },
        },
    }


def schemas() -> Schema:
    settable: Schema = {
        "name": {"type": "string", "minLength": 1, "maxLength": 80},
        "address": {
            "type": "string",
            "maxLength": 500,
            "description": _("It must begin with https:// and lead into no private network."),
        },
        "topics": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(known_topics())}},
        "with_record": {
            "type": "boolean",
            "default": False,
            "description": _("Whether the records are sent, as they are when it is sent; else only their ids."),
        },
        "state": {"type": "string", "enum": list(resources.SETTABLE)},
    }
    change: Schema = {
        "type": "object",
        "properties": settable,
        "additionalProperties": False,
        "examples": [{"state": State.PAUSED.value}],
    }
    create: Schema = {
        **change,
        "required": ["name", "address", "topics"],
        "examples": [
            {"name": "Web shop", "address": "https://shop.example.com/kundig", "topics": list(known_topics())[:2]}
        ],
    }
    read: dict[str, Any] = {
        "id": _ID,
        "name": _TEXT,
        "address": _TEXT,
        "topics": {"type": "array", "items": _TEXT},
        "with_record": {"type": "boolean"},
        "state": {"type": "string", "enum": list(State.values)},
        "state_reason": _TEXT,
        "failing_since": _MAYBE_MOMENT,
        "created_at": _MOMENT,
    }
    delivery: dict[str, Any] = {
        "id": _ID,
        "at": _MOMENT,
        "type": _TEXT,
        "records": {"type": "array", "items": _ID},
        "state": {"type": "string", "enum": list(DeliveryState.values)},
        "attempts": {"type": "integer", "minimum": 0},
        "next_at": _MAYBE_MOMENT,
        "status": {"type": ["integer", "null"]},
        "error": _TEXT,
    }
    return {
        "Webhook": _all(read),
        "WebhookWithSecret": _all({**read, "secret": _TEXT}),
        "WebhookSecret": _all({"secret": _TEXT, "old_until": _MOMENT}),
        "WebhookCreate": create,
        "WebhookChange": change,
        "WebhookList": _all({"items": {"type": "array", "items": {"$ref": "#/components/schemas/Webhook"}}}),
        "WebhookDelivery": _all(delivery),
        "WebhookDeliveryList": _all(
            {
                "items": {"type": "array", "items": {"$ref": "#/components/schemas/WebhookDelivery"}},
                "next": {"type": ["string", "null"]},
            }
        ),
    }


def _all(properties: dict[str, Any]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


EXTENSION = Extension(
    name=NAME,
    title=gettext_lazy("Webhooks"),
    urls=URLS,
    paths=paths,
    schemas=schemas,
    may=lambda user: user.access.is_administrator,
)
