import csv
import io

import pytest

from kundig.accounts.actions import create_token
from kundig.records.bulk import running
from kundig.records.bulk.models import BulkRun
from kundig.records.exports.models import ExportEntry
from tests.records.rest.conftest import Program, problem
from tests.records.rest.test_openapi import document, validator
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


def some_courses(number, **values):
    return Course.objects.bulk_create(Course(name=f"Kurs {place:03}", **values) for place in range(number))


def test_values_are_set_in_named_records(administrator):
    first, second = some_courses(2, city="Halle")
    response = administrator.post("courses/bulk", {"ids": [str(first.pk)], "values": {"city": "Köln", "seats": 12}})
    assert response.status_code == 200, response.content
    run = response.json()
    assert (run["state"], run["total"], run["changed"], run["refused"]) == ("done", 1, 1, 0)
    validator(document(administrator), "BulkRun").validate(run)
    assert administrator.get(response["Location"]).json() == run
    assert list(Course.objects.order_by("name").values_list("city", "seats")) == [("Köln", 12), ("Halle", None)]
    back = administrator.post(f"{response['Location']}/undo")
    assert (back.status_code, back.json()["changed"]) == (200, 1)
    assert set(Course.objects.values_list("city", "seats")) == {("Halle", None)}
    problem(administrator.post(f"{response['Location']}/undo"), 409)
    assert second.city == "Halle"


def test_amounts_are_raised_for_all_that_match_by_a_job(administrator, courses):
    some_courses(300, price="100.00", city="Halle")
    some_courses(1, price="100.00", starts_on="2026-04-03")
    body = {"filter": {"city": "Halle"}, "changes": [{"field": "price", "how": "percent", "value": 3}]}
    response = administrator.post("courses/bulk", body)
    run = response.json()
    assert (response.status_code, run["state"], run["total"]) == (202, "queued", None)
    running.perform(BulkRun.objects.get(), courses, by=administrator.user)
    run = administrator.get(response["Location"]).json()
    assert (run["state"], run["changed"]) == ("done", 300)
    assert Course.objects.filter(price="103.00").count() == 300


def test_a_condition_says_which_records_are_meant(administrator):
    some_courses(2, city="Halle", seats=3)
    some_courses(2, city="Halle", seats=30, starts_on="2026-04-03")
    body = {"filter": 'city = "Halle" and seats > 10', "values": {"city": "Köln"}}
    assert administrator.post("courses/bulk", body).json()["changed"] == 2
    assert set(Course.objects.values_list("city", "seats")) == {("Halle", 3), ("Köln", 30)}


@pytest.mark.parametrize(
    ("body", "at"),
    [({}, "ids"), ({"ids": [], "filter": {}}, "ids"), ({"ids": "x"}, "ids"), ({"ids": ["x"]}, "ids"),
     ({"filter": []}, "filter"), ({"filter": "colour = 1", "values": {"city": "x"}}, "filter"),
     ({"filter": {"colour": "red"}, "values": {"city": "x"}}, "colour"),
     ({"filter": {}, "values": {"nonsense": 1}}, "nonsense"), ({"filter": {}, "values": {"seats": "many"}}, "seats"),
     ({"filter": {}, "values": []}, "values"), ({"filter": {}, "changes": ["x"]}, "changes"),
     ({"filter": {}, "changes": [{"field": "seats", "how": "double", "value": 1}]}, "seats"),
     ({"filter": {}, "action": "explode"}, "action"), ({"filter": {}, "action": ["x"]}, "action"),
     ({"filter": {}, "value": {"city": "x"}}, "value")],
)  # fmt: skip
def test_what_is_not_right_is_told_and_nothing_is_done(administrator, body, at):
    some_courses(2, city="Halle")
    assert at in problem(administrator.post("courses/bulk", body), 422)["errors"]
    assert set(Course.objects.values_list("city", flat=True)) == {"Halle"}
    assert not BulkRun.objects.exists()


def test_owner_colleague_and_stranger(administrator, reader, stranger):
    (course,) = some_courses(1, city="Halle")
    body = {"ids": [str(course.pk)], "values": {"city": "Köln"}}
    problem(reader.post("courses/bulk", body), 403)
    problem(stranger.post("courses/bulk", body), 401)
    only_reads = Program(administrator.user, token=create_token(administrator.user, name="r", by=None, scopes=["read"]))
    problem(only_reads.post("courses/bulk", body), 403)
    course.refresh_from_db()
    assert course.city == "Halle"
    address = administrator.post("courses/bulk", body)["Location"]
    problem(reader.get(address), 404)
    problem(reader.post(f"{address}/undo"), 404)


def test_a_list_is_a_file_and_is_written_down(administrator, reader):
    some_courses(3, city="Halle")
    response = administrator.get("courses/export?city=Halle&columns=name,city&sort=-name")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert rows == [["Name", "City"], ["Kurs 002", "Halle"], ["Kurs 001", "Halle"], ["Kurs 000", "Halle"]]
    entry = ExportEntry.objects.get()
    assert (entry.via, entry.rows, entry.filter, entry.by_name) == ("api", 3, "City: Halle", "Jana Brandt")
    problem(administrator.get("courses/export?columns=colour"), 400)
    problem(administrator.get("courses/export?colour=red"), 400)
    problem(administrator.get("courses/export?as=pdf"), 400)
    problem(reader.get("courses/export"), 403)
    assert ExportEntry.objects.count() == 1
