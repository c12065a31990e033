"""Each kind of added field through every surface: typed, kept, shown, filtered, sorted, told by REST."""

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

import pytest

from kundig.platform.formats import formats
from kundig.records import conditions, registry
from kundig.records.actions import change_record, create_record
from kundig.records.custom.kinds import KINDS
from kundig.records.exports.files import Export
from kundig.records.kinds.base import ISO, Reading
from kundig.records.listing import listing
from kundig.records.rest.items import ItemPlan
from kundig.records.rows import RowPlan
from tests.records.custom.conftest import a_course
from tests.records.toy.models import Course

WRITTEN = {
    "text": ("Ütliberg <b>", "Ütliberg <b>", "Ütliberg &lt;b&gt;"),
    "long_text": ("first\nsecond & third", "first\nsecond & third", "first …"),
    "number": ("1,234", 1234, '<data value="1234">1,234</data>'),
    "money": ("1250.5", Decimal("1250.50"), "1,250.50"),
    "percent": ("12.5", Decimal("12.50"), "12.5"),
    "yes_no": ("yes", True, "yes"),
    "date": ("2026-04-03", dt.date(2026, 4, 3), "2026-04-03"),
    "time": ("14:30", dt.time(14, 30), "14:30"),
    "moment": ("2026-04-03T12:30:00+00:00", dt.datetime(2026, 4, 3, 12, 30, tzinfo=dt.UTC), "2026-04-03T"),
    "choice": ("green", "green", "Green"),
    "several": ("red, Blue", ["red", "blue"], '<span class="tag">Red</span>'),
    "mail": ("maria@example.com", "maria@example.com", "mailto:maria@example.com"),
    "phone": ("+49 30 0074321", "+49300074321", "tel:+49300074321"),
    "website": ("www.example.com", "https://www.example.com", 'href="https://www.example.com"'),
}  # fmt: skip


def typed(field, raw, user):
    return field.kind.parse(raw, field=field, reading=Reading(user, formats("en"), {}))


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_value_of_every_kind_goes_through_every_surface(kind, add, administrator):
    raw, value, cell = WRITTEN[kind]
    field = add(kind=kind, in_table=True, in_search=True)
    description = field.description
    parsed = typed(field, raw, administrator)
    course = create_record(description, {"name": "Pottery", field.name: parsed}, by=administrator)
    other = create_record(description, {"name": "Aikido"}, by=administrator)
    read = Course.objects.get(pk=course.pk)
    assert field.value_in(read) == value
    plan = RowPlan([field])
    row = plan.one(description.everything(), course.pk)
    assert plan.values(row, field) == (value,)
    assert cell in field.cell(formats("en"), *plan.values(row, field))
    assert field.kind.is_empty(*plan.values(plan.one(description.everything(), other.pk), field))
    if kind != "long_text":
        asked = listing(
            description,
            administrator,
            {field.name: [raw.split(",")[0] if kind == "several" else raw]},
            formats=formats("en"),
        )
        assert list(asked.rows()) == [course]
    if field.sort_path:
        for sort, first in ((field.name, course), (f"-{field.name}", course)):
            asked = listing(description, administrator, {"sort": [sort]}, formats=formats("en"))
            keys = asked.page(limit=1)
            assert keys.ids == [first.pk] or kind in ("choice", "phone"), "empty values come last"
            following = asked.at(keys.after).page(limit=1)
            assert {*keys.ids, *following.ids} == {course.pk, other.pk}
    plan = ItemPlan(description, administrator)
    assert json.dumps(field.kind.to_json(value))
    body = field.kind.from_json(field.kind.to_json(value), field=field, reading=Reading(administrator, ISO, {}))
    assert body == value
    portions = Export([field], formats("en")).csv(RowPlan([field]).read(description.everything()), delimiter=";")
    assert b"Rating stars" in b"".join(portion for _number, portion in portions)


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_emptied_leaves_no_trace(kind, add, administrator):
    raw, _value, _cell = WRITTEN[kind]
    field = add(kind=kind)
    course = create_record(
        field.description, {"name": "Pottery", field.name: typed(field, raw, administrator)}, by=administrator
    )
    change_record(field.description, course, {field.name: typed(field, "", administrator)}, by=administrator)
    assert Course.objects.get(pk=course.pk).custom == {}


