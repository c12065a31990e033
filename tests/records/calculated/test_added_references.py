"""Formulas that go along an added reference, or back it: a roll-up of those that point here by a field of one's own."""

import pytest

from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.custom.actions import add_field
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


@pytest.fixture
def led_by(courses, administrator):
    """Name of an added reference from courses to courses."""
    given = {"label_en": "Follows", "kind": "reference", "options": {"target": "courses"}}
    return add_field(courses, given, by=administrator).name


def fresh(course):
    return Course.objects.get(pk=course.pk)


def test_a_roll_up_back_an_added_reference_follows_every_change(calculated, administrator, courses, led_by, delivered):
    seats = calculated("Seats of those", "sum(courses_follows.seats)")
    many = calculated("How many", "count(courses_follows)")
    first, other = (create_record(courses, {"name": name}, by=administrator) for name in ("Basics", "Other basics"))
    assert fresh(first).calculated == {seats: "0", many: "0"}
    follows = create_record(courses, {"name": "Next", "seats": 8, led_by: first.pk}, by=administrator)
    delivered()
    assert fresh(first).calculated == {seats: "8", many: "1"}
    with change_set(by=administrator):
        change_record(courses, fresh(follows), {"seats": 12}, by=administrator)
    delivered()
    assert fresh(first).calculated == {seats: "12", many: "1"}
    with change_set(by=administrator) as moved:
        change_record(courses, fresh(follows), {led_by: other.pk}, by=administrator)
    delivered()
    assert fresh(first).calculated == {seats: "0", many: "0"}, "where it was"
    assert fresh(other).calculated == {seats: "12", many: "1"}, "where it is"
    undo(moved.id, by=administrator)
    delivered()
    assert (fresh(first).calculated[seats], fresh(other).calculated[seats]) == ("12", "0")
    with change_set(by=administrator):
        delete_record(courses, fresh(follows), by=administrator)
    delivered()
    assert fresh(first).calculated == {seats: "0", many: "0"}


def test_a_formula_along_an_added_reference_follows_the_record_it_points_at(
    calculated, administrator, courses, led_by, delivered
):
    seats = calculated("Seats before", f"{led_by}.seats")
    first = create_record(courses, {"name": "Basics", "seats": 5}, by=administrator)
    follows = create_record(courses, {"name": "Next", led_by: first.pk}, by=administrator)
    assert fresh(follows).calculated == {seats: "5"}
    with change_set(by=administrator):
        change_record(courses, fresh(first), {"seats": 7}, by=administrator)
    delivered()
    assert fresh(follows).calculated == {seats: "7"}
    with change_set(by=administrator):
        change_record(courses, fresh(follows), {led_by: None}, by=administrator)
    assert fresh(follows).calculated == {}
