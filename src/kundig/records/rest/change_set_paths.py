"""The part of the OpenAPI document that tells of change sets."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kundig.records.events import Via
from kundig.records.ledger.results import Hindrance
from kundig.records.rest.paths import Operations, list_of, newest_first
from kundig.records.rest.schemas import Schema

NAME = "change-sets"
_ID: Schema = {"type": "string", "format": "uuid"}


def paths() -> Schema:
    each = Operations(NAME)
    names = ("by", "object")
    ref = {"$ref": "#/components/parameters/id"}
    return {
        **newest_first(
            each,
            "ChangeSet",
            listing=_("List: what was changed, newest first"),
            who=_("Administrators see all change sets, everybody else their own."),
            reading=_("Read: one change set"),
            one=_("The change set"),
            parameters=[
                *({"name": name, "in": "query", "schema": {"type": "string"}} for name in names),
                {"name": "via", "in": "query", "schema": {"type": "string", "enum": [via.value for via in Via]}},
            ],
        ),
        f"/{NAME}/{{id}}/undo": {
            "parameters": [ref],
            "post": {
                **each.operation("undo", _("Take a change set back")),
                "description": _(
                    "What has been changed since stays as it is and is told under “conflicts”; “overwrite”, or “take”"
                    " for single fields, decides otherwise. The answer names the change set that this became."
                ),
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Undo"}}},
                },
                "responses": each.responses(
                    200, _("What came of it"), "Undone", problems=(400, 409, 411, 413, 415, 422)
                ),
            },
        },
    }


def schemas() -> Schema:
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    maybe_text = {"type": ["string", "null"]}
    place = {"object": maybe_text, "id": _ID, "field": maybe_text, "label": maybe_text}
    value: Schema = {"description": _("As the database writes it.")}
    return {
        "ChangeSet": {
            "type": "object",
            "properties": {
                "id": _ID,
                "at": {"type": "string", "format": "date-time"},
                "by": {"type": ["object", "null"], "properties": {"id": _ID, "title": text}},
                "via": {"type": "string", "enum": [via.value for via in Via]},
                "title": text,
                "undoes": {"type": ["string", "null"], "format": "uuid"},
                "undone_by": {"type": ["string", "null"], "format": "uuid"},
                "changes": {
                    "type": "array",
                    "description": _("How many records; counted in the first two thousand rows."),
                    "items": {
                        "type": "object",
                        "properties": {
                            "objects": {"type": "array", "items": text},
                            "what": {"type": "string", "enum": ["created", "changed", "deleted"]},
                            "count": number,
                        },
                    },
                },
            },
            "required": ["id", "at", "by", "via", "title", "undoes", "undone_by", "changes"],
        },
        "ChangeSetList": list_of("ChangeSet"),
        "Undo": {
            "type": "object",
            "properties": {
                "records": {"type": "array", "items": _ID, "description": _("Only these records.")},
                "fields": {"type": "array", "items": text, "description": _("Only these fields of the records.")},
                "overwrite": {"type": "boolean", "description": _("Also what has been changed since.")},
                "try": {"type": "boolean", "description": _("Change nothing, only say what would happen.")},
                "take": {
                    "type": "object",
                    "description": _("“<id>.<field>” or “<id>”: “before” or “now”."),
                    "additionalProperties": {"type": "string", "enum": ["before", "now"]},
                },
            },
            "additionalProperties": False,
            "examples": [{"overwrite": False}],
        },
        "Undone": {
            "type": "object",
            "properties": {
                "change_set": {"type": ["string", "null"], "format": "uuid"},
                **dict.fromkeys(("changed", "restored", "removed", "unchanged"), number),
                "conflicts": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            **place, "before": value, "after": value, "now": value, "taken_back": {"type": "boolean"},
                        },
                    },
                },
                "left": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            **place,
                            "id": {
                                "type": ["string", "null"], "format": "uuid",
                                "description": _("Null of a record that you may not see."),
                            },
                            "why": {"type": "string", "enum": [why.value for why in Hindrance]},
                        },
                    },
                },
            },
            "required": ["change_set", "changed", "restored", "removed", "unchanged", "conflicts", "left"],
        },
    }  # fmt: skip
