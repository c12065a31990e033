"""Calculated values are where they should be after every kind of change."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models.expressions import RawSQL

from kundig.records.actions import change_record, create_record, create_records, delete_record
from kundig.records.calculated.computing import calculate
from kundig.records.calculated.formulas import Formula
from kundig.records.calculated.jobs import calculate_all
from kundig.records.custom.actions import add_field
from kundig.records.custom.models import CustomField
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.records.ledger.models import LedgerRow
from kundig.records.ledger.undoing import undo
from tests.records.calculated.conftest import Run
from tests.records.toy.models import Course


def kept(course):
    return Course.objects.get(pk=course.pk).calculated


def value(courses, name, course):
    return courses.fields[name].value_in(Course.objects.get(pk=course.pk))


def test_a_value_follows_when_the_record_itself_changes(calculated, administrator, courses):
    name = calculated("Takings", "seats * hours")
    course = create_record(courses, {"name": "Pottery", "seats": 12, "hours": Decimal("1.5")}, by=administrator)
    assert kept(course) == {name: "18"}
    change_record(courses, Course.objects.get(pk=course.pk), {"seats": 4}, by=administrator)
    assert value(courses, name, course) == Decimal(6)
    change_record(courses, Course.objects.get(pk=course.pk), {"hours": None}, by=administrator)
    assert kept(course) == {}


def test_formulas_are_calculated_in_the_order_of_what_they_read(calculated, administrator, courses):
    first = calculated("A first", "seats + 1")
    second = calculated("B second", f"{first} * 10")
    third = calculated("C third", f"{second} + {first}")
    course = create_record(courses, {"name": "Pottery", "seats": 2}, by=administrator)
    assert kept(course) == {first: "3", second: "30", third: "33"}


def test_records_that_were_there_are_calculated_when_the_field_is_made(calculated, administrator, courses):
    course = create_record(courses, {"name": "Pottery", "seats": 2}, by=administrator)
    changed_at = Course.objects.get(pk=course.pk).changed_at
    name = calculated("Double", "seats * 2")
    assert kept(course) == {name: "4"}
    assert Course.objects.get(pk=course.pk).changed_at == changed_at, "nobody has changed the record"


@pytest.mark.parametrize(
    ("formula", "kind", "places", "kept_as"),
    [
        ("seats * 2", "number", 0, "24"), ("seats / 7", "number", 2, "1.71"), ("price * seats", "number", 2, "118.8"),
        ("round(hours / 7, 4)", "number", 4, "0.2143"), ('name + " in " + city', "text", None, "Pottery in Ulm"),
        ("starts_on + 10 days", "date", None, "2026-05-11"), ("seats > 3", "yes_no", None, True),
        ("is_online", "yes_no", None, True), ("discount + 1", "number", 2, "6"), ("discount", "percent", None, "5"),
        ("booking_opens_at", "moment", None, "2026-04-01T08:00:00+00:00"), ("begins_at", "time", None, "18:30:00"),
        ("seats / 0", "number", 2, None), ("seats / (seats - 12)", "number", 2, None),
        ("count(courses)", "number", 0, "0"),
        ('if(seats > 10, "big", "small")', "text", None, "big"), ("content", "text", None, "x" * 300),
        ("seats * 100000000 * 100000000 * 100000000", "number", 0, None), ("level", "text", None, "expert"),
        ("starts_on - 9000 years", "date", None, None), ("starts_on + 90000 years", "date", None, None),
    ],
)  # fmt: skip
def test_what_a_formula_comes_to(formula, kind, places, kept_as, administrator, courses):
    course = create_record(
        courses,
        {"name": "Pottery", "seats": 12, "hours": Decimal("1.5"), "price": Decimal("9.90"),
         "city": "Ulm", "content": "x" * 400, "discount": Decimal(5), "is_online": True, "level": "expert"},
        by=administrator,
    )  # fmt: skip
    Course.objects.filter(pk=course.pk).update(
        starts_on="2026-05-01", booking_opens_at="2026-04-01T08:00:00.123Z", begins_at="18:30"
    )
    given = {"label_en": "Outcome", "kind": "calculated", "formula": formula}
    row = add_field(courses, given, by=administrator)
    calculate_all(Run(), object_name="courses")
    assert (row.kind, row.options.get("places")) == (kind, places if kind == "number" else None)
    assert kept(course).get(row.name) == kept_as


def test_yes_no_text_and_day_are_read_back_in_their_types(calculated, administrator, courses):
    names = [
        calculated("Big", "seats > 3"),
        calculated("Said", 'name + "!"'),
        calculated("Until", "starts_on + 1 year"),
    ]
    course = create_record(
        courses, {"name": "Pottery", "seats": 9, "starts_on": dt.date(2024, 2, 29)}, by=administrator
    )
    assert [value(courses, name, course) for name in names] == [True, "Pottery!", dt.date(2025, 2, 28)]
    found = courses.everything().filter(**{f"calculated__{names[0]}": True})
    assert found.values_list(*[courses.fields[name].path for name in names]).get() == (
        True, "Pottery!", dt.date(2025, 2, 28)
    )  # fmt: skip


def test_a_roll_up_follows_what_belongs_to_the_record(calculated, administrator, courses, delivered):
    seats = calculated("Seats after it", "sum(courses.seats)")
    many = calculated("Many", f"{seats} > 10")
    first, other = (create_record(courses, {"name": name}, by=administrator) for name in ("Basics", "Other basics"))
    assert kept(first) == {seats: "0", many: False}
    next_one = create_record(courses, {"name": "Next", "seats": 8, "builds_on": first.pk}, by=administrator)
    delivered()
    assert kept(first)[seats] == "8"
    change_record(courses, Course.objects.get(pk=next_one.pk), {"seats": 12}, by=administrator)
    delivered()
    assert kept(first) == {seats: "12", many: True}
    with change_set(by=administrator):
        change_record(courses, Course.objects.get(pk=next_one.pk), {"builds_on": other.pk}, by=administrator)
    delivered()
    assert (kept(first)[seats], kept(other)[seats]) == ("0", "12"), "where it was, and where it is"
    with change_set(by=administrator):
        delete_record(courses, Course.objects.get(pk=next_one.pk), by=administrator)
    delivered()
    assert kept(other) == {seats: "0", many: False}


def test_values_travel_along_chains_of_formulas_and_records(calculated, administrator, courses, delivered):
    """A formula reads a formula of another record, which reads a third one."""
    takings = calculated("Takings", "seats * hours")
    before = calculated("Takings before", f"builds_on.{takings}")
    first = create_record(courses, {"name": "A", "seats": 2, "hours": Decimal(3)}, by=administrator)
    second = create_record(
        courses, {"name": "B", "seats": 5, "hours": Decimal(5), "builds_on": first.pk}, by=administrator
    )
    below = calculated("Of those after", f"max(courses.{before})")
    delivered()
    assert kept(second) == {takings: "25", before: "6"}
    assert kept(first) == {takings: "6", below: "6"}
    change_record(courses, Course.objects.get(pk=first.pk), {"seats": 10}, by=administrator)
    delivered()
    assert kept(second)[before] == "30"
    assert kept(first)[below] == "30"


def test_many_at_once_and_undone(calculated, administrator, courses):
    name = calculated("Double", "seats * 2")
    made = create_records(
        courses, [{"name": f"Course {n}", "seats": n} for n in range(5)], by=administrator, via=Via.IMPORT
    )
    assert [kept(course)[name] for course in made] == ["0", "2", "4", "6", "8"]
    with change_set(by=administrator, title="All the same") as changes:
        for course in made:
            change_record(courses, Course.objects.get(pk=course.pk), {"seats": 50}, by=administrator)
    assert {kept(course)[name] for course in made} == {"100"}
    undo(changes.id, by=administrator)
    assert [kept(course)[name] for course in made] == ["0", "2", "4", "6", "8"]


def test_what_was_deleted_comes_back_with_its_values(calculated, administrator, courses):
    name = calculated("Double", "seats * 2")
    course = create_record(courses, {"name": "Pottery", "seats": 4}, by=administrator)
    with change_set(by=administrator) as changes:
        delete_record(courses, Course.objects.get(pk=course.pk), by=administrator)
    undo(changes.id, by=administrator)
    assert kept(course) == {name: "8"}


def test_the_ledger_says_only_what_somebody_did(calculated, administrator, courses):
    calculated("Double", "seats * 2")
    course = create_record(courses, {"name": "Pottery", "seats": 4}, by=administrator)
    change_record(courses, Course.objects.get(pk=course.pk), {"seats": 5}, by=administrator)
    rows = LedgerRow.objects.filter(record=course.pk).order_by("seq")
    assert [(row.op, row.before) for row in rows] == [("I", None), ("U", {"seats": "4"})]
    calculate(courses, [course.pk])
    assert rows.count() == 2


def test_nothing_is_written_where_nothing_is_different(calculated, administrator, courses, django_assert_num_queries):
    calculated("Double", "seats * 2")
    course = create_record(courses, {"name": "Pottery", "seats": 4}, by=administrator)
    assert calculate(courses, [course.pk]) == []
    Course.objects.filter(pk=course.pk).update(calculated={"c_double": "1"})
    assert calculate(courses, [course.pk]) == [course.pk]


def test_an_object_without_formulas_costs_no_statement(courses, administrator, django_assert_num_queries):
    course = create_record(courses, {"name": "Pottery"}, by=administrator)
    with django_assert_num_queries(0):
        calculate(courses, [course.pk])


@pytest.mark.parametrize("count", [1, 3])
def test_one_record_or_three_cost_the_same_statements(
    count, calculated, administrator, courses, django_assert_num_queries
):
    calculated("Double", "seats * 2")
    calculated("After", "count(courses)")
    made = [create_record(courses, {"name": f"Course {n}", "seats": n}, by=administrator).pk for n in range(count)]
    Course.objects.update(calculated={})
    with django_assert_num_queries(4):  # the rows are locked; a savepoint, the values of both fields, its release
        assert sorted(calculate(courses, made)) == sorted(made)


def test_what_the_database_cannot_compute_keeps_nobody_from_saving(calculated, administrator, courses, monkeypatch):
    """Division by zero, the ends of the calendar and large numbers come to nothing; this is what nobody thought of."""
    broken, sound = calculated("Broken", "seats * 2"), calculated("Sound", "seats * 3")
    sql = Formula.sql

    def sql_with_fault(formula):
        return RawSQL("('x' || seats)::int::text", []) if formula.name == broken else sql(formula)

    monkeypatch.setattr(Formula, "sql", sql_with_fault)
    course = create_record(courses, {"name": "Pottery", "seats": 4}, by=administrator)
    assert kept(course) == {sound: "12"}
    row = CustomField.objects.get(name=broken)
    assert (row.calculation, "invalid input syntax" in row.calculation_error) == ("failed", True)
