"""Phone numbers in any writing."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from kundig.platform import phones
from tests.people import english  # noqa: F401 - fixtures


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("030-0074321", "DE", "+49300074321"),
        ("+49 (0) 89 1234567", "AT", "+49891234567"),
        ("0049 89/12345-67", "CH", "+49891234567"),
        ("+49891234567", "", "+49891234567"),
        ("+490891234567", "", "+49891234567"),
        ("011-4988261", "IT", "+390114988261"),
        ("(604) 555-4729", "CA", "+16045554729"),
        ("(171) 555-7788", "GB", "+441715557788"),
        ("089 1234567 Durchwahl 23", "DE", "+49891234567 ext. 23"),
    ],
)
def test_normalised_gives_e164_by_the_country(typed, country, kept):
    assert phones.normalised(typed, country=country) == kept
    assert phones.normalised(kept, country=country) == kept


@pytest.mark.parametrize(("typed", "country"), [("30.59.84.10", "FR"), ("(5)  555-4729", "MX"), ("110", "DE")])
def test_normalised_keeps_what_no_rule_of_the_country_fits(typed, country):
    assert phones.normalised(typed, country=country) == " ".join(typed.split())
    assert phones.e164(typed, country=country) == ""


@pytest.mark.parametrize("typed", ["abc", "siehe Zentrale", "12"])
def test_normalised_refuses_what_is_no_number(typed):
    with pytest.raises(ValidationError, match="is not a phone number"):
        phones.normalised(typed, country="DE")


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+49300074321", "+49 30 0074321"),
        ("+390114988261", "+39 011 498 8261"),
        ("+49891234567 ext. 23", "+49 89 1234567 ext. 23"),
        ("30.59.84.10", "30.59.84.10"),
        ("", ""),
    ],
)
def test_shown_is_how_people_read_it(kept, shown):
    assert phones.shown(kept) == shown


def test_is_mobile_asks_the_country_s_ranges():
    assert phones.is_mobile("+491701234567")
    assert not phones.is_mobile("+49891234567")
    assert not phones.is_mobile("089 1234567")


@settings(max_examples=500, deadline=None)
@given(
    text=st.text("0123456789 ()/.-", min_size=3, max_size=22),
    country=st.sampled_from(["DE", "AT", "CH", "FR", "NL", "BE"]),
)
def test_the_short_way_says_what_the_book_says(text, country):
    for number in (text, "0" + text.lstrip("0 ()/.-")):
        short = phones._plain(number, country)
        assert not short or short == phones._parsed_by_the_book(number, country)
