"""JSON Schemas and examples of fields: what a kind says about its values, made complete for reading and for writing."""

from __future__ import annotations

from typing import Any

from django.db import models

from kundig.records.fields import Field
from kundig.records.kinds.choices import Choice, Several
from kundig.records.kinds.contacts import ADDRESS_PARTS
from kundig.records.kinds.references import File, Reference

Schema = dict[str, Any]

AN_ID = "01995b1e-7c00-7000-8000-00000000002a"
ADDRESS = ("Obere Str. 57", "12209", "Berlin", "", "DE")
EXAMPLES: dict[str, Any] = {
    "id": AN_ID,
    "long_text": "Wants to be called in the morning.",
    "number": 42,
    "position": {"latitude": 48.137, "longitude": 11.575},
    "money": "1250.00",
    "percent": "12.50",
    "yes_no": True,
    "date": "2026-04-03",
    "time": "14:30:00",
    "moment": "2026-04-03T12:30:00+00:00",
    "mail": "maria.anders@example.com",
    "phone": "+49300074321",
    "website": "https://www.example.com",
    "country": "DE",
    "currency": "EUR",
    "address": dict(zip(ADDRESS_PARTS, ADDRESS, strict=True)),
    "user": {"id": AN_ID, "title": "Anna Berger"},
    "reference": {"id": AN_ID, "title": "Alfreds Futterkiste"},
    "file": {"id": AN_ID, "title": "portrait.jpg", "url": f"/api/v1/files/{AN_ID}"},
}
"""By the name of a kind; texts take their own name as an example."""
TEXTS = {"name": "Alfreds Futterkiste", "street": ADDRESS[0], "postal_code": ADDRESS[1], "city": ADDRESS[2]}


def read_schema(field: Field, *, writable: bool) -> Schema:
    """What a value looks like in an answer; to whoever may not set it, it is read-only."""
    schema = _in_answers(field)
    if field.nullable or isinstance(field.kind, Reference):
        schema = nullable(schema)
    return _described(field, schema, read_only=not writable)


def write_schema(field: Field) -> Schema:
    """What a value may look like in a request; null empties a field that need not be filled."""
    schema = field.kind.schema(field)
    return _described(field, schema if field.required else nullable(_or_empty(schema)), read_only=False)


def _in_answers(field: Field) -> Schema:
    if isinstance(field.kind, Reference):
        properties: Schema = {"id": {"type": "string", "format": "uuid"}, "title": {"type": ["string", "null"]}}
        if isinstance(field.kind, File):
            properties["url"] = {"type": "string"}
        return {"type": "object", "properties": properties, "required": list(properties)}
    if isinstance(field.column_type, models.DecimalField):
        return {"type": "string", "format": "decimal"}
    schema = dict(field.kind.schema(field))
    if field.name in field.description.composed:
        schema["required"] = list(schema["properties"])
    return schema if field.required else _or_empty(schema)


def _or_empty(schema: Schema) -> Schema:
    """The same, or "" for a text of which a format is demanded: an address of mail need not be there."""
    if schema.get("type") != "string" or schema.get("format") not in ("email", "uri"):
        return schema
    return {"anyOf": [schema, {"type": "string", "maxLength": 0}]}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    changed = {**schema, "type": [*types, *(["null"] if "null" not in types else [])]}
    if "enum" in schema:
        changed["enum"] = [*schema["enum"], None]
    return changed


def _described(field: Field, schema: Schema, *, read_only: bool) -> Schema:
    """The field's label, help and an example beside its type, and the words of its choices."""
    words = [str(field.help)] if field.help else []
    if isinstance(field.kind, Choice | Several) and field.kind.choices:
        words.append("; ".join(f"{value}: {label}" for value, label in field.kind.choices))
    if schema.get("description"):
        words.append(schema["description"])
    described = {**schema, "title": str(field.label), "examples": [example(field)]}
    if words:
        described["description"] = " ".join(words)
    if read_only:
        described["readOnly"] = True
    return described


def example(field: Field) -> Any:
    """A value that this field could have."""
    kind = field.kind
    if kind.example is not None:
        return kind.example
    if isinstance(kind, Choice) and kind.choices:
        return kind.choices[0][0]
    if isinstance(kind, Several):
        return [value for value, _label in kind.choices[:2]] or ["VIP"]
    if kind.name in EXAMPLES:
        found, is_decimal = EXAMPLES[kind.name], isinstance(field.column_type, models.DecimalField)
        if kind.name == "number" and is_decimal:
            return f"{found}.5"
        return 12 if kind.name == "percent" and not is_decimal else found
    return TEXTS.get(field.name, str(field.label))[: field.max_length or 200]


def write_example(field: Field) -> Any:
    """The same as a request gives it: a reference by its id alone."""
    return AN_ID if isinstance(field.kind, Reference) else example(field)
