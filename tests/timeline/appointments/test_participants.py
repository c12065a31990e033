"""Who else takes part in an appointment, a task or a contact, and who stands in for whom."""

import datetime as dt
import re
import threading
import time
from html import unescape

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from kundig.accounts.actions import change_preferences, name_deputy
from kundig.accounts.enums import Scope
from kundig.records import registry
from kundig.records.actions import create_record, delete_record
from kundig.timeline.actions import give_task, set_attendees, set_parties
from kundig.timeline.models import Appointment, Involvement, Task
from kundig.timeline.panels.participants import participants_of
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user, an_organisation
from tests.timeline.touchpoints.test_recording import a_call

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def web(client, svenja):
    return signed_in(client, svenja)


def signed_in(client, user):
    change_preferences(user, values={"language": "en"})
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


@pytest.fixture
def visit(svenja, dairy):
    values = {"title": "Jahresgespräch", "party": dairy.pk, "starts_at": timezone.now() + dt.timedelta(days=2)}
    return create_record(registry.get("appointments"), values, by=svenja)


def test_customers_and_colleagues_come_to_an_appointment_and_leave_it(web, svenja, jana, visit, katrin):
    address = f"/appointments/{visit.pk}/participants/"
    answer = web.post(address, {"party": str(katrin.pk), "user": str(jana.pk)}, headers=PART)
    shown = unescape(answer.content.decode())
    assert ("Brought in." in shown, "Dr. Katrin Ohlendorf" in shown, "Without Jana Brandt" in shown) == (True,) * 3
    assert participants_of(visit) == [katrin.pk]
    assert [each.user for each in visit.attendees.all()] == [jana]
    web.post(address, {"without": str(katrin.pk)}, headers=PART)
    answer = web.post(address, {"without": str(jana.pk)}, headers=PART)
    assert (participants_of(visit), visit.attendees.count()) == ([], 0)
    assert web.post(re.search(r"/undo/[0-9a-f-]+/", answer.content.decode())[0], headers=PART).status_code == 200
    assert visit.attendees.count() == 1


def test_what_is_so_already_says_so_and_offers_nothing_to_take_back(web, visit, katrin):
    address = f"/appointments/{visit.pk}/participants/"
    web.post(address, {"party": str(katrin.pk)}, headers=PART)
    twice = web.post(address, {"party": str(katrin.pk)}, headers=PART).content.decode()
    assert "Already there." in twice and "/undo/" not in twice
    web.post(address, {"without": str(katrin.pk)}, headers=PART)
    gone = web.post(address, {"without": str(katrin.pk)}, headers=PART).content.decode()
    assert "Not there any more." in gone and "/undo/" not in gone and "Brought in" not in gone


def test_page_offers_it_to_those_who_may_change(web, visit, dairy):
    html = web.get(f"/appointments/{visit.pk}/").content.decode()
    assert f'hx-post="/appointments/{visit.pk}/participants/"' in html
    assert "Nobody else so far." in html


@pytest.mark.parametrize("sent", [{}, {"party": "x"}, {"party": "01890000-0000-7000-8000-000000000000"}])
def test_nobody_comes_who_is_not_there(web, visit, sent):
    answer = web.post(f"/appointments/{visit.pk}/participants/", sent, headers=PART)
    words = "One of these customers is not there" if len(sent.get("party", "")) > 1 else "Choose whom to bring in."
    assert (answer.status_code, words in unescape(answer.content.decode())) == (422, True)
    assert participants_of(visit) == []


def test_further_customers_of_a_task_and_a_contact(web, svenja, dairy, katrin):
    task = give_task(title="Preise", party=dairy, by=svenja)
    made = a_call(dairy, by=svenja)
    web.post(f"/tasks/{task.pk}/participants/", {"party": str(katrin.pk)}, headers=PART)
    web.post(f"/history/{dairy.pk}/{made.pk}/people/", {"party": str(katrin.pk)}, headers=PART)
    assert (participants_of(task), participants_of(made)) == ([katrin.pk], [katrin.pk])
    assert f'hx-post="/history/{dairy.pk}/{made.pk}/people/"' in web.get(f"/touchpoints/{made.pk}/").content.decode()
    web.post(f"/history/{dairy.pk}/{made.pk}/people/", {"without": str(katrin.pk)}, headers=PART)
    assert not Involvement.objects.exists()


