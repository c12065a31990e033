"""Who keeps something in step with records hears of them; of new ones only who has something to do then."""

import pytest

from kundig.records import keeping
from kundig.records.actions import change_record, create_record
from tests.accounts.factories import an_administrator
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


def test_new_records_are_told_to_those_who_asked_for_them(monkeypatch, courses):
    always, later = [], []
    monkeypatch.setattr(keeping, "_keepers", keeping._keepers.__class__(list))
    keeping.register_keeper(Course, always.append)
    keeping.register_keeper(Course, later.append, of_new=False)
    by = an_administrator()
    course = create_record(courses, {"name": "Cold chain", "level": "basic"}, by=by)
    assert (always, later) == ([[course.pk]], [])
    change_record(courses, course, {"name": "Cold chain, again"}, by=by)
    assert (always, later) == ([[course.pk], [course.pk]], [[course.pk]])


def test_a_record_at_hand_may_say_that_nothing_follows_from_it(monkeypatch, courses):
    told = []
    monkeypatch.setattr(keeping, "_keepers", keeping._keepers.__class__(list))
    keeping.register_keeper(Course, told.append, unless=lambda course: course.level == "basic")
    by = an_administrator()
    course = create_record(courses, {"name": "Cold chain", "level": "basic"}, by=by)
    change_record(courses, course, {"name": "Cold chain, again"}, by=by)
    assert told == []
    change_record(courses, course, {"level": "expert"}, by=by)
    assert told == [[course.pk]]
    keeping.keep(courses, [course.pk])  # of which nobody has the record
    assert told == [[course.pk]] * 2
