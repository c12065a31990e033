import json
import socket
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kundig.notices.models import Notice
from kundig.platform import jobs, outbox
from kundig.records import erasure, registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.events import Via
from kundig.records.ledger.sets import change_set
from kundig.webhooks.actions import (
    activate_webhook,
    pause_webhook,
    perform_waiting,
    renew_secret,
    resend,
    send_test,
)
from kundig.webhooks.models import Delivery, Webhook
from kundig.webhooks.rules import signature
from tests.webhooks.factories import a_webhook, work

pytestmark = pytest.mark.django_db(transaction=True)


def organisations():
    return registry.get("organisations")


def sent(listener):
    return [json.loads(body) for _headers, body in listener.requests]


def due():
    """The clock has come to the next attempts."""
    Delivery.objects.filter(state="waiting").update(next_at=timezone.now())


def test_what_happens_is_told_signed(listener, svenja, jana):
    _webhook, secret = a_webhook(listener, by=jana)
    record = create_record(organisations(), {"name": "Anker", "city": "Kiel"}, by=svenja)
    key = str(record.pk)
    work()
    change_record(organisations(), record, {"city": "Lübeck"}, by=svenja, via=Via.API)
    work()
    delete_record(organisations(), record, by=svenja)
    work()
    told = sent(listener)
    assert [each["type"] for each in told] == [
        "organisations.created", "organisations.changed", "organisations.deleted",
    ]  # fmt: skip
    data = told[1]["data"]
    assert (data["object"], data["what"], data["via"], data["by"]) == (
        "organisations", "changed", "api", str(svenja.pk),
    )  # fmt: skip
    assert data["records"] == [{"id": key}]
    for headers, body in listener.requests:
        stamp = int(headers["webhook-timestamp"])
        assert abs(timezone.now().timestamp() - stamp) < 60
        assert headers["webhook-signature"] == signature(
            [secret], message_id=headers["webhook-id"], timestamp=stamp, body=body
        )
    assert set(Delivery.objects.values_list("state", "status")) == {("done", 200)}


def test_the_record_is_told_as_it_is_when_it_is_sent_and_kept_nowhere(listener, svenja, jana):
    a_webhook(listener, by=jana, with_record=True)
    record = create_record(organisations(), {"name": "Anker", "city": "Kiel"}, by=svenja)
    change_record(organisations(), record, {"city": "Lübeck"}, by=svenja)
    work()
    created = sent(listener)[0]
    assert (created["type"], created["data"]["records"][0]["record"]["address"]["city"]) == (
        "organisations.created", "Lübeck",
    )  # fmt: skip
    assert "Anker" not in json.dumps(list(Delivery.objects.values()), default=str)
    listener.requests.clear()
    other = create_record(organisations(), {"name": "Bolzen"}, by=svenja)
    erasure.erase_record(organisations(), other, by=jana)
    work()
    assert [each["data"]["records"][0]["record"] for each in sent(listener)] == [None, None]


def test_only_what_was_subscribed_to_is_told(listener, svenja, jana):
    a_webhook(listener, by=jana, topics=["organisations.deleted", "persons.created"])
    record = create_record(organisations(), {"name": "Anker"}, by=svenja)
    create_record(registry.get("households"), {"name": "Familie Anders"}, by=svenja)
    work()
    assert listener.requests == []
    delete_record(organisations(), record, by=svenja)
    work()
    assert [each["type"] for each in sent(listener)] == ["organisations.deleted"]


def test_many_at_once_are_told_together(listener, svenja, jana):
    a_webhook(listener, by=jana)
    with change_set(by=svenja, via=Via.IMPORT):
        for number in range(3):
            create_record(organisations(), {"name": f"Anker {number}"}, by=svenja, via=Via.IMPORT)
    work()
    assert sum(len(each["data"]["records"]) for each in sent(listener)) == 3


def test_who_is_twice_in_a_change_set_is_told_once(listener, svenja, jana):
    a_webhook(listener, by=jana)
    record = create_record(organisations(), {"name": "Anker"}, by=svenja)
    work()
    listener.requests.clear()
    with change_set(by=svenja):
        change_record(organisations(), record, {"city": "Kiel"}, by=svenja)
        change_record(organisations(), record, {"city": "Lübeck"}, by=svenja)
    work()
    assert [each["type"] for each in sent(listener)] == ["organisations.changed"]


def test_what_is_not_taken_is_sent_again_later(listener, svenja, jana):
    a_webhook(listener, by=jana)
    listener.answers = [503, 200]
    create_record(organisations(), {"name": "Anker"}, by=svenja)
    work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.status) == ("waiting", 1, 503)
    assert delivery.error == "The other program answered with 503."
    assert timedelta(seconds=1) < delivery.next_at - timezone.now() < timedelta(seconds=6)
    assert Webhook.objects.get().failing_since is not None
    due()
    perform_waiting()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.error) == ("done", 2, "")
    assert Webhook.objects.get().failing_since is None
    assert len({headers["webhook-id"] for headers, _body in listener.requests}) == 1