def test_whom_one_may_not_see_is_a_number_and_stays(client, svenja, dairy, visit):
    own = a_scoped_user("Ute", Scope.OWN)
    other = an_organisation(by=svenja, name="Geheim GmbH")
    set_parties(visit, [other], by=svenja)
    set_attendees(visit, [own], by=svenja)
    html = signed_in(client, own).get(f"/appointments/{visit.pk}/").content.decode()
    assert ("1 more whom you may not see" in html, "Geheim" in html) == (True, False)
    answer = client.post(f"/appointments/{visit.pk}/participants/", {"without": str(other.pk)}, headers=PART)
    assert (answer.status_code, participants_of(visit)) == (403, [other.pk])


def test_task_for_somebody_away_names_the_deputy_and_goes_there_with_one_click(web, svenja, jana, dairy):
    otto, today = a_user("Otto Weiss", role="sales"), timezone.localdate()
    name_deputy(otto, deputy=jana, starts_on=today, ends_on=today + dt.timedelta(days=6), by=None)
    sent = {"title": "Send the prices", "assignee": str(otto.pk), "due_on": str(today)}
    html = unescape(web.post(f"/parties/{dairy.pk}/tasks/", sent, headers=PART).content.decode())
    task = Task.objects.get()
    assert ("Otto Weiss is away until" in html, "Give it to Jana Brandt" in html) == (True, True)
    assert "Give it to Jana Brandt" in web.get(f"/tasks/{task.pk}/").content.decode()
    answer = web.post(f"/tasks/{task.pk}/deputy/", headers=PART)
    task.refresh_from_db()
    assert ("Given to Jana Brandt." in answer.content.decode(), task.assignee) == (True, jana)
    assert "is away" not in web.get(f"/tasks/{task.pk}/").content.decode()
    assert web.post(f"/tasks/{task.pk}/deputy/", headers=PART).status_code == 422


def test_task_after_the_absence_is_no_matter_of_the_deputy(web, svenja, jana, dairy):
    otto, today = a_user("Otto Weiss", role="sales"), timezone.localdate()
    name_deputy(otto, deputy=jana, starts_on=today, ends_on=today + dt.timedelta(days=6), by=None)
    task = give_task(title="Preise", party=dairy, assignee=otto, due_on=today + dt.timedelta(days=7), by=svenja)
    assert "is away" not in web.get(f"/tasks/{task.pk}/").content.decode()


def waiting_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def at_once(address, user, *, times, meanwhile=lambda: None):
    """The same person is brought in so many times while somebody else holds the record; what was answered."""
    answers = []

    def bring():
        browser = Client()
        browser.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        ready.wait(timeout=60)
        answers.append(browser.post(address[0], address[1], headers=PART))
        connection.close()

    ready = threading.Barrier(times + 1)
    threads = [threading.Thread(target=bring) for _time in range(times)]
    for thread in threads:
        thread.start()
    with transaction.atomic():
        Appointment.objects.select_for_update().get(pk=address[0].split("/")[2])
        ready.wait(timeout=60)
        deadline = time.monotonic() + 60
        while waiting_for_a_lock() < times:
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.02)
        meanwhile()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.django_db(transaction=True)
def test_the_same_person_brought_in_by_two_at_once_is_there_once(svenja, visit, katrin):
    change_preferences(svenja, values={"language": "en"})
    answers = at_once((f"/appointments/{visit.pk}/participants/", {"party": str(katrin.pk)}), svenja, times=2)
    assert [answer.status_code for answer in answers] == [200, 200]
    said = sorted("Already there." in answer.content.decode() for answer in answers)
    assert (said, participants_of(visit)) == ([False, True], [katrin.pk])


@pytest.mark.django_db(transaction=True)
def test_nobody_is_brought_into_what_is_deleted_meanwhile(svenja, visit, katrin):
    place = (f"/appointments/{visit.pk}/participants/", {"party": str(katrin.pk)})
    (answer,) = at_once(
        place, svenja, times=1, meanwhile=lambda: delete_record(registry.get("appointments"), visit, by=svenja)
    )
    assert answer.status_code == 404
    assert not Appointment.objects.exists()
