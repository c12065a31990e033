"""What people type, what programs send, and what comes of it, kind by kind."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from kundig.platform.formats import formats
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.records.kinds.choices import Choice, Several, YesNo
from kundig.records.kinds.contacts import Website
from kundig.records.kinds.numbers import Money, Number, Percent
from kundig.records.kinds.texts import LongText, Text
from kundig.records.kinds.times import Date, Moment, Time

DE = formats("de")
READING = Reading(user=None, formats=DE, row={})


def field(kind, column):
    return Field(
        description=SimpleNamespace(),
        name="value",
        path="value",
        kind=kind,
        model_field=column,
        label="Value",
        help="",
        required=False,
        editable=True,
        personal=False,
        purpose="",
    )


def parsed(kind, column, raw):
    return kind.parse(raw, field=field(kind, column), reading=READING)


def sent(kind, column, value):
    return kind.from_json(value, field=field(kind, column), reading=READING)


DECIMAL = models.DecimalField(max_digits=8, decimal_places=2)
SEASONS = [("spring", "Frühling"), ("autumn", "Herbst")]


@pytest.mark.parametrize(
    ("kind", "column", "raw", "value"),
    [
        (Text(), models.CharField(max_length=20), "  Alfreds   Futterkiste ", "Alfreds Futterkiste"),
        (LongText(), models.TextField(), "a\r\nb\n", "a\nb"),
        (Number(), models.IntegerField(null=True), "1.234", 1234),
        (Number(), DECIMAL, "1.234,5", Decimal("1234.50")),
        (Number(), models.IntegerField(null=True), "  ", None),
        (Percent(), DECIMAL, "12,5 %", Decimal("12.50")),
        (YesNo(), models.BooleanField(), "ja", True),
        (YesNo(), models.BooleanField(), "", False),
        (Date(), models.DateField(null=True), "3.4.26", dt.date(2026, 4, 3)),
        (Time(), models.TimeField(null=True), "14.30 Uhr", dt.time(14, 30)),
        (Choice(SEASONS), models.CharField(max_length=9), "frühling", "spring"),
        (Choice(SEASONS), models.CharField(max_length=9), "AUTUMN", "autumn"),
        (Several(), None, "VIP\nMesse, VIP", ["VIP", "Messe"]),
        (Several(SEASONS), None, "Herbst", ["autumn"]),
        (Website(), models.URLField(), "www.example.com", "https://www.example.com"),
    ],
)
def test_what_people_type_is_understood(kind, column, raw, value):
    assert parsed(kind, column, raw) == value


@pytest.mark.parametrize(
    ("kind", "column", "raw", "words"),
    [
        (Text(), models.CharField(max_length=5), "sechs!", "6 characters long; at most 5"),
        (Text(), models.CharField(max_length=5), "a\x00b", "NUL"),
        (Number(), models.IntegerField(), "many", "“many” is not a number"),
        (Number(), models.IntegerField(), "1,5", "whole numbers"),
        (Number(), models.IntegerField(), "99999999999", "at most 2147483647"),
        (Number(), models.PositiveIntegerField(), "-1", "not be negative"),
        (Number(), DECIMAL, "1,234", "At most 2 digits"),
        (Number(), DECIMAL, "1234567", "at most 6 digits"),
        (YesNo(), models.BooleanField(), "vielleicht", "neither yes nor no"),
        (Date(), models.DateField(), "31.02.2026", "not a date"),
        (Time(), models.TimeField(), "25:00", "not a time"),
        (Moment(), models.DateTimeField(), "gestern", "not a date with a time"),
        (Choice(SEASONS), models.CharField(max_length=9), "Winter", "not one of: Frühling, Herbst"),
        (Several(SEASONS), None, "Winter", "not one of"),
        (Several(), None, "x" * 81, "too long"),
        (Website(), models.URLField(), "javascript:alert(1)", "not a web address"),
        (Website(), models.URLField(), "https://[", "not a web address"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_words(kind, column, raw, words):
    with pytest.raises(ValidationError) as refused:
        parsed(kind, column, raw)
    assert words in " ".join(refused.value.messages)


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        (Text(), models.CharField(max_length=5), 7),
        (Text(), models.CharField(max_length=5), ["a"]),
        (Number(), models.IntegerField(), True),
        (Number(), models.IntegerField(), "seven"),
        (Number(), models.IntegerField(), "Infinity"),
        (Number(), DECIMAL, float("nan")),
        (Number(), models.IntegerField(), {"a": 1}),
        (Number(), DECIMAL, 10**40),
        (YesNo(), models.BooleanField(), "yes"),
        (Several(), None, "VIP"),
        (Several(), None, ["a\x00"]),
        (Date(), models.DateField(), 20260403),
    ],
)
def test_json_of_another_type_is_refused(kind, column, value):
    with pytest.raises(ValidationError):
        sent(kind, column, value)


@given(st.integers(min_value=-(2**31) + 1, max_value=2**31 - 1))
def test_a_typed_number_is_what_the_editor_showed(number):
    kind, column = Number(), models.IntegerField()
    assert parsed(kind, column, kind.typed(DE, number)) == number
    assert sent(kind, column, kind.to_json(number)) == number


@given(st.decimals(min_value=-(10**5), max_value=10**5, places=2))
def test_a_typed_decimal_is_what_the_editor_showed(number):
    kind = Number()
    assert parsed(kind, DECIMAL, kind.typed(DE, number)) == number
    assert sent(kind, DECIMAL, kind.to_json(number)) == number


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_but_never_breaks(text):
    kinds = [
        Text(),
        LongText(),
        Number(),
        Percent(),
        YesNo(),
        Date(),
        Time(),
        Moment(),
        Choice(SEASONS),
        Several(),
        Website(),
    ]
    for kind in kinds:
        try:
            parsed(kind, models.CharField(max_length=200), text)
        except ValidationError as error:
            assert error.messages


def test_cells_escape_what_people_wrote():
    evil = "\"><script x=1>'&"
    for kind in (Text(), LongText(), Website(), Choice(SEASONS)):
        html = kind.cell(DE, evil)
        assert "<script" not in html
    assert "<script" not in Several().cell(DE, [evil])
    assert "<b>" not in Money().cell(DE, Decimal(5), "<b>")
