"""The page that explains the API, written from the same document that programs read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kundig.accounts.models import User
from kundig.records.rest import limits
from kundig.records.rest.asking import refuse_parameters
from kundig.records.rest.openapi import document
from kundig.records.rest.problems import TITLES, slug

METHODS = ("get", "post", "patch", "delete")


def as_json(request: HttpRequest, user: User | None) -> HttpResponse:
    refuse_parameters(request.GET)
    return HttpResponse(document(user)[1], content_type="application/json")


@login_required
@require_safe
def as_page(request: HttpRequest) -> HttpResponse:
    written, _encoded = document(request.user)  # type: ignore[arg-type]
    base = request.build_absolute_uri("/api/v1")
    context = {
        "base": base,
        "introduction": written["info"]["description"],
        "resources": list(resources(written, base)),
        "problems": [(slug(status), status, title) for status, title in TITLES.items()],
        "per_minute": limits.PER_MINUTE,
    }
    return render(request, "records/rest/docs.html", context)


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: str
    description: str


@dataclass(frozen=True)
class Operation:
    """One thing that can be done, with the command line that does it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Parameter]
    filters: list[str]
    fields: list[Parameter]
    curl: str

    @property
    def rows(self) -> int:
        """Lines of the command."""
        return self.curl.count("\n") + 1


@dataclass(frozen=True)
class Resource:
    name: str
    title: str
    operations: list[Operation]
    fields: list[Parameter]


def resources(written: Mapping[str, Any], base: str) -> Iterator[Resource]:
    """Everything in the document, by resource."""
    for tag in written["tags"]:
        found = list(_operations(written, tag["name"], base))
        if not found:
            continue
        item = next((op for op in found if op.method == "GET" and "{" in op.path), found[0])
        yield Resource(tag["name"], tag["description"], found, item.fields)


def _operations(written: Mapping[str, Any], tag: str, base: str) -> Iterator[Operation]:
    for path, entry in written["paths"].items():
        for method in METHODS:
            operation = entry.get(method)
            if operation is not None and tag in operation["tags"]:
                yield _operation(written, base, path, method, operation, entry.get("parameters", []))


def _operation(
    written: Mapping[str, Any], base: str, path: str, method: str, operation: Mapping[str, Any], shared: list[Any]
) -> Operation:
    parameters = [resolved(written, p) for p in (*shared, *operation.get("parameters", []))]
    schema = _schema_of_answer(written, operation)
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=[
            Parameter(p["name"], type_of(p["schema"]), p.get("description", ""))
            for p in parameters
            if not _is_filter(p)
        ],
        filters=[p["name"] for p in parameters if _is_filter(p)],
        fields=[
            Parameter(name, type_of(field), f"{field.get('title', '')}. {field.get('description', '')}".strip(". "))
            for name, field in schema.get("properties", {}).items()
        ],
        curl=_curl(written, base, path, method, operation, parameters),
    )


def _is_filter(parameter: Mapping[str, Any]) -> bool:
    return parameter.get("style") == "form"


def _curl(
    written: Mapping[str, Any],
    base: str,
    path: str,
    method: str,
    operation: Mapping[str, Any],
    parameters: list[Mapping[str, Any]],
) -> str:
    """A command line that works as soon as a token and ids of one's own stand in it."""
    address = base + path
    for parameter in parameters:
        if parameter["in"] == "path":
            address = address.replace(f"{{{parameter['name']}}}", parameter["example"])
    lines = [f"curl '{address}'", "-H 'Authorization: Bearer kundig_…'"]
    if method != "get":
        lines[0] = f"curl -X {method.upper()} '{address}'"
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        example = resolved(written, content["application/json"]["schema"])["examples"][0]
        body = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
        lines += ["-H 'Content-Type: application/json'", f"-d '{body}'"]
    elif "multipart/form-data" in content:
        lines.append("-F 'file=@portrait.jpg'")
    return " \\\n  ".join(lines)


def _schema_of_answer(written: Mapping[str, Any], operation: Mapping[str, Any]) -> Mapping[str, Any]:
    good = next(answer for code, answer in operation["responses"].items() if code.startswith("2"))
    content = good.get("content", {}).get("application/json")
    found = resolved(written, content["schema"]) if content else {}
    items = found.get("properties", {}).get("items")
    return resolved(written, items["items"]) if items else found


def resolved(written: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part itself, or what its `$ref` names."""
    if "$ref" not in part:
        return part
    found: Any = written
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    resolved_part: Mapping[str, Any] = found
    return resolved_part


def type_of(schema: Mapping[str, Any]) -> str:
    """A schema in a word or two: "text", "number or null", "text (date)"."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(part) for part in schema["anyOf"]))
    types = schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type", "object")]
    words = " | ".join(types)
    if schema.get("type") == "array":
        words = f"array of {type_of(schema['items'])}"
    return f"{words} ({schema['format']})" if "format" in schema else words
