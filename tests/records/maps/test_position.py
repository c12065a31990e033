"""Positions: typed, stored, checked, told to programs."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from kundig.platform.formats import formats
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.records.kinds.base import Reading
from kundig.records.kinds.places import Position
from tests.accounts.factories import an_administrator
from tests.records.rest.conftest import Program

MUNICH = {"latitude": 48.137, "longitude": 11.575}
READING = Reading(user=None, formats=formats("de"), row={})


@pytest.mark.parametrize(
    "text",
    [
        "48.137, 11.575",
        "48.137,11.575",
        "48,137, 11,575",
        " 48.137 11.575 ",
        "48.137; 11.575",
        "48.137° N, 11.575° E",
    ],
)
def test_it_is_read_as_people_write_it(text):
    with translation.override("en"):
        assert Position().parse(text, field=None, reading=READING) == MUNICH


def test_south_and_west_are_negative():
    read = Position().parse("33.45 S, 70.66 W", field=None, reading=READING)
    assert read == {"latitude": -33.45, "longitude": -70.66}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Munich", "“Munich” is no position"),
        ("48.137", "is no position"),
        ("91, 11", "The latitude must lie between −90 and 90"),
        ("48, 181", "The longitude must lie between −180 and 180"),
        ("1" * 5000, "is no position"),
        ("nan, nan", "is no position"),
    ],
)
def test_what_is_no_position_says_so(text, words):
    with pytest.raises(ValidationError) as refused, translation.override("en"):
        Position().parse(text, field=None, reading=READING)
    assert words in refused.value.messages[0]


@pytest.mark.parametrize("value", ["48, 11", {"latitude": 48}, {"latitude": True, "longitude": 1}, {**MUNICH, "x": 1}])
def test_programs_send_an_object_of_two_numbers(value):
    with pytest.raises(ValidationError):
        Position().from_json(value, field=None, reading=READING)


def test_it_is_shown_without_needless_digits():
    assert Position().text(formats("de"), 48.1, 11.0) == "48.1, 11"
    assert Position().text(formats("de"), 48.1, None) == ""


@pytest.mark.django_db
def test_a_party_has_one_and_programs_read_and_write_it():
    user = an_administrator()
    program = Program(user)
    made = program.post("organisations", {"name": "Walzwerk Ahlen GmbH", "position": MUNICH})
    assert (made.status_code, made.json()["position"]) == (201, MUNICH)
    assert "latitude" not in made.json()
    address = f"organisations/{made.json()['id']}"
    assert program.patch(address, {"position": {"latitude": 95, "longitude": 1}}).status_code == 422
    assert program.get(address).json()["position"] == MUNICH
    assert program.patch(address, {"position": None}).json()["position"] is None


@pytest.mark.django_db
def test_it_is_kept_with_the_record(courses):
    user = an_administrator()
    course = create_record(courses, {"name": "Soldering", "position": MUNICH}, by=user)
    assert (course.latitude, course.longitude) == (48.137, 11.575)
    change_record(courses, course, {"position": {"latitude": None, "longitude": None}}, by=user)
    course.refresh_from_db()
    assert course.latitude is None
    person = create_record(registry.get("persons"), {"family_name": "Kroll", "position": MUNICH}, by=user)
    assert person.longitude == 11.575
    with pytest.raises(ValidationError, match="90"):
        change_record(registry.get("persons"), person, {"latitude": 91.0}, by=user)
    assert json.dumps(MUNICH)
