"""What is stored is what the formula comes to now, in Python and in fresh SQL: after random courses of changes."""

import datetime as dt
import random
from contextlib import suppress
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from kundig.records import registry
from kundig.records.actions import announce, change_record, create_record, create_records, delete_record
from kundig.records.bulk.writing import write
from kundig.records.calculated.formulas import formulas_of
from kundig.records.calculated.jobs import calculate_by_day
from kundig.records.custom.models import CustomField
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from tests.records.calculated.conftest import Run
from tests.records.toy.models import Course

FORMULAS = (
    ("Takings", "seats * hours"),
    ("Share", "c_takings / (seats - 3)"),
    ("Below", "sum(courses.c_takings, is_online = false)"),
    ("Above", "coalesce(builds_on.c_share, -1)"),
    ("Above that", 'builds_on.builds_on.name + "/" + name'),
    ("Chain", "count(courses, c_above > 0) + courses.count(builds_on.is_online)"),
    ("Last day", "max(courses.starts_on)"),
    ("Until", "if(starts_on > 2026-03-01, starts_on + 1 month, starts_on - 1 year)"),
    ("Kind", 'if(courses.any(seats > 5), "big", if(is_online, "online", ""))'),
    ("Is full", "courses.count() >= 2 and not is_online"),
    ("Mean", "avg(courses.hours)"),
)
VALUES = {
    "seats": st.sampled_from([None, 0, 1, 3, 7, 12]),
    "hours": st.sampled_from([None, Decimal(0), Decimal("1.5"), Decimal("-3.25"), Decimal(40)]),
    "is_online": st.booleans(),
    "starts_on": st.sampled_from([None, dt.date(2026, 1, 31), dt.date(2026, 12, 31), dt.date(2024, 2, 29)]),
    "city": st.sampled_from(["", "Ulm"]),
}
_values = st.fixed_dictionaries({}, optional=VALUES)
_steps = st.lists(
    st.tuples(st.sampled_from(["create", "create many", "change", "bulk", "move", "delete", "undo", "raw"]), _values,
              st.randoms(use_true_random=False)),
    min_size=1, max_size=9,
)  # fmt: skip


@pytest.fixture
def formulas(calculated, courses):
    for label, formula in FORMULAS:
        calculated(label, formula)
    return courses


@settings(
    max_examples=12, deadline=None, database=None, report_multiple_bugs=False,
)  # fmt: skip
@given(steps=_steps)
def test_stored_is_what_python_and_sql_say_after_any_course_of_changes(steps, formulas, administrator, delivered):
    Course.objects.update(builds_on=None)
    Course.objects.all().delete()
    sets = []
    for number, (step, values, chance) in enumerate(steps):
        with change_set(by=administrator, key=None) as opened:
            _do(step, values, chance, number, sets, by=administrator)
        sets.append(opened.id)
        delivered()
    _all_agree(formulas)


def _do(step, values, chance, number, sets, *, by):
    courses = registry.get("courses")
    there = list(Course.objects.order_by("pk"))
    some = chance.sample(there, min(len(there), 3))
    if step == "create" or not there:
        parent = chance.choice([None, *there])
        create_record(courses, {"name": f"Course {number}", "builds_on": parent and parent.pk, **values}, by=by)
    elif step == "create many":
        rows = [{"name": f"Course {number}.{n}", "builds_on": there[0].pk, **values} for n in range(3)]
        create_records(courses, rows, by=by, via=Via.IMPORT)
    elif step == "change":
        change_record(courses, some[0], values, by=by)
    elif step == "bulk":
        write(courses, [(course, values) for course in some], by=by, via=Via.BULK)
        announce(courses, [course.pk for course in some], by=by, via=Via.BULK)
    elif step == "move":
        _move(courses, some, chance, by=by)
    elif step == "delete":
        free = [course for course in there if not Course.objects.filter(builds_on=course).exists()]
        if free:
            delete_record(courses, chance.choice(free), by=by)
    elif step == "undo" and sets and ChangeSet.objects.filter(pk=sets[-1]).exists():
        with suppress(ValidationError):  # others point at what would go
            undo(sets[-1], by=by, overwrite=True)
    elif step == "raw":
        Course.objects.filter(pk=some[0].pk).update(**values, content="raw")
        announce(courses, [some[0].pk], by=by, via=Via.UPKEEP)


def _move(courses, some, chance, *, by):
    for course in some:
        above, parent = {course.pk}, chance.choice([None, *Course.objects.order_by("pk")])
        each = parent
        while each is not None and each.pk not in above:
            above.add(each.pk)
            each = each.builds_on
        if each is None:
            change_record(courses, Course.objects.get(pk=course.pk), {"builds_on": parent and parent.pk}, by=by)


def _all_agree(courses):
    known = formulas_of(courses)
    assert len(known) == len(FORMULAS)
    sql = {f"fresh_{number}": formula.sql() for number, formula in enumerate(known)}
    for course in courses.everything().annotate(**sql):
        for number, formula in enumerate(known):
            stored = courses.fields[formula.name].value_in(course)
            said = (formula.row.label, course.name)
            assert (stored or None) == (formula.value(course) or None), said
            kept = course.calculated.get(formula.name)
            assert kept == getattr(course, f"fresh_{number}"), said


def test_nothing_is_left_for_the_night(formulas, administrator, delivered):
    """After a course of changes the look at everything finds nothing that is different."""
    chance = random.Random(7)
    for number in range(12):
        values = {"seats": chance.choice([1, 5, 9]), "hours": Decimal(chance.choice([1, 2]))}
        _do(chance.choice(["create", "change", "move", "delete"]), values, chance, number, [], by=administrator)
        delivered()
    before = list(Course.objects.order_by("pk").values_list("calculated", flat=True))
    assert any(before)
    CustomField.objects.update(calculated_at=None)
    assert calculate_by_day(Run()) == {"objects": 1}
    assert list(Course.objects.order_by("pk").values_list("calculated", flat=True)) == before
