"""Calculated values right after many records were changed at once: nobody sees an old one, nor after taking it back."""

import json

import pytest
from django.test import Client

from kundig.records.actions import create_record
from kundig.records.bulk import jobs
from kundig.records.bulk.selection import Selection
from kundig.records.ledger.models import ChangeSet
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


@pytest.fixture
def double(calculated):
    return calculated("Double", "seats * 2")


@pytest.fixture
def made(administrator, courses, double):
    return [create_record(courses, {"name": f"Course {n}", "seats": n}, by=administrator) for n in range(4)]


@pytest.fixture
def client(administrator):
    client = Client()
    client.force_login(administrator, backend="kundig.accounts.backends.AccessBackend")
    return client


def doubles(made, double):
    kept = dict(Course.objects.values_list("pk", f"calculated__{double}"))
    return [kept[course.pk] for course in made]


def test_a_bulk_change_and_taking_it_back(courses, administrator, made, double, client):
    steps = {"steps": [{"field": "seats", "how": "set", "raw": "30"}]}
    jobs.begin(courses, "change", Selection(ids=tuple(course.pk for course in made[1:])), steps, by=administrator)
    assert doubles(made, double) == [0, 60, 60, 60]
    client.post(f"/undo/{ChangeSet.objects.latest('at').pk}/")
    assert doubles(made, double) == [0, 2, 4, 6]


def test_a_block_and_taking_it_back(made, double, client):
    block = {"records": [str(course.pk) for course in made[:2]], "fields": ["seats"], "texts": [["11"], ["12"]]}
    answer = client.post("/courses/cells/", {"block": json.dumps(block)})
    assert answer.status_code == 200
    assert doubles(made, double) == [22, 24, 4, 6]
    assert f'data-record="courses:{made[0].pk}"' in client.get("/courses/").content.decode()
    client.post(f"/undo/{ChangeSet.objects.latest('at').pk}/")
    assert doubles(made, double) == [0, 2, 4, 6]


def test_a_block_with_a_wrong_cell_calculates_nothing(made, double, client):
    block = {"records": [str(course.pk) for course in made[:2]], "fields": ["seats"], "texts": [["11"], ["viele"]]}
    assert client.post("/courses/cells/", {"block": json.dumps(block)}).status_code == 422
    assert doubles(made, double) == [0, 2, 4, 6]


def test_a_calculated_cell_takes_nothing_pasted(made, double, client):
    block = {"records": [str(made[0].pk)], "fields": [double], "texts": [["7"]]}
    answer = client.post("/courses/cells/", {"block": json.dumps(block)})
    assert answer.status_code == 422
    assert doubles(made, double) == [0, 2, 4, 6]
