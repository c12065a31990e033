import csv
import io
import json

import pytest

from kundig.records.bulk.models import BulkRun
from tests.records.bulk.conftest import some_courses
from tests.records.toy.models import Course

HOSTILE = '"><script>alert(1)</script>=cmd'


@pytest.fixture
def signed_in(client, courses, db):
    def as_user(user):
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        return client

    return as_user


def change(client, courses_, name, value, **more):
    data = {"id": [str(course.pk) for course in courses_], "field": name, f"how.{name}": "set", name: value, **more}
    return client.post("/courses/bulk/change/", data, headers={"HX-Request": "true"})


def test_a_change_answers_with_a_message_that_takes_it_back(signed_in, administrator):
    made = some_courses(2, city="Halle")
    client = signed_in(administrator)
    response = change(client, made, "city", "Köln")
    assert response.status_code == 200
    assert json.loads(response["HX-Trigger"])["changed"] == "courses:*"
    run = BulkRun.objects.get()
    assert f'hx-post="/undo/{run.pk}/"' in response.content.decode()
    client.post(f"/undo/{run.pk}/")
    assert set(Course.objects.values_list("city", flat=True)) == {"Halle"}


def test_hostile_texts_stay_texts(signed_in, administrator):
    made = some_courses(2, city="Halle")
    Course.objects.filter(pk=made[1].pk).update(name=HOSTILE, seats=1)
    client = signed_in(administrator)
    assert "<script>alert" not in change(client, made, "city", HOSTILE).content.decode()
    first = BulkRun.objects.get()
    assert "<script>alert" not in client.get(f"/bulk/{first.pk}/?show=changed").content.decode()
    assert "<script>alert" not in client.get("/settings/runs/").content.decode()
    data = {"id": [str(made[1].pk)], "field": "seats", "how.seats": "add", "seats": "-5"}
    client.post("/courses/bulk/change/", data)
    run = BulkRun.objects.order_by("created_at").last()
    content = b"".join(client.get(f"/bulk/{run.pk}/refused/").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert [rows[1][0], rows[1][2]] == [HOSTILE, str(made[1].pk)]


def test_a_wrong_value_is_told_at_its_field(signed_in, administrator):
    made = some_courses(1)
    response = change(signed_in(administrator), made, "seats", "viele")
    assert response.status_code == 422
    assert 'id="b-seats-error"' in response.content.decode()
    assert "viele" in response.content.decode()
    assert not BulkRun.objects.exists()


def test_whoever_may_not_is_refused_and_nothing_changes(signed_in, administrator, reader):
    made = some_courses(1, city="Halle")
    client = signed_in(reader)
    assert change(client, made, "city", "Köln").status_code == 403
    assert client.get(f"/courses/bulk/delete/?id={made[0].pk}").status_code == 403
    assert 'id="bulk"' not in client.get("/courses/").content.decode()
    change(signed_in(administrator), made, "city", "Bonn")
    run = BulkRun.objects.get()
    client.force_login(reader, backend="kundig.accounts.backends.AccessBackend")
    for address in ("", "refused/"):
        assert client.get(f"/bulk/{run.pk}/{address}").status_code == 404
    assert client.post(f"/bulk/{run.pk}/undo/").status_code == 404
    assert set(Course.objects.values_list("city", flat=True)) == {"Bonn"}


def test_very_many_are_deleted_only_by_their_number(signed_in, administrator):
    some_courses(120)
    client = signed_in(administrator)
    data = {"all": "1", "query": ""}
    assert client.post("/courses/bulk/delete/", data).status_code == 422
    assert client.post("/courses/bulk/delete/", {**data, "number": "12"}).status_code == 422
    assert Course.objects.count() == 120
    assert client.post("/courses/bulk/delete/", {**data, "number": "120"}).status_code == 200
    assert not Course.objects.exists()


def test_a_large_run_leads_to_its_page(signed_in, administrator):
    some_courses(201)
    client = signed_in(administrator)
    data = {"all": "1", "query": "sort=-name", "field": "city", "how.city": "set", "city": "Köln"}
    response = client.post("/courses/bulk/change/", data)
    run = BulkRun.objects.get()
    assert (response.status_code, response["Location"], run.state) == (302, f"/bulk/{run.pk}/", "queued")
    assert "hx-trigger" in client.get(f"/bulk/{run.pk}/").content.decode()
    client.post(f"/bulk/{run.pk}/stop/")
    run.refresh_from_db()
    assert run.is_to_stop
