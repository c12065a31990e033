"""Blocks pasted into a table: all cells or none, each refusal at its place."""

import json

import pytest
from django.test import Client

from kundig.accounts.enums import Scope
from kundig.records.actions import create_record
from kundig.records.ledger.models import ChangeSet
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user
from tests.records.toy.models import Course


@pytest.fixture
def svenja(db):
    user = a_user("Svenja Kroll")
    user.language = "en"
    user.save(update_fields=["language"])
    return user


@pytest.fixture
def client(svenja):
    client = Client()
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    return client


@pytest.fixture
def two(courses, svenja):
    return [create_record(courses, {"name": name, "seats": 5}, by=svenja) for name in ("Chor", "Töpfern")]


def paste(client, records, fields, texts):
    block = {"records": [str(record.pk) for record in records], "fields": fields, "texts": texts}
    return client.post("/courses/cells/", {"block": json.dumps(block)})


def test_a_block_is_written_as_one_change_that_can_be_undone(client, two):
    answer = paste(client, two, ["name", "seats", "starts_on"], [["Chor II", "12", "3.4.2026"], ["Töpfern", "7", ""]])
    assert answer.status_code == 200, answer.content
    assert list(Course.objects.order_by("name").values_list("name", "seats")) == [("Chor II", 12), ("Töpfern", 7)]
    assert "4 cells changed." in answer.content.decode()
    written = ChangeSet.objects.order_by("-at").first()
    assert f"/undo/{written.pk}/" in answer.content.decode()
    client.post(f"/undo/{written.pk}/")
    assert list(Course.objects.order_by("name").values_list("name", "seats")) == [("Chor", 5), ("Töpfern", 5)]


def test_one_wrong_cell_keeps_the_whole_block_out(client, two):
    answer = paste(client, two, ["name", "seats"], [["Chor II", "12"], ["Töpfern II", "viele"]])
    assert answer.status_code == 422
    (cell,) = json.loads(answer["HX-Trigger"])["refused"]["cells"]
    assert (cell["record"], cell["field"]) == (str(two[1].pk), "seats")
    assert "viele" in cell["why"]
    assert sorted(Course.objects.values_list("name", flat=True)) == ["Chor", "Töpfern"]


@pytest.mark.parametrize(
    ("fields", "texts", "why"),
    [
        (["name"], [[""]], "must not be empty"),
        (["id"], [["x"]], "cannot be changed by hand"),
        (["shoe_size"], [["x"]], "There is no field"),
        (["level"], [["König"]], "is not one of"),
    ],
)
def test_what_cannot_be_pasted_is_said(client, two, fields, texts, why):
    answer = paste(client, two[:1], fields, texts)
    assert answer.status_code == 422
    assert why in json.loads(answer["HX-Trigger"])["refused"]["cells"][0]["why"]


@pytest.mark.parametrize("block", ["", "{}", "[]", "null", '{"records": [], "fields": ["name"], "texts": [["a"]]}',
    '{"records": ["x"], "fields": ["name"], "texts": [["a"]]}', "[" * 5000])  # fmt: skip
def test_what_is_no_block_is_refused(client, two, block):
    assert client.post("/courses/cells/", {"block": block}).status_code == 422
    assert Course.objects.filter(name="Chor").exists()


def test_a_block_larger_than_a_page_is_refused(client, two):
    many = [f"01995b1e-7c00-7000-8000-{number:012}" for number in range(201)]
    block = {"records": many, "fields": ["name"], "texts": [["x"]] * 201}
    assert client.post("/courses/cells/", {"block": json.dumps(block)}).status_code == 422


def test_strangers_change_nothing(two):
    stranger = a_scoped_user("Fremd", Scope.OWN)
    client = Client()
    client.force_login(stranger, backend="kundig.accounts.backends.AccessBackend")
    assert paste(client, two, ["seats"], [["1"], ["2"]]).status_code == 404
    assert set(Course.objects.values_list("seats", flat=True)) == {5}
