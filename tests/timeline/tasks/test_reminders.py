"""Reminding: once, who it concerns and who stands in, in words; by push where a browser wants it."""

import base64
import datetime as dt
import json

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.utils import timezone

from kundig.accounts.actions import name_deputy
from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.notices.actions import save_wishes
from kundig.notices.models import Notice
from kundig.notices.queries import notices_of, shown
from kundig.platform import outbox
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.timeline.actions import (
    finish_task,
    give_task,
    public_key,
    push,
    remind,
    set_attendees,
    subscribe,
    unsubscribe,
)
from kundig.timeline.actions.reminding import push_reminder
from kundig.timeline.models import PushKey, PushSubscription, Task
from tests.listening import a_listener
from tests.parties.factories import a_scoped_user

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)


def told(user):
    return [(each.headline, each.text, each.url) for each in shown(list(notices_of(user)), to=user)]


def test_reminded_once_when_the_time_has_come(house, jana, svenja):
    task = give_task(title="Send the prices", assignee=svenja, due_on=dt.date(2026, 11, 25), remind_at=MORNING, by=jana)
    assert remind(now=MORNING - dt.timedelta(minutes=1)) == 0
    assert remind(now=MORNING) == 1
    assert remind(now=MORNING) == 0
    assert told(svenja) == [("Send the prices", "It is due on 25 Nov 2026.", f"/tasks/{task.pk}/")]
    assert told(jana) == []


def test_of_what_is_done_nobody_is_reminded(house, jana):
    finish_task(give_task(title="Send the prices", remind_at=MORNING, by=jana), by=jana)
    assert remind(now=MORNING) == 0


def test_what_was_to_be_told_long_ago_is_not(house, jana):
    give_task(title="Imported", remind_at=MORNING, by=jana)
    assert remind(now=MORNING + dt.timedelta(days=8)) == 0
    assert Task.objects.exclude(reminded_at=None).count() == 1


def test_put_off_it_reminds_again(house, jana):
    task = give_task(title="Send the prices", due_on=dt.date(2026, 11, 25), remind_at=MORNING, by=jana)
    remind(now=MORNING)
    from kundig.timeline.actions import postpone_task

    postpone_task(task, dt.date(2026, 11, 27), by=jana)
    assert remind(now=MORNING + dt.timedelta(days=1)) == 0
    assert remind(now=MORNING + dt.timedelta(days=2)) == 1


def test_guests_and_deputies_are_reminded_of_appointments(house, jana):
    absent, deputy, guest = (a_scoped_user(name, Scope.OWN) for name in ("Absent", "Deputy", "Guest"))
    today = timezone.localdate()
    name_deputy(absent, deputy=deputy, starts_on=today, ends_on=today, by=None)
    values = {
        "title": "Visit", "starts_at": MORNING, "place": "Hall 2", "owner": absent,
        "remind_at": MORNING - dt.timedelta(minutes=15),
    }  # fmt: skip
    made = create_record(registry.get("appointments"), values, by=jana)
    set_attendees(made, [guest], by=jana)
    assert remind(now=MORNING) == 3
    for user in (absent, deputy, guest):
        assert told(User.objects.with_access(user.pk)) == [
            ("Visit", "It begins 24 Nov 2026 09:00, Hall 2.", f"/appointments/{made.pk}/")
        ]


def test_who_may_not_see_it_is_not_told(house, jana):
    blind = a_scoped_user("Blind", Scope.NONE)
    give_task(title="Secret", assignee=blind, remind_at=MORNING, by=jana)
    assert remind(now=MORNING) == 0
    assert not Notice.objects.filter(kind="reminder").exists()


def test_who_gave_a_task_hears_that_it_is_done(house, jana, svenja, django_capture_on_commit_callbacks):
    task = give_task(title="Send the prices", assignee=svenja, by=jana)
    outbox.prepare()
    from kundig.timeline.events import TaskDone
    from kundig.timeline.handlers.planning import tell_who_gave_it

    finish_task(task, by=svenja)
    for _twice in range(2):
        tell_who_gave_it(TaskDone(task.pk, svenja.pk))
    assert told(jana) == [("Send the prices", "Svenja Kroll has done this.", f"/tasks/{task.pk}/")]
    assert told(svenja) == []


# -- web push ---------------------------------------------------------------------------------------------------------


class Browser:
    """What a browser keeps to itself, and what it hands over."""

    def __init__(self, endpoint):
        self.private, self.auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
        encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        self.values = {
            "endpoint": endpoint, "browser": "Firefox, Linux",
            "p256dh": base64.urlsafe_b64encode(self.private.public_key().public_bytes(encoding, form)).decode(),
            "auth": base64.urlsafe_b64encode(self.auth).decode().rstrip("="),
        }  # fmt: skip

    def reads(self, body):
        return json.loads(http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth, version="aes128gcm"))


def test_only_the_browser_can_read_it_and_the_house_has_signed_it(house, jana, settings):
    settings.PRIVATE_ADDRESSES = True
    with a_listener() as server:
        browser = Browser(f"http://127.0.0.1:{server.server_port}/push/1")
        subscribe(jana, browser.values)
        assert push(jana, title="Molkerei", text="Fällig heute", url="/tasks/1/") == 1
        ((headers, body),) = server.requests
    assert b"Molkerei" not in body
    assert browser.reads(body) == {"title": "Molkerei", "text": "Fällig heute", "url": "/tasks/1/", "tag": ""}
    assert (headers["Content-Encoding"], headers["TTL"]) == ("aes128gcm", "86400")
    signed, _comma, key = headers["Authorization"].removeprefix("vapid t=").partition(", k=")
    assert key == public_key()
    point = base64.urlsafe_b64decode(key + "=")
    said = jwt.decode(
        signed, ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point), algorithms=["ES256"],
        audience=f"http://127.0.0.1:{server.server_port}",
    )  # fmt: skip
    assert said["sub"].startswith("mailto:")
    assert PushSubscription.objects.get().told_at is not None


