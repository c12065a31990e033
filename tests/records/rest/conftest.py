import json

import pytest
from django.db import connection
from django.test import Client

from kundig.accounts.actions import create_token
from kundig.records.rest import limits
from tests.accounts.factories import a_user, an_administrator


class Program:
    """A program that speaks to the API with the token of a user."""

    def __init__(self, user=None, *, token=""):
        self.user = user
        self.token = token or (user and create_token(user, name="test", by=None, scopes=["write"]))
        self.client = Client(raise_request_exception=True)

    def request(self, method, address, body=None, *, raw=None, content_type="application/json", **headers):
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        headers.setdefault("Accept-Language", "en")
        path = address if address.startswith("/") else f"/api/v1/{address}"
        return self.client.generic(
            method, path, data, content_type=content_type, headers={k: v for k, v in headers.items() if v is not None}
        )

    def get(self, address, **options):
        return self.request("GET", address, **options)

    def post(self, address, body=None, **options):
        return self.request("POST", address, body, **options)

    def patch(self, address, body=None, **options):
        return self.request("PATCH", address, body, **options)

    def delete(self, address, **options):
        return self.request("DELETE", address, **options)


@pytest.fixture(autouse=True)
def _fresh_limits():
    limits.requests._buckets.clear()
    limits.failures._buckets.clear()


@pytest.fixture
def administrator(db):
    return Program(an_administrator())


@pytest.fixture
def reader(db):
    return Program(a_user("Paula Roth", role="reader"))


@pytest.fixture
def stranger(db):
    return Program(token="kundig_nobody-has-this-one")


def wait_for_waiting(number):
    """Until so many connections wait for a lock."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return


def problem(response, status):
    """The problem in a response, after what is always true of one."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == status
    assert found["title"]
    assert found["detail"]
    return found
