"""What is no formula is refused, with the place where it goes wrong."""

import pytest
from django.core.exceptions import ValidationError

from kundig.records import registry
from kundig.records.calculated.checking import checked
from kundig.records.conditions import ConditionError
from kundig.records.custom.actions import add_field, bring_back, change_field, retire_field
from kundig.records.custom.models import CustomField


@pytest.mark.parametrize(
    ("formula", "message", "marked"),
    [
        ("seets * 2", "Did you mean “seats”?", "seets"),
        ("seats * city", "is not possible between a number and a text", "seats * city"),
        ("seats * builds_on.sets", "Did you mean “seats”?", "sets"),
        ("sum(courses)", "Write it like", "courses"),
        ("sum(courses.city)", "a number is needed", "courses.city"),
        ("if(owner = me, 1, 2)", "somebody else for each reader", "me"),
        ("announcement", "computed when it is shown", "announcement"),
        ("tags", "cannot come to several texts", "tags"),
        ("builds_on", "cannot come to a record", "builds_on"),
        ("seats +", "", ""),
        ("", "Write what the values follow from", ""),
        ("1" + " + 1" * 1000, "At most", ""),
    ],
)
def test_each_fault_is_told_with_its_place(formula, message, marked, courses, db):
    with pytest.raises(ConditionError) as caught:
        checked(CustomField(object="courses", formula=formula), courses)
    problem = caught.value.problems[0]
    assert message in problem.message
    if marked:
        assert formula[problem.start : problem.end] == marked


def test_a_fault_is_told_at_the_input_of_the_formula(courses, administrator):
    with pytest.raises(ValidationError) as caught:
        add_field(courses, {"label_en": "Takings", "kind": "calculated", "formula": "seets"}, by=administrator)
    assert list(caught.value.message_dict) == ["formula"]
    assert not CustomField.objects.exists()


def test_formulas_do_not_go_round_in_a_circle(calculated, administrator, courses):
    first = calculated("Alpha", "seats + 1")
    second = calculated("Beta", f"{first} + 1")
    over = calculated("Gamma", f"sum(courses.{second})")
    row = CustomField.objects.get(name=first)
    for formula, way in (
        (f"{first} * 2", "Alpha → Alpha"), (f"seats + {second}", "Alpha → Beta → Alpha"),
        (f"builds_on.{over}", "Alpha → Gamma → Beta → Alpha"), (f"max(courses.{first})", "Alpha → Alpha"),
        (f"if({second} > 3, 1, 2)", "Alpha → Beta → Alpha"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            change_field(row, {"formula": formula}, version=1, by=administrator)
        assert way in caught.value.message_dict["formula"][0]
    row.formula = f"seats + {second}"
    with pytest.raises(ConditionError) as error:
        checked(row, courses)
    problem = error.value.problems[0]
    assert row.formula[problem.start : problem.end] == second


def test_what_a_field_holds_stays_what_it_is(calculated, add_typed, administrator, courses):
    row = CustomField.objects.get(name=calculated("Double", "seats * 2"))
    with pytest.raises(ValidationError, match="This comes to a text; the field holds “Number”"):
        change_field(row, {"formula": "name"}, version=1, by=administrator)
    with pytest.raises(ValidationError, match="A calculated field stays one"):
        change_field(row, {"formula": ""}, version=1, by=administrator)
    with pytest.raises(ValidationError, match="a typed one is never calculated"):
        change_field(add_typed("Stars"), {"formula": "seats"}, version=1, by=administrator)


def test_what_a_formula_reads_cannot_be_retired(calculated, add_typed, administrator, courses):
    stars = add_typed("Stars")
    name = calculated("Double", f"{stars.name} * 2")
    with pytest.raises(ValidationError, match="is used by the formula of “Double”"):
        retire_field(stars, by=administrator)
    row = retire_field(CustomField.objects.get(name=name), by=administrator)
    retire_field(stars, by=administrator)
    with pytest.raises(ValidationError, match="There is no field"):
        bring_back(row, by=administrator)


def test_a_formula_about_people_is_about_people(calculated, administrator, courses):
    birthday = registry.get("persons").fields["birthday"]
    row = CustomField.objects.get(name=calculated("Born in", "year(birthday)", of="persons"))
    assert (row.is_personal, row.purpose) == (True, birthday.purpose)
    name = calculated("Of age", "count(persons, birthday + 18 years < today)", of="organisations")
    assert not CustomField.objects.get(name=name).is_personal, "a number of people tells of none"


def test_a_calculated_field_is_typed_nowhere(calculated, administrator, courses):
    name = calculated("Double", "seats * 2", is_required=True, default="7", in_form=True)
    field = courses.fields[name]
    assert not field.editable and not field.required
    assert field not in courses.form_fields(administrator)
    assert not courses.may_write(administrator, field)