def test_one_that_fails_keeps_no_other_from_being_told(listener, svenja, jana):
    a_webhook(listener, by=jana, address="http://127.0.0.1:9/", name="A")
    a_webhook(listener, by=jana, name="B")
    for name in ("Anker", "Bolzen"):
        create_record(organisations(), {"name": name}, by=svenja)
    while outbox.deliver():
        pass
    perform_waiting()
    assert len(listener.requests) == 2
    assert sorted(Delivery.objects.values_list("webhook__name", "state", "attempts")) == [
        ("A", "waiting", 0), ("A", "waiting", 1), ("B", "done", 1), ("B", "done", 1),
    ]  # fmt: skip


def test_after_three_days_without_success_it_is_switched_off_and_its_maker_told(listener, svenja, jana):
    webhook, _secret = a_webhook(listener, by=jana)
    listener.answers = [500, 500]
    create_record(organisations(), {"name": "Anker"}, by=svenja)
    work()
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=3))
    due()
    work()
    webhook.refresh_from_db()
    assert webhook.state == "off"
    assert webhook.state_reason == "It has taken nothing for three days. Last: The other program answered with 500."
    assert Delivery.objects.get().state == "failed"
    notice = Notice.objects.get(reader=jana)
    assert (notice.kind, notice.url) == ("webhook_off", f"/settings/webhooks/{webhook.pk}/")
    create_record(organisations(), {"name": "Bolzen"}, by=svenja)
    work()
    assert Delivery.objects.count() == 1
    activate_webhook(webhook, by=jana)
    resend(Delivery.objects.select_related("webhook").get(), by=jana)
    work()
    assert Delivery.objects.get().state == "done"


def test_who_says_that_it_is_gone_is_asked_no_more(listener, svenja, jana):
    webhook, _secret = a_webhook(listener, by=jana)
    listener.answers = [410]
    create_record(organisations(), {"name": "Anker"}, by=svenja)
    work()
    webhook.refresh_from_db()
    assert (webhook.state, webhook.state_reason) == ("off", "The other program says that it is gone for good (410).")


def test_the_last_attempt_ends_it(listener, svenja, jana):
    a_webhook(listener, by=jana)
    listener.answers = [500] * 10
    create_record(organisations(), {"name": "Anker"}, by=svenja)
    work()
    for _attempt in range(9):
        due()
        work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.next_at) == ("failed", 10, None)


def test_a_paused_webhook_is_told_nothing(listener, svenja, jana):
    webhook, _secret = a_webhook(listener, by=jana)
    create_record(organisations(), {"name": "Anker"}, by=svenja)
    pause_webhook(webhook, by=jana)
    work()
    assert listener.requests == []
    with pytest.raises(ValidationError, match="Activate it first"):
        send_test(webhook, by=jana)


def test_after_a_new_secret_the_old_one_signs_for_a_day_too(listener, jana):
    webhook, old = a_webhook(listener, by=jana)
    new = renew_secret(webhook, by=jana)
    send_test(webhook, by=jana)
    work()
    ((headers, body),) = listener.requests
    about = {"message_id": headers["webhook-id"], "timestamp": int(headers["webhook-timestamp"]), "body": body}
    assert headers["webhook-signature"] == signature([new, old], **about)
    Webhook.objects.update(old_until=timezone.now())
    send_test(Webhook.objects.get(), by=jana)
    work()
    assert len(listener.requests[1][0]["webhook-signature"].split(" ")) == 1
    assert old not in json.dumps(list(Webhook.objects.values()), default=str)


def test_a_name_that_leads_inside_by_the_time_it_is_sent_gets_nothing(listener, svenja, jana, settings, monkeypatch):
    """DNS rebinding: public while it was checked, private when it counts."""
    a_webhook(listener, by=jana, address="https://shop.example.com/hook")
    settings.PRIVATE_ADDRESSES = False
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", listener.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: inside)
    create_record(organisations(), {"name": "Anker"}, by=svenja)
    work()
    assert listener.requests == []
    assert Delivery.objects.get().error == "shop.example.com leads into a private network."


def test_the_invented_company_is_nobodys_news(listener, svenja, jana):
    a_webhook(listener, by=jana)
    create_record(organisations(), {"name": "Anker"}, by=svenja, via=Via.SAMPLE)
    work()
    assert not Delivery.objects.exists()


def test_old_deliveries_are_forgotten(listener, jana):
    webhook, _secret = a_webhook(listener, by=jana)
    Delivery.objects.create(webhook=webhook, topic="test", finished_at=timezone.now() - timedelta(days=31))
    Delivery.objects.create(webhook=webhook, topic="test", next_at=timezone.now())
    assert jobs.run_now("webhook_upkeep", title="", by=None).result == {"deliveries": 1}
    assert Delivery.objects.count() == 1
