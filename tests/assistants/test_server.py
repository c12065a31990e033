import jsonschema
import mcp_types
import pytest

from kundig.accounts.actions import set_grants
from kundig.accounts.enums import Action, Scope
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.ledger.models import ChangeSet
from tests.accounts.factories import a_user
from tests.assistants.conftest import Assistant

pytestmark = pytest.mark.django_db

NOBODY = "01995b1e-7c00-7000-8000-00000000002a"
OPENING = {
    "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
}  # fmt: skip


@pytest.fixture
def firm(jana):
    return create_record(registry.get("organisations"), {"name": "Alfreds Futterkiste", "city": "Berlin"}, by=jana)


def test_a_session_opens_as_the_specification_says(assistant):
    result = assistant.ask("initialize", OPENING)
    opened = mcp_types.InitializeResult.model_validate(result)
    assert (opened.protocol_version, opened.server_info.name) == ("2025-06-18", "kundig")
    assert opened.capabilities.tools is not None
    taken = assistant.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (taken.status_code, taken.content) == (202, b"")
    assert assistant.ask("ping") == {}
    other = assistant.ask("initialize", {**OPENING, "protocolVersion": "1999-01-01"})
    assert other["protocolVersion"] == "2025-06-18"


def test_tools_come_from_the_descriptions(assistant):
    result = assistant.ask("tools/list")
    tools = {tool.name: tool for tool in mcp_types.ListToolsResult.model_validate(result).tools}
    assert {"search", "list_organisations", "read_persons", "create_households", "update_contact_points"} <= set(tools)
    for tool in tools.values():
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
    values = tools["create_persons"].input_schema["properties"]["values"]
    assert values["properties"]["family_name"]["type"] == ["string", "null"]
    assert tools["list_persons"].annotations.read_only_hint
    assert not tools["update_persons"].annotations.read_only_hint


def test_reading_and_searching(assistant, firm):
    found = assistant.call("search", q="futerkiste")
    assert [hit["title"] for hit in found["hits"]] == ["Alfreds Futterkiste"]
    read = assistant.call("read_organisations", id=str(firm.pk))
    assert read["record"]["address"]["city"] == "Berlin"
    page = assistant.call("list_organisations", filter='city = "Berlin"', fields=["name"], limit=5)
    assert page == {
        "items": [{"id": str(firm.pk), "name": "Alfreds Futterkiste"}], "next": None,
        "count": {"value": 1, "exact": True},
    }  # fmt: skip
    result = assistant.ask("tools/call", {"name": "list_organisations", "arguments": {}})
    mcp_types.CallToolResult.model_validate(result)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [("list_organisations", {"filter": "city ="}, ""), ("list_organisations", {"limit": 1000}, "maximum"),
     ("read_organisations", {"id": "x"}, "uuid"), ("read_organisations", {}, "'id' is a required property"),
     ("read_organisations", {"id": NOBODY}, "There is no such record"),
     ("search", {"q": "x", "object": "y"}, "Additional properties"),
     ("create_organisations", {"values": {"nme": "x"}}, "nme"), ("create_organisations", {"values": {}}, ""),
     ("update_organisations", {"id": NOBODY, "values": {"name": "x"}}, "no such record")],
)  # fmt: skip
def test_wrong_arguments_are_told_to_the_assistant(assistant, tool, arguments, words):
    problem = assistant.refused(tool, **arguments)
    assert words in problem["detail"] + str(problem.get("errors", ""))
    assert not ChangeSet.objects.filter(via="assistant").exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [(b"{", 400, -32700), ([], 400, -32600), ({"id": 1, "method": "ping"}, 400, -32600),
     ({"jsonrpc": "2.0", "id": None, "method": "ping"}, 400, -32600),
     ({"jsonrpc": "2.0", "id": 1, "method": "tools/dance"}, 200, -32601),
     ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "dance"}}, 200, -32602),
     ({"jsonrpc": "2.0", "id": 1, "method": "initialize"}, 200, -32602),
     ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": 7}, 400, -32600)],
)  # fmt: skip
def test_what_is_no_message_is_refused_as_the_protocol_says(assistant, body, status, code):
    response = assistant.send(body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_other_revisions_other_sites_and_other_methods_are_refused(assistant, client):
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert assistant.send(ping, **{"MCP-Protocol-Version": "2024-11-05"}).status_code == 400
    assert assistant.send(ping, Origin="https://elsewhere.example").status_code == 403
    assert assistant.send(ping, Origin="http://testserver").status_code == 200
    assert assistant.client.get("/mcp").status_code == 405
    refused = client.post("/mcp", b"{}", content_type="application/json")
    assert (refused.status_code, refused["WWW-Authenticate"][:6]) == (401, "Bearer")


def test_an_assistant_may_what_its_user_and_its_token_may(jana, firm):
    reading = Assistant(jana, scopes=["read:organisations"])
    names = {tool["name"] for tool in reading.ask("tools/list")["tools"]}
    assert {"search", "list_organisations", "read_organisations"} <= names
    assert not any(name.startswith(("create", "update")) or name.endswith("persons") for name in names)
    stranger = a_user("Max Horn", role="sales")
    set_grants(stranger.roles.get(), scopes={("organisations", Action.READ): Scope.OWN}, by=None)
    other = Assistant(stranger)
    assert other.refused("read_organisations", id=str(firm.pk))["status"] == 404
    assert other.call("list_organisations")["items"] == []
    assert other.call("search", q="Futterkiste")["hits"] == []
