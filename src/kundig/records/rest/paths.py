"""The paths of the OpenAPI document: what can be done at which address, with which parameters and answers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.choices import Choice, Several, YesNo
from kundig.records.kinds.references import Reference
from kundig.records.listing import RESERVED
from kundig.records.rest.asking import LIMIT, MOST
from kundig.records.rest.problems import MEDIA_TYPE, TITLES, slug
from kundig.records.rest.schemas import AN_ID, Schema

ALWAYS = (401, 403, 404, 429)
CONTROL_NAMES = ("q", "filter", "view", "limit", "after", "fields")


def of_resource(description: Description, schema: str, *, user: User | None) -> Schema:
    """The two paths of a described object as `user` meets it; `schema` is the name of its schemas."""
    label, plural = str(description.label), str(description.label_plural)
    words = {"what": label, "all": plural}
    each = Operations(description.name)
    return {
        f"/{description.name}": {
            "get": {
                **each.operation("list", _("List: %(all)s") % words),
                "parameters": [*_refs(CONTROL_NAMES), _sort(description, user), *filters_of(description, user)],
                "responses": each.responses(200, _("One page"), f"{schema}List", problems=(400,)),
            },
            "post": {
                **each.operation("create", _("Create: %(what)s") % words),
                "requestBody": reference_to_body(f"{schema}Create"),
                "responses": each.responses(
                    201, _("Created"), schema, problems=(400, 409, 411, 413, 415, 422), headers={"Location": "Location"}
                ),
            },
        },
        f"/{description.name}/{{id}}": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "get": {
                **each.operation("read", _("Read: %(what)s") % words),
                "parameters": [{"$ref": "#/components/parameters/fields"}],
                "responses": {
                    **each.responses(200, _("The record"), schema, problems=(400,), headers={"ETag": "ETag"}),
                    **({"308": _led_on()} if description.merge is not None else {}),
                },
            },
            "patch": {
                **each.operation("change", _("Change: %(what)s") % words),
                "description": _(
                    "Only the fields that are sent are changed. What is sent as it was read stays as it is."
                ),
                "parameters": [{"$ref": "#/components/parameters/if-match"}],
                "requestBody": reference_to_body(f"{schema}Change"),
                "responses": each.responses(
                    200, _("Changed"), schema, problems=(400, 409, 411, 412, 413, 415, 422), headers={"ETag": "ETag"}
                ),
            },
            "delete": {
                **each.operation("delete", _("Delete: %(what)s") % words),
                "parameters": [{"$ref": "#/components/parameters/if-match"}],
                "responses": each.responses(204, _("Deleted"), "", problems=(400, 409, 412)),
            },
        },
    }


class Operations:
    """What the operations of one resource have in common."""

    def __init__(self, resource: str) -> None:
        self.resource = resource

    def operation(self, verb: str, summary: str) -> Schema:
        return {"operationId": f"{verb}_{self.resource}", "summary": summary, "tags": [self.resource]}

    def responses(
        self,
        status: int,
        description: str,
        schema: str,
        *,
        problems: tuple[int, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> Schema:
        good: Schema = {"description": description}
        if schema:
            good["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
        told = {**(headers or {}), "RateLimit-Limit": "RateLimit-Limit", "RateLimit-Remaining": "RateLimit-Remaining"}
        good["headers"] = {name: {"$ref": f"#/components/headers/{target}"} for name, target in told.items()}
        refused = {str(code): {"$ref": f"#/components/responses/{slug(code)}"} for code in sorted({*ALWAYS, *problems})}
        return {str(status): good, **refused}


def newest_first(
    each: Operations, schema: str, *, listing: str, who: str, reading: str, one: str, parameters: Sequence[Schema] = ()
) -> Schema:
    """The two paths of what is no described object: pages of it, newest first, and one of it by its id."""
    return {
        f"/{each.resource}": {
            "get": {
                **each.operation("list", listing),
                "description": who,
                "parameters": [*parameters, *_refs(("limit", "after"))],
                "responses": each.responses(200, _("One page"), f"{schema}List", problems=(400, 422)),
            }
        },
        f"/{each.resource}/{{id}}": {
            "parameters": _refs(("id",)),
            "get": {**each.operation("read", reading), "responses": each.responses(200, one, schema)},
        },
    }


def list_of(schema: str) -> Schema:
    """One page of `newest_first`."""
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}},
            "next": {"type": ["string", "null"]},
        },
        "required": ["items", "next"],
    }


def _led_on() -> Schema:
    return {
        "description": _("It was merged into another record."),
        "headers": {"Location": {"$ref": "#/components/headers/Location"}},
    }


def reference_to_body(schema: str) -> Schema:
    return {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _refs(names: tuple[str, ...]) -> list[Schema]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _sort(description: Description, user: User | None) -> Schema:
    names = ["id", *(n for n, f in description.fields_for(user).items() if n != "id" and f.sort_path)]
    return {
        "name": "sort",
        "in": "query",
        "description": _("The field to sort by; with “-” before it the other way round. Empty values come last."),
        "schema": {
            "type": "string",
            "enum": [*names, *(f"-{name}" for name in names)],
            "default": description.first_sort(user),
        },
    }


def filters_of(description: Description, user: User | None) -> list[Schema]:
    fields = (field for field in description.fields_for(user).values() if field.model_field is not None)
    return [_filter(field) for field in fields if field.name not in RESERVED]


def _filter(field: Field) -> Schema:
    items: Schema = {"type": "string"}
    if isinstance(field.kind, Choice | Several) and field.kind.choices:
        items["enum"] = [value for value, _label in field.kind.choices]
    if isinstance(field.kind, YesNo):
        items["enum"] = ["true", "false"]
    words = _("Only records with this value (several times: any of them): %(field)s.") % {"field": field.label}
    if isinstance(field.kind, Reference):
        words += " " + _("An id or a title.")
    return {
        "name": field.name,
        "in": "query",
        "description": words,
        "style": "form",
        "explode": True,
        "schema": {"type": "array", "items": items},
    }


def parameters() -> Schema:
    return {
        "q": {
            "name": "q",
            "in": "query",
            "description": _("Words to search for, as in the search box; typing errors are forgiven."),
            "schema": {"type": "string", "maxLength": 200},
            "example": "futterkiste",
        },
        "filter": {
            "name": "filter",
            "in": "query",
            "description": _(
                "A condition in its text form. What cannot be understood is told under “places” with start and end in"
                " the text."
            ),
            "schema": {"type": "string", "maxLength": 20_000},
            "example": "changed_at > today - 90 days and owner = me",
        },
        "view": {
            "name": "view",
            "in": "query",
            "description": _("The id of a saved view: its search, filter and order, unless the request has its own."),
            "schema": {"type": "string"},
        },
        "limit": {
            "name": "limit",
            "in": "query",
            "description": _("Records per page."),
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
        },
        "after": {
            "name": "after",
            "in": "query",
            "description": _("The “next” of the page before."),
            "schema": {"type": "string"},
        },
        "id": {
            "name": "id",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid"},
            "example": AN_ID,
        },
        "fields": {
            "name": "fields",
            "in": "query",
            "description": _("Names of fields, separated by commas: only these are told, and the id."),
            "schema": {"type": "string"},
            "example": "id",
        },
        "idempotency-key": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": _(
                "A text of your own choice, new for each request, such as a UUID. The same request with the same key"
                " is done once; within 24 hours it is answered as it was the first time. Refused requests count as"
                " not sent."
            ),
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "example": AN_ID,
        },
        "if-match": {
            "name": "If-Match",
            "in": "header",
            "description": _(
                "The ETag of the record as it was read: refused (412) if somebody has changed it since;"
                " the answer then says which fields are others, under “changed”."
            ),
            "schema": {"type": "string"},
        },
    }


def with_keys(paths: Schema) -> Schema:
    """The same paths; whatever writes takes an idempotency key and may be refused for it."""
    taken = {"$ref": "#/components/parameters/idempotency-key"}
    refusals = {str(code): {"$ref": f"#/components/responses/{slug(code)}"} for code in (400, 409, 422)}
    return {
        path: {
            method: {
                **part,
                "parameters": [*part.get("parameters", []), taken],
                "responses": {**refusals, **part["responses"]},
            }
            if method in ("post", "patch", "delete")
            else part
            for method, part in entry.items()
        }
        for path, entry in paths.items()
    }


def problems() -> Schema:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        slug(status): {"description": str(title), "content": {MEDIA_TYPE: schema}} for status, title in TITLES.items()
    }


def headers() -> Schema:
    def header(description: str, kind: str) -> Schema:
        return {"description": description, "schema": {"type": kind}}

    return {
        "Location": header(_("Address of the new record."), "string"),
        "ETag": header(_("The state of the record, for “If-Match”."), "string"),
        "RateLimit-Limit": header(_("Requests a minute that are granted."), "integer"),
        "RateLimit-Remaining": header(_("Requests that are left now."), "integer"),
    }


def of_record_files(names: list[str]) -> Schema:
    """The files at a record, of whichever object: one pair of paths for all."""
    each = Operations("files")
    record = [
        {
            "name": "object",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": names},
            "example": names[0],
        },
        {"$ref": "#/components/parameters/id"},
    ]
    file = {
        "name": "file_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "example": AN_ID,
    }
    upload = {
        "type": "object",
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
        "required": ["file"],
    }
    return {
        "/{object}/{id}/files": {
            "parameters": record,
            "get": {
                **each.operation("list", _("List the files at a record")),
                "responses": each.responses(200, _("All of them, newest first"), "AttachmentList"),
            },
            "post": {
                **each.operation("attach", _("Put a file to a record")),
                "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": upload}}},
                "responses": each.responses(
                    201,
                    _("Created"),
                    "Attachment",
                    problems=(400, 413, 415, 422),
                    headers={"Location": "Location"},
                ),
            },
        },
        "/{object}/{id}/files/{file_id}": {
            "parameters": [*record, file],
            "get": {
                **each.operation("download", _("Download a file at a record")),
                "responses": {
                    **each.responses(200, _("The file"), ""),
                    "200": {"description": _("The file"), "content": {"application/octet-stream": {}}},
                },
            },
            "patch": {
                **each.operation("change", _("Rename or describe a file at a record")),
                "requestBody": reference_to_body("AttachmentChange"),
                "responses": each.responses(200, _("Changed"), "Attachment", problems=(400, 411, 413, 415, 422)),
            },
            "delete": {
                **each.operation("delete", _("Delete a file at a record")),
                "responses": each.responses(204, _("Deleted"), ""),
            },
        },
    }


def of_files() -> Schema:
    each = Operations("files")
    body = {
        "type": "object",
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
        "required": ["file"],
    }
    return {
        "/files": {
            "post": {
                **each.operation("create", _("Upload a file")),
                "description": _(
                    "Set its id in a field of a record afterwards: whoever sees the record sees the file."
                ),
                "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}},
                "responses": each.responses(
                    201, _("Created"), "File", problems=(400, 413, 415, 422), headers={"Location": "Location"}
                ),
            }
        },
        "/files/{id}": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "get": {
                **each.operation("read", _("Download a file")),
                "responses": {
                    **each.responses(200, _("The file"), ""),
                    "200": {"description": _("The file"), "content": {"application/octet-stream": {}}},
                },
            },
        },
    }
