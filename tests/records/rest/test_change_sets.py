"""Change sets by API: the list, one of them, taking back."""

import pytest

from kundig.accounts.actions import create_token
from kundig.records.ledger.models import ChangeSet
from tests.accounts.factories import a_user
from tests.records.rest.conftest import Program
from tests.records.rest.test_openapi import document, validator
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]
NOBODY = "019a0000-0000-7000-8000-000000000000"


@pytest.fixture
def course(administrator):
    made = administrator.post("courses", {"name": "Soldering", "seats": 8}).json()
    administrator.patch(f"courses/{made['id']}", {"seats": 12})
    return Course.objects.get(pk=made["id"])


def last(program):
    return program.get("change-sets").json()["items"][0]


def test_the_list_says_who_what_and_how_many(administrator, course):
    page = administrator.get("change-sets?limit=1").json()
    (change,) = page["items"]
    assert (change["via"], change["by"]["title"], change["undone_by"]) == ("api", "Jana Brandt", None)
    assert change["changes"] == [{"objects": ["courses"], "what": "changed", "count": 1}]
    older = administrator.get(f"change-sets?limit=1&after={page['next']}").json()["items"]
    assert [each["what"] for each in older[0]["changes"]] == ["created"]
    assert administrator.get(f"change-sets/{change['id']}").json() == change
    assert administrator.get("change-sets?object=courses&via=api").json()["items"][0] == change
    assert administrator.get("change-sets?via=import").json()["items"] == []
    validator(document(administrator), "ChangeSetList").validate(page)


def test_taking_back(administrator, course):
    change = last(administrator)
    tried = administrator.post(f"change-sets/{change['id']}/undo", {"try": True}).json()
    assert tried["changed"] == 1 and tried["change_set"] is None
    done = administrator.post(f"change-sets/{change['id']}/undo")
    assert done.status_code == 200 and done.json()["changed"] == 1
    validator(document(administrator), "Undone").validate(done.json())
    course.refresh_from_db()
    assert course.seats == 8
    taken_back = administrator.get(f"change-sets/{done.json()['change_set']}").json()
    assert (taken_back["via"], taken_back["undoes"]) == ("undo", change["id"])
    assert administrator.get(f"change-sets/{change['id']}").json()["undone_by"] == taken_back["id"]


def test_what_was_changed_since_is_told_and_decided(administrator, course):
    change = last(administrator)
    administrator.patch(f"courses/{course.pk}", {"seats": 20})
    told = administrator.post(f"change-sets/{change['id']}/undo", {}).json()
    assert told["conflicts"] == [
        {"object": "courses", "id": str(course.pk), "field": "seats", "label": "Seats", "before": "8", "after": "12",
         "now": "20", "taken_back": False}
    ]  # fmt: skip
    administrator.post(f"change-sets/{change['id']}/undo", {"take": {f"{course.pk}.seats": "before"}})
    course.refresh_from_db()
    assert course.seats == 8


@pytest.mark.parametrize(
    "body", [{"x": 1}, {"records": "all"}, {"records": ["x"]}, {"overwrite": "yes"}, {"take": {"x": "before"}},
             {"take": {f"{NOBODY}.seats": "yes"}}, {"fields": "name"}, {"fields": [1]}],
)  # fmt: skip
def test_bad_bodies_are_refused(administrator, course, body):
    change = last(administrator)
    refused = administrator.post(f"change-sets/{change['id']}/undo", body)
    assert refused.status_code == 422
    course.refresh_from_db()
    assert course.seats == 12


def test_only_some_fields_are_taken_back(administrator, course):
    administrator.patch(f"courses/{course.pk}", {"seats": 13, "name": "Welding"})
    change = last(administrator)
    told = administrator.post(f"change-sets/{change['id']}/undo", {"records": [str(course.pk)], "fields": ["name"]})
    assert told.json()["changed"] == 1
    course.refresh_from_db()
    assert (course.name, course.seats) == ("Soldering", 13)
    assert administrator.post(f"change-sets/{change['id']}/undo", {"fields": ["dragon"]}).status_code == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=1001", "limit=0000000019", "by=x", "object=dragons", "sort=at"]
)
def test_bad_questions_are_refused(administrator, query):
    assert administrator.get(f"change-sets?{query}").status_code == 422


def test_there_is_no_such_change(administrator):
    for address in (f"change-sets/{NOBODY}", "change-sets/x"):
        assert administrator.get(address).status_code == 404
        assert administrator.post(f"{address}/undo", {}).status_code == 404


def test_others_see_their_own_and_take_back_only_what_they_may(administrator, reader, course):
    assert reader.get("change-sets").json()["items"] == []
    change = last(administrator)
    assert reader.get(f"change-sets/{change['id']}").status_code == 404
    told = reader.post(f"change-sets/{change['id']}/undo", {}).json()
    assert (told["changed"], [each["why"] for each in told["left"]]) == (0, ["forbidden"])
    course.refresh_from_db()
    assert course.seats == 12


def test_a_token_that_only_reads_takes_nothing_back(administrator, course):
    change = last(administrator)
    token = create_token(a_user("Ole Lund", role="administrator"), name="reads", by=None, scopes=["read"])
    assert Program(token=token).post(f"change-sets/{change['id']}/undo", {}).status_code == 403
    assert ChangeSet.objects.filter(via="undo").count() == 0
