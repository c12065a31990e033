"""The tool server for assistants: the Model Context Protocol, revision 2025-06-18, over streamable HTTP.

Every message is answered for itself as JSON; there are no sessions and no streams, because nothing here needs them.
So all of the protocol that a server without prompts and resources must speak is on this page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from kundig.accounts.models import User
from kundig.assistants.views.tools import Tool, tools_for
from kundig.records.rest.bodies import body_of
from kundig.records.rest.endpoint import REFUSALS, answer, refused_by_layers_below
from kundig.records.rest.problems import Problem, encoded

REVISION = "2025-06-18"
VERSION_HEADER = "MCP-Protocol-Version"
PARSE, INVALID, NO_METHOD, PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603


class Fault(Exception):
    """An error of the protocol, as JSON-RPC tells it."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def serve(request: HttpRequest, user: User) -> HttpResponse:
    """One message: a request is answered (200), a notification or an answer is taken (202)."""
    _check_origin(request)
    version = request.headers.get(VERSION_HEADER, REVISION)
    if version != REVISION:
        raise Problem(
            400,
            _("“%(name)s: %(got)s” is not spoken here; spoken are %(known)s.")
            % {"name": VERSION_HEADER, "got": version[:20], "known": REVISION},
        )
    if user.token is None:
        raise Problem(401, _("Assistants come with a token: “Authorization: Bearer kundig_…”."))
    message: Any = None
    try:
        message = _message(request)
        if "method" not in message or "id" not in message:
            return HttpResponse(status=202)
        result = _result(message["method"], message.get("params") or {}, user)
    except Fault as fault:
        key = message.get("id") if isinstance(message, dict) else None
        told = {"jsonrpc": "2.0", "id": key, "error": {"code": fault.code, "message": str(fault)}}
        return answer(told, status=400 if fault.code in (PARSE, INVALID) else 200)
    return answer({"jsonrpc": "2.0", "id": message["id"], "result": result})


def _check_origin(request: HttpRequest) -> None:
    """Pages of other sites that were led here by a forged name are refused, as the specification demands."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.get_host():
        raise Problem(403, _("Requests from pages of other sites are not answered."))


def _message(request: HttpRequest) -> dict[str, Any]:
    try:
        message = orjson.loads(body_of(request))
    except orjson.JSONDecodeError as error:
        raise Fault(PARSE, _("The body is not JSON: %(why)s") % {"why": error}) from error
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise Fault(INVALID, _("Expected one JSON-RPC 2.0 message; batches are not part of this revision."))
    if "id" in message and not isinstance(message["id"], str | int):
        raise Fault(INVALID, _("The id of a request is a text or a whole number."))
    if not isinstance(message.get("method", ""), str) or not isinstance(message.get("params") or {}, dict):
        raise Fault(INVALID, _("“method” is a text, “params” an object."))
    return message


def _result(method: str, params: Mapping[str, Any], user: User) -> dict[str, Any]:
    match method:
        case "initialize":
            return _initialized(params)
        case "ping":
            return {}
        case "tools/list":
            return {"tools": [tool.told() for tool in tools_for(user).values()]}
        case "tools/call":
            return _called(params, user)
    raise Fault(NO_METHOD, _("“%(method)s” is not spoken here.") % {"method": method[:60]})


def _initialized(params: Mapping[str, Any]) -> dict[str, Any]:
    asked = params.get("protocolVersion")
    if not isinstance(asked, str):
        raise Fault(PARAMS, _("“protocolVersion” is missing."))
    return {
        "protocolVersion": REVISION,
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "kundig", "title": "Kundig", "version": "1"},
        "instructions": _(
            "Customers and everything around them. What you write becomes a proposal that a person decides, unless"
            " their role lets you write directly. You see and may do what the person in whose name you work may."
        ),
    }


def _called(params: Mapping[str, Any], user: User) -> dict[str, Any]:
    name, given = params.get("name"), params.get("arguments") or {}
    tool = tools_for(user).get(name) if isinstance(name, str) else None
    if tool is None:
        raise Fault(PARAMS, _("There is no tool “%(name)s” here.") % {"name": str(name)[:60]})
    if not isinstance(given, dict):
        raise Fault(PARAMS, _("“arguments” is an object."))
    try:
        _check(tool, given)
        found = tool.work(user, given)
    except Problem as problem:
        return _told(problem.told(), is_error=True)
    except REFUSALS as error:
        return _told(refused_by_layers_below(error).told(), is_error=True)
    return _told(found)


def _check(tool: Tool, given: Mapping[str, Any]) -> None:
    """What is around the values; those are read, and refused field by field, by their kinds."""
    around = {**tool.takes, "properties": {**tool.takes["properties"]}}
    if "values" in around["properties"]:
        around["properties"]["values"] = {"type": "object"}
    for error in Draft202012Validator(around, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(given):
        at = ".".join(str(part) for part in error.path)
        raise Problem(422, f"{at}: {error.message[:300]}" if at else error.message[:300])


def _told(data: Mapping[str, Any], *, is_error: bool = False) -> dict[str, Any]:
    """For programs as data, and once more as text for clients that read nothing else."""
    structured = json.loads(encoded(data))
    text = json.dumps(structured, ensure_ascii=False)
    return {"content": [{"type": "text", "text": text}], "structuredContent": structured, "isError": is_error}
