"""What the OpenAPI document says about rows: many records in one call, each with what is to be done with it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kundig.records.description import Description
from kundig.records.rest.paths import Operations, reference_to_body
from kundig.records.rest.rows import DONE, MOST
from kundig.records.rest.schemas import AN_ID, Schema

_ID: Schema = {"type": "string", "format": "uuid"}


def of_rows(description: Description, schema: str) -> Schema:
    """The address of one object."""
    each = Operations(description.name)
    return {
        f"/{description.name}/rows": {
            "post": {
                **each.operation("rows", _("Row by row: %(all)s") % {"all": description.label_plural}),
                "description": _(
                    "Up to %(most)d records are created, changed or deleted, in the order of the rows. A row is done"
                    " as a whole or not at all; one that is refused stops no other, unless “together” is true: then"
                    " either all are done or none (422). All that is done is one transaction and one change set: it"
                    " stands once the answer comes, and can be taken back as one. If no answer comes, send the same"
                    " with the same “Idempotency-Key”."
                )
                % {"most": MOST},
                "requestBody": reference_to_body(f"{schema}Rows"),
                "responses": each.responses(
                    200, _("What became of each row"), "RowsDone", problems=(400, 409, 411, 413, 415, 422)
                ),
            }
        }
    }


def row_schemas(schema: str) -> Schema:
    """The body for one object, and its kinds of rows."""
    rows = {
        f"{schema}RowCreate": _row("create", ["values"], values={"$ref": f"#/components/schemas/{schema}Create"}),
        f"{schema}RowChange": _row("change", ["id", "values"], values={"$ref": f"#/components/schemas/{schema}Change"}),
        "RowDelete": _row("delete", ["id"]),
    }
    body: Schema = {
        "type": "object",
        "properties": {
            "rows": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST,
                "items": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in rows]},
            },
            "together": {
                "type": "boolean",
                "default": False,
                "description": _("Whether one refused row keeps all others from being done."),
            },
        },
        "required": ["rows"],
        "additionalProperties": False,
        "examples": [{"rows": [{"do": "delete", "id": AN_ID}]}],
    }
    return {**rows, f"{schema}Rows": body}


def _row(do: str, required: list[str], *, values: Schema | None = None) -> Schema:
    properties: Schema = {"do": {"type": "string", "enum": [do]}}
    if "id" in required:
        properties["id"] = _ID
        properties["if_match"] = {"type": "string", "description": _("The ETag of the record as it was read.")}
    if values is not None:
        properties["values"] = values
    return {
        "type": "object",
        "properties": properties,
        "required": ["do", *required],
        "additionalProperties": False,
    }


def done_schema() -> Schema:
    """The answer, the same for all objects."""
    number: Schema = {"type": "integer", "minimum": 0}
    return {
        "type": "object",
        "properties": {
            "change_set": {
                "type": ["string", "null"],
                "format": "uuid",
                "description": _("What can be taken back; null if nothing was changed."),
            },
            "done": number,
            "refused": number,
            "rows": {
                "type": "array",
                "description": _("One for each row that was sent, in their order."),
                "items": {
                    "type": "object",
                    "properties": {
                        "outcome": {"type": "string", "enum": [*DONE.values(), "unchanged", "refused"]},
                        "status": {"type": "integer", "description": _("As if the row had been sent alone.")},
                        "id": {"type": ["string", "null"], "format": "uuid"},
                        "problem": {"$ref": "#/components/schemas/Problem"},
                    },
                    "required": ["outcome", "status", "id"],
                },
            },
        },
        "required": ["change_set", "done", "refused", "rows"],
    }
