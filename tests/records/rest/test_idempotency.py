import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.utils import timezone

from kundig.accounts.actions import create_token, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.platform import jobs
from kundig.records import erasure, registry
from kundig.records.rest import idempotency
from kundig.records.rest.models import KeptAnswer
from tests.accounts.factories import an_administrator
from tests.records.rest.conftest import Program, problem, wait_for_waiting
from tests.records.rest.test_resources import member
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]

KEY = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}


def kept_for(program):
    """The row of a request that is being done."""
    caller = f"token:{program.user.tokens.get().pk}"
    return KeptAnswer.objects.create(user=program.user, caller=caller, key=KEY["Idempotency-Key"], request="x")


def test_the_same_request_is_done_once_and_answered_alike(administrator):
    first = administrator.post("courses", {"name": "Löten"}, **KEY)
    again = administrator.post("courses", {"name": "Löten"}, **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again["Location"], again["ETag"]) == (first.content, first["Location"], first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Course.objects.count() == 1
    assert administrator.post("courses", {"name": "Löten"}).status_code == 201
    assert Course.objects.count() == 2


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_changing_and_deleting_can_be_repeated_too(administrator, method):
    course = Course.objects.create(name="Löten")
    body = {"seats": 4} if method == "PATCH" else None
    answers = [administrator.request(method, f"courses/{course.pk}", body, **KEY) for _time in range(2)]
    assert answers[0].status_code == answers[1].status_code == (200 if body else 204)
    assert answers[0].content == answers[1].content


def test_another_request_with_the_same_key_is_refused(administrator):
    assert administrator.post("courses", {"name": "Löten"}, **KEY).status_code == 201
    found = problem(administrator.post("courses", {"name": "Fräsen"}, **KEY), 422)
    assert found["detail"] == (
        "This “Idempotency-Key” was sent with another request before. Take a new key for a new request."
    )
    problem(administrator.post("courses/rows", {"name": "Löten"}, **KEY), 422)
    assert list(Course.objects.values_list("name", flat=True)) == ["Löten"]


def test_keys_of_others_do_not_matter(administrator):
    other = Program(an_administrator("Paula Roth"))
    assert administrator.post("courses", {"name": "Löten"}, **KEY).status_code == 201
    assert other.post("courses", {"name": "Fräsen"}, **KEY).status_code == 201


def test_another_token_of_the_same_user_is_told_nothing(administrator):
    narrow = Program(
        administrator.user, token=create_token(administrator.user, name="narrow", by=None, scopes=["write:persons"])
    )
    first = administrator.post("courses", {"name": "Löten"}, **KEY)
    found = problem(narrow.post("courses", {"name": "Löten"}, **KEY), 403)
    assert "lacks the scope" in found["detail"]
    assert administrator.post("courses", {"name": "Löten"}, **KEY).content == first.content
    assert Course.objects.count() == 1


def test_who_has_other_rights_now_is_not_told_the_answer(administrator):
    program = member(Scope.ALL)
    assert program.post("courses", {"name": "Löten"}, **KEY).status_code == 201
    set_grants(program.user.roles.get(), scopes={("courses", Action.CREATE): Scope.NONE}, by=None)
    found = problem(program.post("courses", {"name": "Löten"}, **KEY), 409)
    assert found["detail"] == (
        "This was done already, but since then your rights have changed. Read what became of it."
    )
    assert Course.objects.count() == 1


def test_the_state_that_is_demanded_makes_another_request(administrator):
    made = administrator.post("courses", {"name": "Löten"})
    changed = administrator.patch(made["Location"], {"seats": 4}, **KEY, **{"If-Match": made["ETag"]})
    assert changed.status_code == 200
    problem(administrator.patch(made["Location"], {"seats": 4}, **KEY, **{"If-Match": changed["ETag"]}), 422)
    problem(administrator.patch(made["Location"], {"seats": 4}, **KEY), 422)
    again = administrator.patch(made["Location"], {"seats": 4}, **KEY, **{"If-Match": made["ETag"]})
    assert again["Idempotency-Replayed"] == "true"


def test_a_refused_request_leaves_its_key_free(administrator):
    problem(administrator.post("courses", {"name": ""}, **KEY), 422)
    assert not KeptAnswer.objects.exists()
    assert administrator.post("courses", {"name": "Löten"}, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "schlüssel"])
def test_a_key_that_is_none_is_refused(administrator, key):
    problem(administrator.post("courses", {"name": "Löten"}, **{"Idempotency-Key": key}), 400)
    assert not Course.objects.exists()


def test_an_upload_is_the_same_whatever_its_boundary(administrator, settings, tmp_path):
    settings.DATA = tmp_path
    headers = {"Authorization": f"Bearer {administrator.token}", **KEY}

    def upload(content):
        file = SimpleUploadedFile("zettel.txt", content, "text/plain")
        course = Course.objects.get()
        return administrator.client.post(f"/api/v1/courses/{course.pk}/files", {"file": file}, headers=headers)

    Course.objects.create(name="Löten")
    first, again, other = upload(b"eins"), upload(b"eins"), upload(b"zwei")
    assert (first.status_code, again.content) == (201, first.content)
    problem(other, 422)


def test_after_a_day_a_key_counts_as_new(administrator):
    administrator.post("courses", {"name": "Löten"}, **KEY)
    KeptAnswer.objects.update(at=timezone.now() - idempotency.KEPT - timedelta(seconds=1))
    assert administrator.post("courses", {"name": "Fräsen"}, **KEY).status_code == 201
    assert KeptAnswer.objects.count() == 1


def test_a_job_forgets_old_answers(administrator):
    administrator.post("courses", {"name": "Löten"}, **KEY)
    assert jobs.run_now("api_upkeep", title="", by=None).result == {"answers": 0}
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    assert jobs.run_now("api_upkeep", title="", by=None).result == {"answers": 1}


def test_erasing_a_record_erases_the_answers_that_tell_of_it(administrator):
    person = administrator.post("persons", {"first_name": "Maria", "family_name": "Anders"}, **KEY).json()["id"]
    administrator.post("courses", {"name": "Löten"}, **{"Idempotency-Key": "other"})
    description = registry.get("persons")
    erasure.erase_record(description, description.everything().get(pk=person), by=administrator.user)
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["other"]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_done_once():
    program = Program(an_administrator())
    answers = []

    def send():
        answers.append(program.post("courses", {"name": "Löten"}, **KEY))
        connections.close_all()

    with transaction.atomic():
        # Both find the other at work: the first waits for this row, the second for the first.
        kept_for(program)
        threads = [threading.Thread(target=send) for _each in range(2)]
        for thread in threads:
            thread.start()
        wait_for_waiting(2)
        transaction.set_rollback(True)
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Course.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_comes_while_the_first_takes_long_is_asked_to_wait(monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 1)
    program = Program(an_administrator())
    answers = []

    def send():
        answers.append(program.post("courses", {"name": "Löten"}, **KEY))
        connections.close_all()

    with transaction.atomic():
        kept_for(program)
        thread = threading.Thread(target=send)
        thread.start()
        thread.join()
    assert problem(answers[0], 409)["detail"].startswith("The first request with this “Idempotency-Key” is still")
    assert answers[0]["Retry-After"] == "1"
    assert not Course.objects.exists()