def test_private_key_lies_sealed(jana):
    public_key()
    assert "PRIVATE" not in PushKey.objects.get().sealed
    assert public_key() == public_key()


@pytest.mark.parametrize("status", [404, 410])
def test_browser_that_is_gone_is_forgotten(house, jana, settings, status):
    settings.PRIVATE_ADDRESSES = True
    with a_listener() as server:
        server.answers.append(status)
        subscribe(jana, Browser(f"http://127.0.0.1:{server.server_port}/push/1").values)
        assert push(jana, title="A", text="", url="/") == 0
    assert not PushSubscription.objects.exists()


def test_browser_that_fails_too_often_is_forgotten(house, jana, settings):
    settings.PRIVATE_ADDRESSES = True
    with a_listener() as server:
        server.answers += [500] * 10
        subscribe(jana, Browser(f"http://127.0.0.1:{server.server_port}/push/1").values)
        for _attempt in range(9):
            push(jana, title="A", text="", url="/")
        assert PushSubscription.objects.get().failures == 9
        push(jana, title="A", text="", url="/")
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"endpoint": "http://push.example/1"}, "The address must begin with https://."),
        ({"endpoint": "https://127.0.0.1/1"}, "127.0.0.1 leads into a private network."),
        ({"endpoint": "https://push.example/" + "x" * 2000}, "This address is too long."),
        ({"p256dh": "short"}, "This browser has not given a key by which it can be told anything."),
        ({"p256dh": "\x00"}, "This browser has not given a key by which it can be told anything."),
        ({"p256dh": "BA" + "A" * 85}, "This browser has not given a key by which it can be told anything."),
        ({"auth": "MDEyMzQ1Njc4OWFiY2RlZg\x00"},
         "This browser has not given a key by which it can be told anything."),
        ({"endpoint": "https://push.example/\x00"}, "This address contains characters that no address has."),
        ({"auth": ""}, "This browser has not given a key by which it can be told anything."),
    ],
)  # fmt: skip
def test_what_is_no_browser_of_the_world_is_refused(jana, changed, why):
    with pytest.raises(ValidationError) as refused:
        subscribe(jana, {**Browser("https://push.example/1").values, **changed})
    assert refused.value.messages == [why]
    assert not PushSubscription.objects.exists()


def test_browser_whose_key_is_none_keeps_nobody_from_being_told(house, jana, settings):
    settings.PRIVATE_ADDRESSES = True
    with a_listener() as server:
        url = f"http://127.0.0.1:{server.server_port}/push/"
        broken = subscribe(jana, Browser(f"{url}1").values)
        subscribe(jana, Browser(f"{url}2").values)
        PushSubscription.objects.filter(pk=broken.pk).update(public="BA" + "A" * 85)
        assert push(jana, title="A", text="", url="/") == 1
    broken.refresh_from_db()
    assert broken.failures == 1


def test_browser_is_ones_own_and_ends_by_a_click(jana, svenja):
    browser = Browser("https://push.example/1")
    found = subscribe(jana, browser.values)
    assert not unsubscribe(svenja, subscription_id=found.pk)
    assert not unsubscribe(jana, endpoint="https://push.example/1\x00")
    assert unsubscribe(jana, endpoint="https://push.example/1")
    assert not PushSubscription.objects.exists()
    subscribe(jana, browser.values)
    assert subscribe(svenja, browser.values).user == svenja, "who signs in there now is told, and nobody else"
    assert PushSubscription.objects.count() == 1


def test_reminder_starts_a_push_for_those_with_browsers(house, jana, svenja):
    subscribe(jana, Browser("https://push.example/1").values)
    for user in (jana, svenja):
        give_task(title="Send the prices", assignee=user, remind_at=MORNING, by=jana)
    assert remind(now=MORNING) == 2
    told_of = Task.objects.get(assignee=jana)
    assert JobRun.objects.get(kind="push").arguments == {
        "user_id": str(jana.pk), "object_name": "tasks", "record_id": str(told_of.pk),
    }  # fmt: skip


def test_push_says_what_there_is_now(house, jana, settings):
    settings.PRIVATE_ADDRESSES = True
    values = {"title": "Visit", "starts_at": MORNING, "place": "Hall 2"}
    made = create_record(registry.get("appointments"), values, by=jana)
    with a_listener() as server:
        browser = Browser(f"http://127.0.0.1:{server.server_port}/push/1")
        subscribe(jana, browser.values)
        assert push_reminder(jana.pk, "appointments", made.pk) == 1
        ((_headers, body),) = server.requests
        url = f"/appointments/{made.pk}/"
        words = "It begins 24 Nov 2026 09:00, Hall 2."
        assert browser.reads(body) == {"title": "Visit", "text": words, "url": url, "tag": url}
        gone = made.pk
        made.delete()
        assert push_reminder(jana.pk, "appointments", gone) == 0


def test_who_wants_to_hear_of_nothing_is_pushed_nothing(house, jana):
    subscribe(jana, Browser("https://push.example/1").values)
    save_wishes(jana, {"ways": {"reminder": "off"}, "rest_begins": "", "rest_ends": "", "days_off": []})
    give_task(title="Send the prices", remind_at=MORNING, by=jana)
    assert remind(now=MORNING) == 0
    assert not JobRun.objects.filter(kind="push").exists()
