import pytest

from tests.records.rest.conftest import problem
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


@pytest.fixture
def course(db):
    return Course.objects.create(name="Löten", seats=3)


def test_a_change_can_demand_the_state_that_was_seen(administrator, course):
    address = f"courses/{course.pk}"
    seen = administrator.get(address)["ETag"]
    changed = administrator.patch(address, {"seats": 4}, **{"If-Match": seen})
    assert changed.status_code == 200
    assert changed["ETag"] != seen
    refused = problem(administrator.patch(address, {"seats": 5}, **{"If-Match": seen}), 412)
    assert "Somebody has changed this record since you read it." in refused["detail"]
    problem(administrator.delete(address, **{"If-Match": seen}), 412)
    assert administrator.patch(address, {"seats": 5}, **{"If-Match": f"W/{changed['ETag']}"}).status_code == 200
    assert administrator.delete(address, **{"If-Match": "*"}).status_code == 204


def test_an_item_that_has_not_changed_is_not_sent_again(administrator, course):
    first = administrator.get(f"courses/{course.pk}")
    again = administrator.get(f"courses/{course.pk}", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_refused_change_says_what_others_have_changed(administrator, course):
    address = f"courses/{course.pk}"
    seen = administrator.get(address)["ETag"]
    present = administrator.patch(address, {"seats": 4, "address": {"city": "Köln"}})
    refused = administrator.patch(address, {"seats": 5}, **{"If-Match": seen})
    found = problem(refused, 412)
    assert (found["changed"]["seats"], found["changed"]["address"]["city"]) == (4, "Köln")
    assert set(found["changed"]) == {"seats", "address", "changed_at"}
    assert refused["ETag"] == present["ETag"]


def test_the_version_is_that_of_the_whole_record_whichever_fields_are_read(administrator, course):
    address = f"courses/{course.pk}"
    part = administrator.get(f"{address}?fields=name")
    assert part.json() == {"id": str(course.pk), "name": "Löten"}
    assert part["ETag"] == administrator.get(address)["ETag"]
    assert administrator.patch(address, {"seats": 4}, **{"If-Match": part["ETag"]}).status_code == 200


@pytest.mark.parametrize("text", ["abc", '"abc"', "", '"0123456789abcdef01234567.AAAA', "7, 8", '*, "x"'])
def test_what_is_no_version_is_refused(administrator, course, text):
    for answer in (
        administrator.patch(f"courses/{course.pk}", {"seats": 5}, **{"If-Match": text}),
        administrator.delete(f"courses/{course.pk}", **{"If-Match": text}),
    ):
        assert "is no version. Send the ETag of the record as it came" in problem(answer, 400)["detail"]
    assert Course.objects.get().seats == 3


def test_a_version_of_other_fields_than_there_are_now_names_none(administrator, course):
    seen = administrator.get(f"courses/{course.pk}")["ETag"]
    older = f'{seen[:-3]}"'
    assert (
        problem(administrator.patch(f"courses/{course.pk}", {"seats": 5}, **{"If-Match": older}), 412)["changed"] == {}
    )
