"""A calculated field tells nobody what its inputs keep from them."""

import pytest

from kundig.accounts.actions import add_role, find_role, set_field_rights, set_grants
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.models import User
from kundig.records import conditions, registry
from kundig.records.actions import create_record
from kundig.records.custom.actions import change_field
from kundig.records.custom.models import CustomField
from tests.accounts.factories import a_user

HIDDEN, READ = FieldRight.HIDDEN, FieldRight.READ


@pytest.fixture
def seller(db):
    return a_user("Svenja Kroll", role="sales").pk


def keep_back(object_name, **rights):
    set_field_rights(find_role("sales"), rights={(object_name, n): right for n, right in rights.items()}, by=None)


def seen_by(user_id, description):
    return description.fields_for(User.objects.with_access(user_id))


def test_a_formula_is_as_closed_as_what_it_reads(calculated, seller, administrator, courses):
    first = calculated("Takings", "price * seats")
    second = calculated("Takings of the year", f"{first} * 12")
    after = calculated("Takings after it", f"sum(courses.{first})")
    other = calculated("Double", "seats * 2")
    assert {first, second, after, other} <= seen_by(seller, courses).keys()
    keep_back("courses", price=HIDDEN)
    seen = seen_by(seller, courses)
    assert other in seen
    assert not {first, second, after} & seen.keys(), "also what is made of what is made of it"
    assert {first, second, after, other} <= seen_by(administrator.pk, courses).keys()
    for text in (f"{first} > 3", f"courses.any({second} > 3)", f"builds_on.{after} > 3"):
        with pytest.raises(conditions.ConditionError, match="There is no field"):
            conditions.read(text, courses, User.objects.with_access(seller))


def test_what_may_be_read_but_not_changed_hides_nothing(calculated, seller, courses):
    name = calculated("Takings", "price * seats")
    keep_back("courses", price=READ)
    assert name in seen_by(seller, courses)


def test_a_condition_within_a_formula_is_an_input(calculated, seller, courses):
    name = calculated("Dear", 'if(price > 100, "dear", "cheap")')
    counted = calculated("Dear ones", "count(courses, price > 100)")
    keep_back("courses", price=HIDDEN)
    assert not {name, counted} & seen_by(seller, courses).keys()


def test_a_field_of_another_object_is_an_input(calculated, seller, courses):
    persons = registry.get("persons")
    name = calculated("Boss in town", 'organisation.city + "!"', of="persons")
    counted = calculated("Buyers", 'count(persons, function contains "kauf")', of="organisations")
    assert name in seen_by(seller, persons)
    keep_back("organisations", city=HIDDEN)
    assert name not in seen_by(seller, persons)
    assert counted in seen_by(seller, registry.get("organisations"))
    keep_back("persons", function=HIDDEN)
    assert counted not in seen_by(seller, registry.get("organisations"))


def test_who_sees_only_some_records_sees_no_sum_of_all(calculated, administrator, courses):
    """Unless who made the field has said that it is for everybody who reads the record."""
    role = add_role(name="Trainee", like=find_role("reader"), by=None)
    set_grants(role, scopes={("organisations", Action.READ): Scope.OWN}, by=None)
    outsider = a_user("Mara Tiede", role=role.key)
    name = calculated("Houses below", "count(organisations)", of="organisations")
    organisations = registry.get("organisations")
    assert name not in seen_by(outsider.pk, organisations)
    row = CustomField.objects.get(name=name)
    change_field(row, {"options": {"for_all": True}}, version=1, by=administrator)
    assert name in seen_by(outsider.pk, organisations)


def test_the_stranger_finds_sorts_and_exports_nothing_by_it(calculated, seller, administrator, courses, client):
    name = calculated("Takings", "price * seats")
    create_record(courses, {"name": "Pottery", "seats": 3, "price": "11.11"}, by=administrator)
    keep_back("courses", price=HIDDEN)
    client.force_login(User.objects.get(pk=seller), backend="kundig.accounts.backends.AccessBackend")
    page = client.get("/courses/").content.decode()
    assert "Pottery" in page and "33,33" not in page and "Takings" not in page
    assert client.get(f"/courses/?sort={name}").status_code in (200, 400)
    assert "33.33" not in client.get("/api/v1/courses").content.decode()
    assert client.get("/api/v1/courses", {"filter": f"{name} > 3"}).status_code == 400