@pytest.mark.parametrize("kind", WRITTEN)
def test_conditions_know_every_kind(kind, add, administrator):
    _raw, value, _cell = WRITTEN[kind]
    field = add(kind=kind)
    course = create_record(field.description, {"name": "Pottery", field.name: value}, by=administrator)
    other = create_record(field.description, {"name": "Aikido"}, by=administrator)
    there = conditions.read(f"{field.name} is not empty", field.description, administrator)
    assert list(field.description.everything().filter(there.q())) == [course]
    assert there.holds(Course.objects.get(pk=course.pk))
    assert not there.holds(Course.objects.get(pk=other.pk))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", '{} = "utliberg <B>"'), ("text", '{} contains "berg"'), ("number", "{} > 1000"),
        ("money", "{} <= 1250.50"),
        ("date", "{} < 2026-05-01"), ("date", "{} + 1 month > 2026-05-01"), ("date", "month({}) = 4"),
        ("moment", "{} = 2026-04-03"), ("choice", "{} in (green, red)"), ("several", '{} contains "red"'),
        ("yes_no", "{} = true"), ("time", "{} > 14:00"),
    ],
)  # fmt: skip
def test_a_condition_finds_by_the_value(kind, text, add, administrator):
    field = add(kind=kind)
    course = create_record(field.description, {"name": "Pottery", field.name: WRITTEN[kind][1]}, by=administrator)
    create_record(field.description, {"name": "Aikido"}, by=administrator)
    found = conditions.read(text.format(field.name), field.description, administrator)
    assert list(field.description.everything().filter(found.q())) == [course]
    assert found.holds(Course.objects.get(pk=course.pk))


def test_references_show_the_title_and_are_found_by_id(add, administrator):
    house = create_record(registry.get("organisations"), {"name": "Molkerei & Co"}, by=administrator)
    field = add("Dealer", "reference")
    course = create_record(field.description, {"name": "Pottery", field.name: house.pk}, by=administrator)
    plan = RowPlan([field])
    assert plan.values(plan.one(field.description.everything(), course.pk), field) == (house.pk, "Molkerei & Co")
    assert f'/organisations/{house.pk}/">Molkerei &amp; Co' in field.cell(formats("en"), house.pk, "Molkerei & Co")
    asked = listing(field.description, administrator, {field.name: [str(house.pk)]}, formats=formats("en"))
    assert list(asked.rows()) == [course]
    found = conditions.read(f'{field.name} = "Molkerei & Co"', field.description, administrator)
    assert list(field.description.everything().filter(found.q())) == [course]


def test_users_are_chosen_and_me_is_oneself(add, administrator):
    field = add("Trainer", "user")
    course = create_record(field.description, {"name": "Pottery", field.name: administrator.pk}, by=administrator)
    a_course("Aikido")
    asked = listing(field.description, administrator, {field.name: ["me"]}, formats=formats("en"))
    assert list(asked.rows()) == [course]
    assert isinstance(field.value_in(Course.objects.get(pk=course.pk)), UUID)


def test_texts_sort_as_a_directory_does(add, administrator):
    field = add("Rating", "text")
    for text in ("Zebra", "äpfel", "Apfel", "öl", "Nuss"):
        create_record(field.description, {"name": text, field.name: text}, by=administrator)
    asked = listing(field.description, administrator, {"sort": [field.name]}, formats=formats("en"))
    names = dict(Course.objects.values_list("pk", "name"))
    assert [names[pk].lower() for pk in asked.page(limit=9).ids] in (
        ["äpfel", "apfel", "nuss", "öl", "zebra"], ["apfel", "äpfel", "nuss", "öl", "zebra"],
    )  # fmt: skip


def test_every_kind_says_what_it_is_for():
    assert all(kind.label and kind.says for kind in KINDS.values())
    assert len(KINDS) == 17
