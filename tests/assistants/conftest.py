import json

import pytest
from django.test import Client
from django.utils import translation

from kundig.accounts.actions import create_token
from kundig.records.rest import limits
from tests.accounts.factories import an_administrator
from tests.people import svenja  # noqa: F401 - fixtures

HEADERS = {
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-06-18",
    "Accept-Language": "en",
}


class Assistant:
    """An assistant with the token of a user."""

    def __init__(self, user, *, scopes=("write",)):
        self.user = user
        self.token = create_token(user, name="Schreibhilfe", by=user, scopes=list(scopes))
        self.client = Client()

    def send(self, message, **headers):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        given = {**HEADERS, "Authorization": f"Bearer {self.token}", **headers}
        return self.client.post("/mcp", body, content_type="application/json", headers=given)

    def ask(self, method, params=None):
        """The result of a request."""
        response = self.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}})
        assert response.status_code == 200, response.content
        return response.json()["result"]

    def call(self, name, **arguments):
        """What a tool answers."""
        result = self.ask("tools/call", {"name": name, "arguments": arguments})
        assert not result["isError"], result
        return result["structuredContent"]

    def refused(self, name, **arguments):
        """Why a tool refuses."""
        result = self.ask("tools/call", {"name": name, "arguments": arguments})
        assert result["isError"], result
        return result["structuredContent"]


@pytest.fixture(autouse=True)
def _english():
    limits.requests._buckets.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def jana(db):
    """Jana Brandt administers."""
    return an_administrator()


@pytest.fixture
def assistant(jana):
    return Assistant(jana)
