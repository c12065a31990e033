"""The OpenAPI 3.1 document of the API, written out of the descriptions when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import purposes, registry, rights
from kundig.records.attachments.panel import PANEL
from kundig.records.description import Description
from kundig.records.rest import change_set_paths, paths
from kundig.records.rest.attachments import schemas as attachment_schemas
from kundig.records.rest.bulk_paths import bulk_schema, of_bulk, of_runs, run_schema
from kundig.records.rest.extending import extensions
from kundig.records.rest.items import item_fields
from kundig.records.rest.merging import merge_schemas, of_merge
from kundig.records.rest.problems import TITLES, encoded
from kundig.records.rest.row_paths import done_schema, of_rows, row_schemas
from kundig.records.rest.schemas import Schema, example, read_schema, write_example, write_schema

VERSION = "1"
MOST_KEPT = 16

_kept: dict[Any, tuple[Schema, bytes]] = {}


def document(user: User | None) -> tuple[Schema, bytes]:
    """The document for the objects that `user` may read, as data and as JSON; for visitors all objects.

    Kept until an added field changes, a purpose is switched, an object comes or goes, or another language or other
    fields are asked for.
    """
    described = [d for d in registry.descriptions() if user is None or d.may(user, Action.READ)]
    active = frozenset(key for key, info in purposes.purposes().items() if info.is_active)
    kept_back = tuple(tuple(sorted(rights.fields_kept_back(d, user).items())) for d in described)
    further = tuple(extension.name for extension in extensions(user))
    key = (get_language(), active, tuple((d.name, id(d)) for d in described), kept_back, further)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        written = write(described, user)
        found = _kept[key] = (written, encoded(written))
    return found


def forget() -> None:
    """Added fields have changed: the document is written anew."""
    _kept.clear()


def write(described: Sequence[Description], user: User | None = None) -> Schema:
    """The document for some descriptions as `user` meets them, in the current language."""
    names = schema_names(described)
    schemas: Schema = {
        "Problem": _problem(),
        "Count": _count(),
        "File": _file(),
        "BulkRun": run_schema(),
        "RowsDone": done_schema(),
        **attachment_schemas(),
    }
    schemas |= change_set_paths.schemas()
    all_paths: Schema = {}
    for extension in extensions(user):
        schemas |= extension.schemas()
        all_paths |= extension.paths()
    for description in described:
        schemas |= _schemas(description, names[description.name], user)
        all_paths |= paths.of_resource(description, names[description.name], user=user)
        schemas[f"{names[description.name]}Bulk"] = bulk_schema(description, user)
        all_paths |= of_bulk(description, names[description.name], user=user)
        schemas |= row_schemas(names[description.name])
        all_paths |= of_rows(description, names[description.name])
        schemas |= merge_schemas(description, names[description.name])
        all_paths |= of_merge(description, names[description.name])
    may_have_files = [d.name for d in described if PANEL.applies(d)]
    with_files = paths.of_record_files(may_have_files) if may_have_files else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kundig",
            "version": VERSION,
            "summary": _("Customers and everything around them"),
            "description": introduction(),
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"session": []}],
        "tags": [{"name": d.name, "description": str(d.label_plural)} for d in described]
        + [{"name": "files", "description": _("Files and pictures")}, {"name": "bulk", "description": _("Bulk runs")}]
        + [{"name": change_set_paths.NAME, "description": _("What was changed, and taking it back")}]
        + [{"name": extension.name, "description": str(extension.title)} for extension in extensions(user)],
        "paths": paths.with_keys(
            {**all_paths, **paths.of_files(), **with_files, **of_runs(), **change_set_paths.paths()}
        ),
        "components": {
            "schemas": schemas,
            "parameters": paths.parameters(),
            "responses": paths.problems(),
            "headers": paths.headers(),
            "securitySchemes": _security(),
        },
    }


def introduction() -> str:
    return _(
        "Every object is a resource: a list with filters, sorting and pages, and one address per record. Rights are"
        " those of the user whose token is sent. Amounts and other decimal numbers are texts, so that no digit is lost."
        " Moments are ISO 8601 with their offset. What is refused is told as application/problem+json (RFC 9457), with"
        " the messages of each field under “errors”."
    )


def schema_names(described: Sequence[Description]) -> dict[str, str]:
    """Description's name → name of its schemas: the model's, with the object's own where two would share one."""
    by_model: dict[str, list[str]] = {}
    for description in described:
        by_model.setdefault(description.model.__name__, []).append(description.name)
    names = {}
    for model, group in by_model.items():
        for name in group:
            own = "".join(part.capitalize() for part in name.replace("-", "_").split("_"))
            names[name] = model if len(group) == 1 else own
    return names


def _schemas(description: Description, name: str, user: User | None) -> Schema:
    fields = item_fields(description, user)
    writable = {n: f for n, f in fields.items() if description.may_write(user, f)}
    change = {
        "type": "object",
        "description": str(description.label),
        "properties": {n: write_schema(f) for n, f in writable.items()},
        "additionalProperties": False,
        "examples": [{n: write_example(f) for n, f in list(writable.items())[:3]}],
    }
    required = [n for n, f in writable.items() if f.required]
    shown = {*required, *list(writable)[:6]}
    create = {**change, "examples": [{n: write_example(f) for n, f in writable.items() if n in shown}]}
    if required:
        create["required"] = required
    item = {
        "type": "object",
        "description": str(description.label),
        "properties": {n: read_schema(f, writable=n in writable) for n, f in fields.items()},
        # `fields` may leave out all others.
        "required": ["id"],
        "examples": [{n: example(f) for n, f in fields.items()}],
    }
    return {name: item, f"{name}Create": create, f"{name}Change": change, f"{name}List": _list(name)}


def _list(name: str) -> Schema:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next": {
                "type": ["string", "null"],
                "description": _("Send it as “after” to get the next page; null on the last page."),
            },
            "count": {"$ref": "#/components/schemas/Count"},
        },
        "required": ["items", "next", "count"],
    }


def _count() -> Schema:
    return {
        "type": "object",
        "description": _("How many records there are; above ten thousand estimated, and then not exact."),
        "properties": {"value": {"type": "integer", "minimum": 0}, "exact": {"type": "boolean"}},
        "required": ["value", "exact"],
        "examples": [{"value": 91, "exact": True}],
    }


def _file() -> Schema:
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "title": {"type": "string", "description": _("The file's name.")},
            "url": {"type": "string"},
            "content_type": {"type": "string", "examples": ["image/jpeg"]},
            "size": {"type": "integer", "description": _("Bytes.")},
        },
        "required": ["id", "title", "url", "content_type", "size"],
    }


def _problem() -> Schema:
    return {
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer", "enum": sorted(TITLES)},
            "detail": {"type": "string"},
            "errors": {
                "type": "object",
                "description": _("Messages by the name of the field or parameter."),
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
            "places": {
                "type": "array",
                "description": _(
                    "Where in the text of “filter” something is wrong; “end” is behind the last character."
                ),
                "items": {
                    "type": "object",
                    "properties": {
                        "message": {"type": "string"},
                        "start": {"type": "integer"},
                        "end": {"type": "integer"},
                    },
                },
            },
            "changed": {
                "type": "object",
                "description": _("Fields that somebody else has changed since, with their present values."),
                "additionalProperties": True,
            },
        },
        "required": ["type", "title", "status", "detail"],
    }


def _security() -> Schema:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": _("A token from the settings, or from “kundig token EMAIL”."),
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": _("The session of a signed-in browser; to write it also needs the header X-CSRFToken."),
        },
    }
