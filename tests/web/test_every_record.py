"""Every described object at the API: its owner's and the team's, and nobody else's."""

import json

import pytest
from django.test import Client

from kundig.accounts.actions import create_token
from kundig.accounts.models import Deputyship
from kundig.records import registry
from tests.web.test_every_address import COMMON, state, walk  # noqa: F401 - a fixture is found by its name

pytestmark = pytest.mark.django_db

BOOKS = {"bank-statements", "bank-entries"}
"""Nobody's own: only who may read all reads them."""


def test_every_resource_is_the_owners_and_not_the_strangers(walk):  # noqa: F811
    keys = {
        who: create_token(getattr(walk, who), name="test", scopes=["write"], by=None)
        for who in ("owner", "colleague", "stranger")
    }

    def ask(who, method, path, body=None):
        return Client().generic(
            method, path, json.dumps(body) if body else "", content_type="application/json",
            headers={"Authorization": f"Bearer {keys[who]}"},
        )  # fmt: skip

    records = {each: each.everything().first() for each in registry.descriptions() if not each.shared}
    assert [each.name for each, record in records.items() if record is None] == [], "World makes none"
    for described, record in records.items():
        listed, item = f"/api/v1/{described.name}", f"/api/v1/{described.name}/{record.pk}"
        if described.name in BOOKS:
            assert {ask(who, "GET", item).status_code for who in keys} == {404}, item
            continue
        assert ask("owner", "GET", item).status_code == 200, item
        assert str(record.pk) in ask("owner", "GET", listed).content.decode(), listed
        assert ask("colleague", "GET", item).status_code == 200, item
        is_common = described.name in COMMON
        if not is_common:
            assert ask("stranger", "GET", item).status_code == 404, item
            assert ask("stranger", "GET", listed).json()["items"] == [], listed
        fields = described.form_fields(walk.administrator)
        field = next((each for each in fields if each.kind.name in ("text", "long_text")), fields[-1])
        before = state()
        for who, status in (("stranger", (403,) if is_common else (404,)), ("colleague", (403,))):
            assert ask(who, "PATCH", item, {field.name: "Hacked"}).status_code in status, (who, item)
            assert ask(who, "DELETE", item).status_code in status, (who, item)
        assert state() == before, item
    assert Deputyship.objects.count() == 1
