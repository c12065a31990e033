"""Conditions look behind references that an administrator has added, in SQL and in Python."""

import pytest

from kundig.accounts.models import User
from kundig.records import conditions, registry
from kundig.records.actions import change_record, create_record
from kundig.records.custom.actions import add_field
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.records.toy.models import Course


@pytest.fixture
def world(courses, db):
    """Three courses: at a dairy of Svenja's, at a brewery of Holger's, and nowhere."""
    jana = an_administrator()
    organisations = registry.get("organisations")
    for values in (
        {"label_en": "Place", "kind": "reference", "options": {"target": "organisations"}},
        {"label_en": "Helper", "kind": "user"},
        {"label_en": "Follows on", "kind": "reference", "options": {"target": "courses"}},
    ):
        add_field(courses, values, by=jana)
    add_field(organisations, {"label_en": "Area", "kind": "text"}, by=jana)
    svenja, holger = a_user("Svenja Kroll", team=a_team()), a_user("Holger Wendeler")
    above = create_record(organisations, {"name": "Holding", "city": "Bonn"}, by=jana)
    dairy = create_record(
        organisations, {"name": "Molkerei", "employees": 40, "owner": svenja.pk, "parent": above.pk, "c_area": "Nord"},
        by=jana,
    )  # fmt: skip
    brewery = create_record(organisations, {"name": "Brauerei", "employees": 7, "owner": holger.pk}, by=jana)
    for name, values in {
        "Cheese": {"c_place": dairy.pk, "c_helper": svenja.pk}, "Beer": {"c_place": brewery.pk}, "Bread": {},
    }.items():  # fmt: skip
        create_record(courses, {"name": name, **values}, by=jana)
    cheese = Course.objects.get(name="Cheese")
    change_record(courses, Course.objects.get(name="Bread"), {"c_follows_on": cheese.pk}, by=jana)
    return {"courses": courses, "svenja": svenja, "jana": jana}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('c_place.name = "Molkerei"', "Cheese"), ('c_place.name != "Molkerei"', "Beer Bread"),
        ('c_place.name contains "molk"', "Cheese"), ("c_place.employees > 5", "Beer Cheese"),
        ("c_place.employees is empty", "Bread"), ('c_place.parent.city = "Bonn"', "Cheese"),
        ('c_place.c_area = "nord"', "Cheese"),
        ('c_place.c_area starts with "No"', "Cheese"), ("c_place.owner = me", "Cheese"),
        ("c_place.owner.team = me.team", "Cheese"), ('c_helper.name = "Svenja Kroll"', "Cheese"),
        ("c_helper.team = me.team", "Cheese"), ('c_follows_on.c_place.name = "Molkerei"', "Bread"),
        ('courses.any(c_place.name = "Molkerei")', ""), ("c_place.lifecycle = customer", ""),
        ("c_place.created_at > today - 1 days", "Beer Cheese"), ('c_place in ("Molkerei", "Brauerei")', "Beer Cheese"),
    ],
)  # fmt: skip
def test_what_stands_behind_an_added_reference_can_be_asked(text, names, world):
    courses, svenja = world["courses"], User.objects.with_access(world["svenja"].pk)
    condition = conditions.read(text, courses, None)
    found = set(Course.objects.filter(condition.q(svenja)).values_list("name", flat=True))
    assert found == set(names.split())
    assert {course.name for course in Course.objects.all() if condition.holds(course, svenja)} == found
    assert conditions.read(condition.text, courses, world["jana"]).sentence()


def test_whoever_does_not_see_the_record_learns_nothing_from_it(world):
    from kundig.accounts.actions import add_role, find_role, set_grants
    from kundig.accounts.enums import Action, Scope

    role = add_role(name="Own only", like=find_role("reader"), by=None)
    set_grants(role, scopes={("courses", Action.READ): Scope.ALL, ("organisations", Action.READ): Scope.OWN}, by=None)
    outsider = User.objects.with_access(a_user("Mara Tiede", role=role.key).pk)
    condition = conditions.read('c_place.name = "Molkerei"', world["courses"], outsider)
    assert not Course.objects.filter(condition.q()).exists()
    assert not any(condition.holds(course) for course in Course.objects.all())


def test_a_formula_follows_the_record_behind_an_added_reference(world, courses):
    from kundig.records.calculated.computing import calculate

    row = add_field(
        courses,
        {"label_en": "Where", "kind": "calculated", "formula": 'name + " at " + c_place.name'},
        by=world["jana"],
    )
    cheese = Course.objects.get(name="Cheese")
    calculate(courses, [cheese.pk])
    cheese.refresh_from_db()
    assert cheese.calculated == {row.name: "Cheese at Molkerei"}
