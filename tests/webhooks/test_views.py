"""Webhooks in the API."""

import pytest

from kundig.accounts.actions import create_token
from kundig.records.rest.models import KeptAnswer
from kundig.webhooks.models import Delivery, Webhook
from tests.records.rest.conftest import Program, problem
from tests.records.rest.test_openapi import document, validator

pytestmark = pytest.mark.django_db

SHOP = {
    "name": "Web shop",
    "address": "https://shop.example.com/kundig",
    "topics": ["organisations.created", "persons.changed"],
}


@pytest.fixture
def program(jana):
    return Program(jana, token=create_token(jana, name="Setup", by=jana, scopes=["write", "administer"]))


def test_a_webhook_goes_through_its_life(program):
    written = document(program)
    validator(written, "WebhookCreate").validate(SHOP)
    created = program.post("webhooks", SHOP)
    assert created.status_code == 201, created.content
    validator(written, "WebhookWithSecret").validate(created.json())
    assert created.json()["secret"].startswith("whsec_")
    address = created["Location"]
    found = program.get(address).json()
    validator(written, "Webhook").validate(found)
    assert "secret" not in found
    assert program.get("webhooks").json() == {"items": [found]}
    changed = program.patch(address, {"state": "paused", "with_record": True}).json()
    assert (changed["state"], changed["with_record"], changed["topics"]) == ("paused", True, SHOP["topics"])
    problem(program.post(f"{address}/test"), 409)
    assert program.patch(address, {"state": "active"}).json()["state"] == "active"
    test = program.post(f"{address}/test")
    validator(written, "WebhookDelivery").validate(test.json())
    assert (test.status_code, test.json()["type"], test.json()["state"]) == (202, "test", "waiting")
    log = program.get(f"{address}/deliveries?state=waiting").json()
    validator(written, "WebhookDeliveryList").validate(log)
    assert [each["id"] for each in log["items"]] == [test.json()["id"]]
    problem(program.post(f"{address}/deliveries/{test.json()['id']}/resend"), 409)
    Delivery.objects.update(state="failed", next_at=None)
    assert program.post(f"{address}/deliveries/{test.json()['id']}/resend").status_code == 202
    renewed = program.post(f"{address}/secret")
    validator(written, "WebhookSecret").validate(renewed.json())
    assert renewed.json()["secret"] != created.json()["secret"]
    assert program.delete(address).status_code == 204
    problem(program.get(address), 404)


def test_a_secret_is_told_once_also_to_the_same_request(program):
    first = program.post("webhooks", SHOP, **{"Idempotency-Key": "1"})
    renewed = program.post(f"{first['Location']}/secret", **{"Idempotency-Key": "2"})
    assert (first.status_code, renewed.status_code) == (201, 201)
    again = program.post("webhooks", SHOP, **{"Idempotency-Key": "1"})
    assert problem(again, 409)["detail"] == (
        "This was done already. Its answer told a secret, which is told once: if it was lost, renew it."
    )
    assert again["Location"] == first["Location"]
    problem(program.post(f"{first['Location']}/secret", **{"Idempotency-Key": "2"}), 409)
    assert Webhook.objects.count() == 1
    assert list(KeptAnswer.objects.values_list("body", flat=True)) == ["", ""]


def test_a_token_that_does_not_administer_is_never_told_a_secret(program, jana):
    key = {"Idempotency-Key": "1"}
    address = program.post("webhooks", SHOP)["Location"]
    assert program.post(f"{address}/secret", **key).status_code == 201
    narrow = Program(jana, token=create_token(jana, name="narrow", by=jana, scopes=["write"]))
    assert "secret" not in problem(narrow.post(f"{address}/secret", **key), 403)


@pytest.mark.parametrize(
    "address",
    ["http://shop.example.com/", "https://127.0.0.1/hook", "https://localhost/hook", "https://10.0.0.8/",
     "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[fe80::1]/", "https://crm.internal/",
     "https://user:word@shop.example.com/", "ftp://shop.example.com/", "shop", "https://[::ffff:10.0.0.1]/"],
)  # fmt: skip
def test_an_address_that_leads_inside_is_refused(program, address):
    assert list(problem(program.post("webhooks", {**SHOP, "address": address}), 422)["errors"]) == ["address"]
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"topics": []}, "Choose at least one."), ({"topics": ["organisation.created"]}, "Did you mean “organisations"),
     ({"topics": "organisations.created"}, "This may not be"), ({"topics": [7]}, "Expected a list of texts."),
     ({"name": ""}, "This is required."), ({"name": "x" * 81}, "at most 80"), ({"nme": "x"}, "Did you mean “name”?"),
     ({"state": "off"}, "Expected one of: active, paused."), ({"with_record": "yes"}, "This may not be")],
)  # fmt: skip
def test_wrong_values_are_told_at_their_field(program, change, words):
    errors = problem(program.post("webhooks", {**SHOP, **change}), 422)["errors"]
    assert [name for name in change if name in errors] == list(change)
    assert words in errors[next(iter(change))][0]
    assert not Webhook.objects.exists()


def test_webhooks_are_for_administrators_and_tokens_that_administer(program, jana, svenja):
    address = program.post("webhooks", SHOP)["Location"]
    for stranger in (Program(svenja), Program(jana)):  # the second token only writes
        for answer in (
            stranger.get("webhooks"), stranger.post("webhooks", SHOP), stranger.get(address),
            stranger.patch(address, {"name": "x"}), stranger.delete(address), stranger.post(f"{address}/secret"),
            stranger.get(f"{address}/deliveries"), stranger.post(f"{address}/test"),
        ):  # fmt: skip
            problem(answer, 403)
        assert "/webhooks" not in document(stranger)["paths"]
    problem(Program().get("webhooks"), 401)
    assert Webhook.objects.get().name == "Web shop"
    assert not Delivery.objects.exists()
