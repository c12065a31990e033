"""What a page need not ask for, because nothing leads to its record."""

import pytest

from kundig.platform.models import StoredFile
from kundig.records import traces
from kundig.records.attachments.models import Attachment
from kundig.records.attachments.panel import TRACE as FILES
from kundig.records.traces import Trace, answered, asked_once, look_around, may_have, register_traces
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db
FOLLOWING, LATER = Trace(Course, "builds_on"), Trace(Course, "builds_on__builds_on")


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr(traces, "_registered", {})
    monkeypatch.setattr(traces, "_statements", {})
    register_traces(Course, FOLLOWING, LATER, FILES)


def looked_at(course):
    course = Course.objects.get(pk=course.pk)
    look_around(course, name="courses")
    return course


def test_what_leads_to_a_record_is_found_in_one_statement(django_assert_num_queries):
    first = Course.objects.create(name="First")
    second = Course.objects.create(name="Second", builds_on=first)
    third = Course.objects.create(name="Third", builds_on=second)
    with django_assert_num_queries(2):
        found = looked_at(first)
    assert (may_have(found, FOLLOWING), may_have(found, LATER), may_have(found, FILES)) == (True, True, False)
    found = looked_at(second)
    assert (may_have(found, FOLLOWING), may_have(found, LATER)) == (True, False)
    assert may_have(found, LATER, FOLLOWING)
    assert not may_have(looked_at(third), LATER, FOLLOWING)


def test_what_names_any_kind_of_record_is_found_by_both():
    file = StoredFile.objects.create(name="a", content_type="text/plain", size=1, sha256="0" * 64)
    course = Course.objects.create(name="First")
    for name, is_found in (("persons", False), ("courses", True)):
        Attachment.objects.create(object=name, record_id=course.pk, file=file)
        assert may_have(looked_at(course), FILES) is is_found


def test_there_may_be_anything_where_nobody_looked_or_nobody_registered():
    course = Course.objects.create(name="First")
    assert may_have(course, FOLLOWING)
    assert may_have(looked_at(course), Trace(Course, "owner"))


def test_only_for_a_page_that_is_read_answers_are_kept():
    course = Course.objects.create(name="First")
    asked = []
    for each in (course, looked_at(course)):
        asked.clear()
        for number in (1, 2):
            assert asked_once(each, "seats", lambda number=number: asked.append(number) or len(asked)) in (1, 2)
        assert asked == ([1, 2] if each is course else [1])
    assert (answered(course, "seats"), answered(each, "seats"), answered(each, "hours")) == (None, 1, None)


def test_a_path_that_leads_to_no_record_is_refused():
    register_traces(Course, Trace(Course, "name"))
    with pytest.raises(ValueError, match="Course.name does not lead to the id of a record"):
        looked_at(Course.objects.create(name="First"))
