"""What the OpenAPI document says about work with many records."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.bulk.models import BulkState
from kundig.records.bulk.steps import How, changeable, ways
from kundig.records.description import Description
from kundig.records.exports.files import Form
from kundig.records.rest.paths import Operations, filters_of, reference_to_body
from kundig.records.rest.schemas import AN_ID, Schema, write_example, write_schema


def of_bulk(description: Description, schema: str, *, user: User | None) -> Schema:
    """The addresses of one object for many records at once."""
    words = {"all": str(description.label_plural)}
    each = Operations(description.name)
    problems = (400, 411, 413, 415, 422)
    answers = each.responses(200, _("Done"), "BulkRun", problems=problems, headers={"Location": "Location"})
    later = each.responses(202, _("A job does it; ask for the run."), "BulkRun", headers={"Location": "Location"})
    return {
        f"/{description.name}/bulk": {
            "post": {
                **each.operation("bulk", _("Many at once: %(all)s") % words),
                "description": _(
                    "Changes, deletes or does something else with the records named by “ids”, or with all that a"
                    " “filter” of the list matches. Up to 200 are done at once (200), more by a job (202)."
                ),
                "requestBody": reference_to_body(f"{schema}Bulk"),
                "responses": {**later, **answers},
            }
        },
        f"/{description.name}/export": {
            "get": {
                **each.operation("export", _("Export: %(all)s") % words),
                "description": _("The records of the list as a file. Each export is written down."),
                "parameters": [
                    {
                        "name": "as", "in": "query", "description": _("The form of the file."),
                        "schema": {"type": "string", "enum": list(Form.values), "default": Form.CSV.value},
                    },
                    {
                        "name": "columns", "in": "query", "description": _("Fields, separated by commas; all if none."),
                        "schema": {"type": "string"},
                    },
                    *filters_of(description, user),
                ],
                "responses": {
                    **each.responses(200, _("The file"), "", problems=(400,)),
                    "200": {"description": _("The file"), "content": {"text/csv": {}, Form.XLSX.content_type: {}}},
                },
            }
        },
    }  # fmt: skip


def of_runs() -> Schema:
    each = Operations("bulk")
    there = {"parameters": [{"$ref": "#/components/parameters/id"}]}
    return {
        "/bulk/{id}": {
            **there,
            "get": {
                **each.operation("read", _("How far a run is, and its result")),
                "responses": each.responses(200, _("The run"), "BulkRun"),
            },
            "delete": {
                **each.operation("stop", _("Stop a run")),
                "description": _("After the portion that is being done; what is done stays done."),
                "responses": each.responses(202, _("It stops."), "BulkRun"),
            },
        },
        "/bulk/{id}/undo": {
            **there,
            "post": {
                **each.operation("undo", _("Take a run back")),
                "description": _("As far as nobody has touched the records since; answers the run that does it."),
                "responses": {
                    **each.responses(202, _("A job does it; ask for the run."), "BulkRun"),
                    **each.responses(200, _("Done"), "BulkRun", problems=(409,)),
                },
            },
        },
    }


def bulk_schema(description: Description, user: User | None) -> Schema:
    """The body that asks for work with many records of one kind."""
    fields = changeable(description, user)
    first = next(iter(fields.values()), None)
    steps = {way.value for field in fields.values() for way in ways(field)}
    actions = ["change", "delete", *(action.key for action in description.actions)]
    return {
        "type": "object",
        "properties": {
            "action": {"type": "string", "enum": actions, "default": "change"},
            "ids": {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 10_000},
            "filter": {
                "type": ["string", "object"],
                "description": _("A condition, or parameters of the list; {} means all records."),
                "additionalProperties": True,
            },
            "values": {
                "type": "object",
                "description": _("Values to be set; of other actions what they ask for."),
                "properties": {name: write_schema(field) for name, field in fields.items()},
                "additionalProperties": True,
            },
            "changes": {
                "type": "array",
                "description": _("What is more than setting a value."),
                "items": {
                    "type": "object",
                    "properties": {
                        "field": {"type": "string", "enum": list(fields)},
                        "how": {"type": "string", "enum": [how.value for how in How if how.value in steps]},
                        "value": {},
                    },
                    "required": ["field"],
                },
            },
        },
        "additionalProperties": False,
        "examples": [{"ids": [AN_ID], "values": {first.name: write_example(first)} if first else {}}],
    }


def run_schema() -> Schema:
    """A run as it is told."""
    number: Schema = {"type": "integer", "minimum": 0}
    moment: Schema = {"type": ["string", "null"], "format": "date-time"}
    properties: Schema = {
        "id": {"type": "string", "format": "uuid"},
        "object": {"type": "string"},
        "action": {"type": "string"},
        "title": {"type": "string"},
        "state": {"type": "string", "enum": list(BulkState.values)},
        "total": {"type": ["integer", "null"], "description": _("How many records are meant; null until it begins.")},
        "changed": number,
        "unchanged": number,
        "refused": number,
        "refusals": {
            "type": "array",
            "description": _("The first of them, with the reason."),
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string", "format": "uuid"}, "reason": {"type": "string"}},
                "required": ["id", "reason"],
            },
        },
        "can_be_undone": {"type": "boolean"},
        "error": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
        "finished_at": moment,
    }
    return {"type": "object", "properties": properties, "required": list(properties)}
