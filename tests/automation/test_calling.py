"""Webhooks: signed, only to where nothing of the house can be reached, tried again when nobody answers."""

import hashlib
import hmac
import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kundig.automation.actions import perform_waiting
from kundig.automation.models import Rule, Run
from kundig.platform import outbox, outgoing
from kundig.records import registry
from kundig.records.actions import create_record
from tests.automation.factories import a_rule, work
from tests.listening import a_listener

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def listener():
    with a_listener() as found:
        yield found


def a_call(listener, *, by):
    outbox.prepare()
    address = f"http://127.0.0.1:{listener.server_port}/hook?a=1"
    return a_rule(by=by, steps=[{"action": "call", "values": {"address": address, "secret": "Geheimnis"}}])


def test_a_record_is_sent_signed(listener, svenja, jana, settings):
    settings.PRIVATE_ADDRESSES = True
    a_call(listener, by=jana)
    assert "Geheimnis" not in json.dumps(Rule.objects.get().steps)
    create_record(registry.get("organisations"), {"name": "Anker", "city": "Kiel"}, by=svenja)
    work()
    ((headers, body),) = listener.requests
    sent = json.loads(body)
    assert (sent["object"], sent["record"]["name"], sent["record"]["address"]["city"]) == (
        "organisations",
        "Anker",
        "Kiel",
    )
    assert headers["X-Kundig-Signature"] == "sha256=" + hmac.new(b"Geheimnis", body, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == str(Run.objects.get().pk)


def test_what_is_refused_is_tried_again_later(listener, svenja, jana, settings):
    settings.PRIVATE_ADDRESSES = True
    a_call(listener, by=jana)
    listener.answers = [503, 200]
    create_record(registry.get("organisations"), {"name": "Anker"}, by=svenja)
    work()
    run = Run.objects.get()
    assert (run.state, run.attempts, run.error) == ("waiting", 1, "Refused: The other program answered with 503.")
    assert run.next_at > timezone.now()
    Run.objects.update(next_at=timezone.now())
    perform_waiting()
    run.refresh_from_db()
    assert (run.state, run.results) == ("done", ["Sent; answer 200."])
    assert len({headers["Idempotency-Key"] for headers, _body in listener.requests}) == 1


@pytest.mark.parametrize(
    "address",
    ["http://example.com/", "https://127.0.0.1/", "https://localhost/x", "https://10.0.0.8/", "https://[::1]/",
     "https://169.254.169.254/latest/meta-data", "https://[::ffff:127.0.0.1]/", "ftp://example.com/", "https://a b/"],
)  # fmt: skip
def test_nothing_goes_into_the_house(address):
    with pytest.raises((outgoing.NotAllowed, outgoing.NoAnswer)):
        outgoing.request(address)


def test_nobody_there_is_told(settings):
    settings.PRIVATE_ADDRESSES = True
    with pytest.raises(outgoing.NoAnswer, match="did not answer"):
        outgoing.request("http://127.0.0.1:9/")


@pytest.mark.parametrize("address", ["https://10.0.0.8/hook", "https://localhost/hook", "https://crm.internal/hook"])
def test_a_private_address_is_refused_where_it_is_typed(jana, address):
    step = {"action": "call", "values": {"address": address}}
    with pytest.raises(ValidationError) as problem:
        a_rule(by=jana, steps=[step])
    assert "leads into a private network" in problem.value.message_dict["steps.0.address"][0]
