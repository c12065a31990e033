"""What administrators do with added fields, and what is refused, at which input."""

import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.custom import indexes, loading
from kundig.records.custom.actions import (
    add_field,
    bring_back,
    change_field,
    choice_used,
    delete_field,
    replace_choice,
    retire_field,
    values_kept,
)
from kundig.records.custom.models import CustomField, FieldsVersion, IndexState
from tests.accounts.factories import a_user
from tests.records.custom.conftest import a_course
from tests.records.toy.models import Course


def refused(description, by, **values):
    with pytest.raises(ValidationError) as caught:
        add_field(description, {"label_en": "Rating", "kind": "text", **values}, by=by)
    return caught.value.message_dict


def test_only_administrators_add_fields(courses, db):
    with pytest.raises(PermissionDenied, match="Only administrators"):
        add_field(courses, {"label_en": "Rating", "kind": "text"}, by=a_user("Paula Roth", role="reader"))


def test_names_are_made_from_the_label_and_never_given_twice(add, administrator, courses):
    assert add("Förder-Satz (%)", "percent").name == "c_foerder_satz"
    row = CustomField.objects.get(name="c_foerder_satz")
    retire_field(row, by=administrator)
    delete_field(row, by=administrator)
    assert add("Förder-Satz (%)").name == "c_foerder_satz_2"
    assert add("Tax id").name == "c_tax_id_1", "paths end in _id themselves"
    assert add("☃☃").name == "c_field"


@pytest.mark.parametrize("label", ["Name", "course MANAGER", "starts on", "city"])
def test_a_field_is_not_called_like_another_one(label, courses, administrator):
    assert "already" in refused(courses, administrator, label_en=label)["label_en"][0]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"label_en": ""}, "label_de"), ({"label_en": "x" * 81}, "label_en"), ({"label_en": "a\x00b"}, "label_en"),
        ({"kind": "nonsense"}, "kind"), ({"kind": "choice"}, "choices"), ({"kind": "reference"}, "target"),
        ({"kind": "reference", "options": {"target": "nothing"}}, "target"),
        ({"kind": "number", "options": {"places": 7}}, "places"), ({"is_personal": True}, "purpose"),
        ({"is_personal": True, "purpose": "none such"}, "purpose"), ({"kind": "number", "default": "many"}, "default"),
        ({"kind": "choice", "options": {"choices": [{"en": "A"}, {"en": "a"}]}}, "choices"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_input(values, where, courses, administrator):
    assert list(refused(courses, administrator, **values)) == [where]


def test_a_personal_field_is_off_until_its_purpose_is_on(add, administrator):
    field = add("Blood group", is_personal=True, purpose="family")
    assert field.name not in field.description.fields_for(administrator)
    assert field.name in field.description.fields


def test_defaults_and_required_fields(add, administrator, courses):
    add("Stars", "number", default="3")
    course = create_record(courses, {"name": "Pottery"}, by=administrator)
    assert Course.objects.get(pk=course.pk).custom == {"c_stars": "3"}
    assert add("Room", is_required=True).required


def test_renaming_keeps_every_value(add, administrator, courses):
    field = add("Stars", "number")
    course = create_record(courses, {"name": "Pottery", field.name: 5}, by=administrator)
    change_field(field.row, {"label_en": "Rating"}, version=1, by=administrator)
    renamed = courses.fields[field.name]
    assert str(renamed.label) == "Rating"
    assert renamed.value_in(Course.objects.get(pk=course.pk)) == 5


def test_the_second_of_two_administrators_is_told(add, administrator):
    row = add("Stars", "number").row
    change_field(row, {"label_en": "Rating"}, version=1, by=administrator)
    with pytest.raises(ValidationError, match="Somebody has changed this field in the meantime"):
        change_field(row, {"label_en": "Points"}, version=1, by=administrator)


def test_what_is_retired_is_hidden_and_comes_back_with_its_values(add, administrator, courses):
    field = add("Stars", "number")
    course = create_record(courses, {"name": "Pottery", field.name: 5}, by=administrator)
    row = retire_field(field.row, by=administrator)
    assert field.name not in courses.fields
    change_record(courses, Course.objects.get(pk=course.pk), {"seats": 4}, by=administrator)
    bring_back(row, by=administrator)
    assert courses.fields[field.name].value_in(Course.objects.get(pk=course.pk)) == 5


def test_deleting_needs_retirement_and_tells_how_many_values_go(add, administrator, courses):
    field = add("Stars", "number")
    for number in range(3):
        create_record(courses, {"name": f"Course {number}", field.name: number}, by=administrator)
    with pytest.raises(ValidationError, match="Retire the field first"):
        delete_field(field.row, by=administrator)
    row = retire_field(field.row, by=administrator)
    assert values_kept(row) == 3
    assert delete_field(row, by=administrator) == 3
    assert not Course.objects.exclude(custom={}).exists()
    assert field.name not in courses.fields


@pytest.mark.parametrize(("kind", "before", "after"), [("choice", "red", "green"), ("several", ["red", "blue"], None)])
def test_a_choice_in_use_is_counted_retired_and_replaced(kind, before, after, add, administrator, courses):
    field = add("Colour", kind)
    course = create_record(courses, {"name": "Pottery", field.name: before}, by=administrator)
    assert choice_used(field.row, "red") == 1
    choices = [{**each, "retired": each["value"] == "red"} for each in field.row.options["choices"]]
    row = change_field(field.row, {"options": {"choices": choices}}, version=1, by=administrator)
    retired = courses.fields[field.name]
    assert "Red" in retired.kind.text(None, before), "it is still shown where it stands"
    with pytest.raises(ValidationError, match="is not one of"):
        retired.kind.parse("Red", field=retired, reading=None)
    assert replace_choice(row, "red", "green", by=administrator) == 1
    found = retired.value_in(Course.objects.get(pk=course.pk))
    assert sorted(found) == ["blue", "green"] if after is None else found == after


def test_a_choice_that_is_used_is_not_simply_left_out(add, administrator, courses):
    field = add("Colour", "choice")
    create_record(courses, {"name": "Pottery", field.name: "red"}, by=administrator)
    rest = [each for each in field.row.options["choices"] if each["value"] != "red"]
    with pytest.raises(ValidationError) as caught:
        change_field(field.row, {"options": {"choices": rest}}, version=1, by=administrator)
    assert "1 record" in caught.value.message_dict["choices"][0]


def test_two_who_change_different_fields_lose_nothing(add, administrator, courses):
    first, second = add("Stars", "number"), add("Room")
    course = a_course()
    one, other = Course.objects.get(pk=course.pk), Course.objects.get(pk=course.pk)
    change_record(courses, one, {first.name: 5}, by=administrator)
    change_record(courses, other, {second.name: "A 1", "seats": 7}, by=administrator)
    other.save()
    assert Course.objects.get(pk=course.pk).custom == {first.name: "5", second.name: "A 1"}


def test_the_index_is_built_used_and_dropped(add, administrator, courses):
    field = add("Stars", "number")
    row = field.row
    assert CustomField.objects.get(pk=row.pk).index_state == IndexState.WAITING
    indexes.bring_in_step(row)
    assert row.index_state == IndexState.READY
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [row.index_name])
        assert "c_stars" in cursor.fetchone()[0]
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    for rows in (
        courses.everything().filter(**{f"{field.path}__gt": 3}).order_by(field.path, "pk")[:50],
        courses.everything().filter(**{f"{field.path}__isnull": False}).order_by(f"-{field.path}", "-pk")[:50],
        courses.everything().filter(**{f"{field.path}__in": [3, 4]}),
    ):
        assert row.index_name in rows.values_list("pk").explain(), rows.query
    retired = retire_field(row, by=administrator)
    indexes.bring_in_step(retired)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = %s", [row.index_name])
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize(
    "kind", ["text", "money", "date", "time", "moment", "choice", "several", "user", "yes_no", "mail"]
)
def test_every_kind_can_be_indexed(kind, add, administrator, courses):
    field = add("Something", kind)
    indexes.bring_in_step(field.row)
    assert field.row.index_state == IndexState.READY


