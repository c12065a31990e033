"""What the OpenAPI document says about inquiries, and where they are taken."""

from __future__ import annotations

from django.urls import re_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.records.rest.endpoint import endpoint
from kundig.records.rest.extending import Extension
from kundig.records.rest.paths import Operations
from kundig.records.rest.schemas import Schema
from kundig.sales.views.inquiries import OF_LEAD, take_in_by_rest

NAME = "inquiries"
_BYTES: Schema = {"schema": {"type": "string", "format": "binary"}}


def paths() -> Schema:
    each = Operations(NAME)
    return {
        f"/{NAME}": {
            "post": {
                **each.operation("create", _("Take in: mail, business card, picture of a code")),
                "description": _(
                    "A mail as it came (RFC 5322), a vCard or MECARD, or a photograph of a code with one becomes a lead"
                    " of a customer who is known, or of a new one. Sent twice, a mail is one."
                ),
                "parameters": [{"name": name, "in": "query", "schema": {"type": "string"}} for name in OF_LEAD],
                "requestBody": {
                    "required": True,
                    "content": dict.fromkeys(("message/rfc822", "text/vcard", "image/jpeg", "image/png"), _BYTES),
                },
                "responses": {
                    **each.responses(201, _("Created"), "InquiryTaken", problems=(400, 413, 422),
                                     headers={"Location": "Location"}),
                    **each.responses(200, _("It joined a lead that was open"), "InquiryTaken", problems=()),
                },
            },
        },
    }  # fmt: skip


def schemas() -> Schema:
    return {
        "InquiryTaken": {
            "type": "object",
            "required": ["lead", "is_new", "party", "person", "known"],
            "properties": {
                "lead": {"type": ["string", "null"], "format": "uuid"}, "is_new": {"type": "boolean"},
                "party": {"type": ["string", "null"], "format": "uuid"},
                "person": {"type": ["string", "null"], "format": "uuid"},
                "known": {"type": "array", "items": {"type": "string"}},
            },
        }
    }  # fmt: skip


URLS = [re_path(r"^v1/inquiries/?$", endpoint(post=take_in_by_rest), name="inquiries")]
EXTENSION = Extension(NAME, gettext_lazy("Inquiries"), URLS, paths, schemas)
