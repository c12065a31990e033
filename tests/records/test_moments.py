"""Moments as people type them: with a time zone or without, also in the night when the clocks change."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from kundig.platform.formats import formats
from kundig.records.kinds.base import Reading
from kundig.records.kinds.times import Moment

READING = Reading(None, formats("en"), {})


def read(text):
    return Moment().parse(text, field=None, reading=READING)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01 14:30", "2026-07-01T12:30:00+00:00"),
        ("2026-07-01 14:30 America/New_York", "2026-07-01T18:30:00+00:00"),
        ("2026-07-01T14:30:00+05:30", "2026-07-01T09:00:00+00:00"),
        ("2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_moment_is_read_in_its_zone(text, utc):
    assert read(text).astimezone(dt.UTC).isoformat() == utc


def test_time_that_the_clocks_leave_out_is_refused():
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        read("2027-03-28 02:30")
    assert refused.value.messages == ["There is no 02:30 on 28 Mar 2027: the clocks go forward that night."]
    with translation.override("de"), pytest.raises(ValidationError) as refused:
        read("2027-03-28 02:30")
    assert refused.value.messages == [
        "02:30 Uhr gibt es am 28 Mar 2027 nicht: In dieser Nacht wird die Uhr vorgestellt."
    ]


@pytest.mark.parametrize("zone", ["Mars/Phobos", "Europe/Atlantis", "Europe/../../etc"])
def test_unknown_time_zone_is_refused(zone):
    with translation.override("en"), pytest.raises(ValidationError):
        read(f"2026-07-01 14:30 {zone}")


def test_unknown_time_zone_says_what_would_be_right():
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        read("2026-07-01 14:30 Europe/Atlantis")
    assert refused.value.messages == ["There is no time zone “Europe/Atlantis”. Write it like Europe/Vienna."]