def test_another_process_loads_what_has_changed(add, courses):
    """Its memory is played by forgetting here what was loaded, and by a version that is not the one known."""
    field = add("Stars", "number")
    loading.forget()
    assert field.name not in courses.fields
    loading.ensure_current()
    assert field.name in courses.fields
    CustomField.objects.filter(name=field.name).update(label_en="Rating")
    loading.ensure_current()
    assert str(courses.fields[field.name].label) == "Stars", "nobody has said that it changed"
    FieldsVersion.objects.update(version=uuid.uuid4())
    loading.ensure_current(now=loading._checked_at + loading.CHECK_SECONDS)
    assert str(courses.fields[field.name].label) == "Rating"


def test_the_question_for_the_version_is_not_asked_at_every_request(add, courses, django_assert_num_queries):
    add("Stars", "number")
    loading.ensure_current()
    with django_assert_num_queries(0):
        loading.ensure_current()


@pytest.mark.django_db(transaction=True)
def test_two_threads_write_different_fields_of_one_record(courses):
    from tests.accounts.factories import an_administrator

    administrator = an_administrator()
    names = []
    for label in ("Stars", "Room"):
        names.append(add_field(courses, {"label_en": label, "kind": "text"}, by=administrator).name)
    course = a_course()

    def write(name):
        try:
            for number in range(20):
                change_record(courses, Course.objects.get(pk=course.pk), {name: str(number)}, by=administrator)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Course.objects.get(pk=course.pk).custom == dict.fromkeys(names, "19")


def test_fields_stand_on_their_surfaces(add, administrator):
    organisations = registry.get("organisations")
    field = add(
        "Region of sales", "choice", description=organisations, in_table=True, in_search=True, section="Company"
    )
    assert field in organisations.table_columns(administrator)
    assert field in organisations.form_fields(administrator)
    assert field.name in organisations.search.split()
    assert field.name in organisations.filters.split()
    names = next(names for title, names in organisations.page.sections.items() if str(title) == "Company")
    assert names.split()[-1] == field.name
    assert field.name not in registry.get("persons").fields
