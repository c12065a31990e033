"""By when a lead is answered, what it is worth, and what of an address is kept: arithmetic only."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kundig.sales.rules.forms import key_from, network_of, origin_of
from kundig.sales.rules.response import respond_by
from kundig.sales.rules.scores import in_words, score_of

BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = {dt.date(2026, 12, 25), dt.date(2026, 12, 26)}


def by(text, *, minutes=240):
    found = respond_by(
        dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN), minutes=minutes, opens=dt.time(8), closes=dt.time(17),
        is_working_day=lambda day: day.weekday() < 5 and day not in CHRISTMAS,
    )  # fmt: skip
    return found and f"{found:%a %d.%m. %H:%M}"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-23 09:15", "Mon 23.11. 13:15"),
        ("2026-11-23 15:00", "Tue 24.11. 10:00"),  # two hours are left today
        ("2026-11-23 05:00", "Mon 23.11. 12:00"),  # counts from eight
        ("2026-11-23 17:00", "Tue 24.11. 12:00"),
        ("2026-11-20 16:00", "Mon 23.11. 11:00"),  # over the weekend
        ("2026-11-21 11:00", "Mon 23.11. 12:00"),  # on a Saturday
        ("2026-12-24 15:00", "Mon 28.12. 10:00"),  # over Christmas
        ("2026-11-23 13:00", "Mon 23.11. 17:00"),  # just as the house closes
    ],
)
def test_answer_is_due_in_working_hours(received, expected):
    assert by(received) == expected


def test_answer_over_the_change_of_clocks_keeps_the_hours_on_the_wall():
    assert by("2026-10-23 15:00") == "Mon 26.10. 10:00"


def test_house_that_never_works_has_no_target():
    assert respond_by(
        dt.datetime(2026, 11, 23, tzinfo=BERLIN), minutes=60, opens=dt.time(8), closes=dt.time(17),
        is_working_day=lambda day: False,
    ) is None  # fmt: skip


@pytest.mark.parametrize(("points", "score"), [([20, 15], 35), ([90, 30], 100), ([10, -30], 0), ([], 0)])
def test_score_stays_between_nothing_and_hundred(points, score):
    assert score_of((each, "") for each in points) == score


def test_reasons_are_told_with_their_points():
    assert (
        in_words([[20, "Sitz in Deutschland"], [-10, "Keine Firma"]]) == "Sitz in Deutschland (+20), Keine Firma (−10)"
    )


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"), ("https://Example.com/", "https://example.com"),
        ("https://example.com:443", "https://example.com"), ("http://localhost:8000", "http://localhost:8000"),
        ("example.com", ""), ("https://example.com/page", ""), ("https://user@example.com", ""), ("*", ""),
        ("javascript:alert(1)", ""), ("https://example.com:99999", ""), ("https://exa mple.com", ""), ("null", ""),
    ],
)  # fmt: skip
def test_origin_is_what_browsers_send(text, origin):
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"), ("nonsense", ""), ("", ""),
    ],
)  # fmt: skip
def test_of_an_address_its_network_is_kept(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(("name", "key"), [("Anfrage Wärmepumpe!", "anfrage-waermepumpe"), ("???", "form")])
def test_form_is_found_under_its_name(name, key):
    assert key_from(name) == key
