"""When mails about notices may go out."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kundig.notices.enums import Way
from kundig.notices.rules import Rest, mailed_at

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = Rest(dt.time(19), dt.time(7), frozenset({5, 6}))
EIGHT = dt.time(8)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-18T10:00", "2026-11-18T10:00"),  # a Wednesday
        ("2026-11-18T19:00", "2026-11-19T07:00"),
        ("2026-11-18T03:00", "2026-11-18T07:00"),
        ("2026-11-18T07:00", "2026-11-18T07:00"),
        ("2026-11-20T18:59", "2026-11-20T18:59"),
        ("2026-11-20T22:00", "2026-11-23T07:00"),  # Friday night to Monday
        ("2026-11-21T12:00", "2026-11-23T07:00"),
    ],
)
def test_mails_at_once_wait_for_the_end_of_rest(now, then):
    assert mailed_at(Way.AT_ONCE, now=at(now), rest=NIGHTS, summary=EIGHT) == at(then)


def test_rest_within_a_day_and_none_at_all():
    noon = Rest(dt.time(12), dt.time(13, 30))
    assert noon.end_after(at("2026-11-18T12:10")) == at("2026-11-18T13:30")
    assert noon.end_after(at("2026-11-18T13:30")) == at("2026-11-18T13:30")
    assert Rest().end_after(at("2026-11-21T03:00")) == at("2026-11-21T03:00")
    assert Rest(EIGHT, EIGHT).end_after(at("2026-11-18T08:00")) == at("2026-11-18T08:00")


def test_seven_days_off_are_none():
    assert Rest(days=frozenset(range(7))).end_after(at("2026-11-18T08:00")) == at("2026-11-18T08:00")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-18T07:59", "2026-11-18T08:00"),
        ("2026-11-18T08:00", "2026-11-19T08:00"),
        ("2026-11-20T09:00", "2026-11-23T08:00"),
    ],
)
def test_the_summary_comes_at_its_hour_on_days_that_are_not_off(now, then):
    assert mailed_at(Way.DAILY, now=at(now), rest=NIGHTS, summary=EIGHT) == at(then)


@pytest.mark.parametrize("way", [Way.HERE, Way.OFF])
def test_who_wants_no_mail_gets_none(way):
    assert mailed_at(way, now=at("2026-11-18T10:00"), rest=NIGHTS, summary=EIGHT) is None


def test_the_night_in_which_clocks_change_has_its_end():
    assert NIGHTS.end_after(at("2026-10-25T02:30")) == at("2026-10-26T07:00")
