"""Tasks and appointments out of the composer, what follows from a contact, and both in somebody's day."""

import datetime as dt
from html import unescape

import pytest
from django.utils import timezone

from kundig.accounts.actions import change_preferences, find_role, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.timeline.actions import give_task
from kundig.timeline.models import Appointment, Task, Touchpoint
from kundig.timeline.panels.composing import follow_up
from kundig.timeline.protocol import composer_tabs, day_sources
from tests.parties.factories import a_scoped_user

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def web(client, svenja):
    change_preferences(svenja, values={"language": "en"})
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    return client


def test_task_from_the_composer(web, dairy, svenja, jana):
    assert {"task", "appointment"} <= {tab.key for tab in composer_tabs()}
    sent = {"title": "Send the prices", "assignee": str(jana.pk), "due_on": "2026-12-01"}
    answer = web.post(f"/parties/{dairy.pk}/tasks/", sent, headers=PART)
    assert "Noted for Tuesday 1 December." in answer.content.decode()
    task = Task.objects.get()
    assert (task.title, task.party_id, task.assignee, task.given_by) == ("Send the prices", dairy.pk, jana, svenja)
    refused = web.post(f"/parties/{dairy.pk}/tasks/", {**sent, "title": " "}, headers=PART)
    assert (refused.status_code, "Say what is to be done." in unescape(refused.content.decode())) == (422, True)
    assert web.post(f"/parties/{dairy.pk}/tasks/", {**sent, "assignee": "x"}, headers=PART).status_code == 404


def test_appointment_from_the_composer(web, dairy):
    sent = {"title": "Visit", "kind": "visit", "starts_at": "2026-12-01T10:00", "ends_at": "2026-12-01T09:00"}
    refused = web.post(f"/parties/{dairy.pk}/appointments/", sent, headers=PART)
    assert refused.status_code == 422
    assert "The appointment ends before it begins" in refused.content.decode()
    answer = web.post(f"/parties/{dairy.pk}/appointments/", {**sent, "ends_at": "2026-12-01T11:30"}, headers=PART)
    assert answer.status_code == 200
    made = Appointment.objects.get()
    assert (made.kind, made.party_id, made.ends_at - made.starts_at) == ("visit", dairy.pk, dt.timedelta(minutes=90))


def test_stranger_notes_nothing(client, dairy):
    client.force_login(a_scoped_user("Stranger", Scope.OWN), backend="kundig.accounts.backends.AccessBackend")
    for part, sent in (("tasks", {"title": "A"}), ("appointments", {"title": "A", "starts_at": "2026-12-01T10:00"})):
        assert client.post(f"/parties/{dairy.pk}/{part}/", sent, headers=PART).status_code == 404
    assert not Task.objects.exists()
    assert not Appointment.objects.exists()


def test_what_follows_from_a_contact_is_a_task(dairy, svenja):
    follow_up(dairy, dt.date(2026, 12, 1), "", svenja)
    task = Task.objects.get()
    assert (task.title, task.due_on, task.assignee) == ("Follow up", dt.date(2026, 12, 1), svenja)


def test_what_is_due_stands_in_the_day(dairy, svenja):
    svenja, today = User.objects.with_access(svenja.pk), timezone.localdate()
    late = give_task(title="Send the prices", party=dairy, due_on=today - dt.timedelta(days=3), by=svenja)
    give_task(title="Much later", party=dairy, due_on=today + dt.timedelta(days=3), by=svenja)
    source = next(each for each in day_sources("contacts") if each.name == "tasks")
    (item,) = source.find(svenja, today, [svenja.pk])
    assert (item.party, item.reason, item.done) == (
        dairy.pk, "Due for 3 days: Send the prices", f"/tasks/{late.pk}/done/",
    )  # fmt: skip
    assert source.find(svenja, today, []) == []


def test_who_may_note_no_tasks_loses_no_words(web, dairy, svenja):
    offered, sent = "Come back to it", {"kind": "call", "body": "Long talk", "follow_up": "7"}
    assert offered in web.get(f"/compose/?party={dairy.pk}").content.decode()
    set_grants(find_role("sales"), scopes={("tasks", Action.CREATE): Scope.NONE}, by=None)
    assert offered not in web.get(f"/compose/?party={dairy.pk}").content.decode()
    answer = web.post(f"/history/{dairy.pk}/new/", sent, headers=PART)
    assert answer.status_code == 422 and "You may not create" in answer.content.decode()
    assert not Touchpoint.objects.exists() and not Task.objects.exists()
