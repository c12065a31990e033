"""What comes again: read, refused, in words, and day after day."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kundig.platform.formats import formats
from kundig.timeline.rules.repeating import Repeat, all_days, anchored, next_of, read_rule
from kundig.timeline.rules.wording import PRESETS, typed_of, understood, words_of

MONDAY = dt.date(2026, 11, 23)
NO_RULE = "“%s” is no rule for repeating. Write for example “every week” or FREQ=WEEKLY;UNTIL=20271231."
OF_MARS = "DTSTART;TZID=Mars/Phobos:20260101T000000\nRRULE:FREQ=DAILY"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("FREQ=WEEKLY", "FREQ=WEEKLY"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO", "FREQ=WEEKLY"),
        ("freq=weekly;byday=we,mo", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3"),
        ("FREQ=YEARLY;UNTIL=20301231T000000Z", None),
        ("FREQ=YEARLY;UNTIL=20301231", "FREQ=YEARLY;UNTIL=20301231"),
    ],
)
def test_rule_is_kept_in_one_writing(text, kept):
    assert read_rule(text).text == (kept or "FREQ=YEARLY;UNTIL=20301231")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("FREQ=SECONDLY", "That is too often: something can come again once a day at most."),
        ("FREQ=HOURLY;INTERVAL=24", "That is too often: something can come again once a day at most."),
        ("INTERVAL=2",
         "A rule for repeating needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY; “INTERVAL=2” has none of them."),
        ("FREQ=DAILY;COUNT=0", "COUNT must be a number from 1 to 1000, not “0”."),
        ("FREQ=DAILY;COUNT=99999999", "COUNT must be a number from 1 to 1000, not “99999999”."),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL must be a number from 1 to 120, not “-1”."),
        ("FREQ=DAILY;COUNT=2;UNTIL=20300101", "Say either until when (UNTIL) or how often (COUNT), not both."),
        ("FREQ=DAILY;UNTIL=20301399", "UNTIL must be a day like 20271231, not “20301399”."),
        ("FREQ=WEEKLY;BYDAY=XX", "“XX” is no day of the week. They are called MO, TU, WE, TH, FR, SA and SU."),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY must be numbers from 1 to 31, not “32”."),
        ("FREQ=DAILY;BYHOUR=1", "“BYHOUR=” is not understood in a rule for repeating."),
        ("FREQ=DAILY;FREQ=DAILY", NO_RULE % "FREQ=DAILY;FREQ=DAILY"),
        (OF_MARS, NO_RULE % OF_MARS),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_the_reason(text, why):
    with pytest.raises(ValidationError) as refused:
        read_rule(text)
    assert refused.value.messages == [why]


def test_series_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match="This ends on 2020-01-01, before it begins on 2026-11-23"):
        anchored(read_rule("FREQ=DAILY;UNTIL=20200101"), MONDAY)


def test_day_that_never_comes_is_refused():
    with pytest.raises(ValidationError, match="A day like that never comes"):
        anchored(read_rule("FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=3"), MONDAY)


def test_month_without_a_31st_takes_its_last_day_and_the_31st_stays_meant():
    rule = anchored(read_rule("FREQ=MONTHLY"), dt.date(2027, 1, 31))
    assert rule.text == "FREQ=MONTHLY;BYMONTHDAY=31"
    day, days = dt.date(2027, 1, 31), []
    for _number in range(4):
        day, rule = next_of(rule, day)
        days.append(day.isoformat())
    assert days == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]


def test_29th_of_february_is_the_28th_in_other_years():
    rule = anchored(read_rule("FREQ=YEARLY;COUNT=5"), dt.date(2028, 2, 29))
    assert [str(day) for day in all_days(rule, dt.date(2028, 2, 29))] == [
        "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29",
    ]  # fmt: skip


def test_missed_ones_are_left_out_but_count():
    found = next_of(read_rule("FREQ=WEEKLY;COUNT=5"), MONDAY, not_before=MONDAY + dt.timedelta(days=15))
    assert found == (dt.date(2026, 12, 14), Repeat("WEEKLY", count=2))


def test_last_of_a_series_has_no_next():
    assert next_of(read_rule("FREQ=WEEKLY;COUNT=1"), MONDAY) is None
    assert next_of(read_rule("FREQ=WEEKLY;UNTIL=20261129"), MONDAY) is None


def test_series_without_an_end_is_never_written_out():
    with pytest.raises(ValidationError, match="A series without an end cannot be written out"):
        all_days(read_rule("FREQ=DAILY"), MONDAY)


def test_series_with_too_many_days_is_refused():
    with pytest.raises(ValidationError, match="more than 260 appointments"):
        all_days(read_rule("FREQ=DAILY;UNTIL=20300101"), MONDAY)
    assert len(all_days(read_rule("FREQ=WEEKLY;COUNT=260"), MONDAY)) == 260


rules = st.builds(
    Repeat,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 120),
    st.none() | st.integers(1, 1000),
    weekdays=st.just(()) | st.sampled_from([("MO",), ("MO", "WE"), ("FR",)]),
)


@given(rules, st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)))
def test_next_day_is_later_and_the_rule_reads_back(rule, day):
    assert read_rule(rule.text) == rule
    found = next_of(rule, day)
    if found:
        assert found[0] > day
        assert found[1].count == (None if rule.count is None else rule.count - 1)


@given(rules, st.sampled_from(["de", "en"]))
def test_what_stands_in_the_input_is_read_back_as_the_same(rule, language):
    with translation.override(language):
        assert understood(typed_of(rule, formats(language))) == rule


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("every week", "FREQ=WEEKLY"),
        ("jede Woche", "FREQ=WEEKLY"),
        ("Wöchentlich", "FREQ=WEEKLY"),
        ("alle zwei Wochen", "FREQ=WEEKLY;INTERVAL=2"),
        ("alle 3 Monate bis 31.12.2027", "FREQ=MONTHLY;INTERVAL=3;UNTIL=20271231"),
        ("jeden Werktag", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("jeden Montag", "FREQ=WEEKLY;BYDAY=MO"),
        ("every Monday until 31.12.2027", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20271231"),
        ("jedes Jahr, 5-mal", "FREQ=YEARLY;COUNT=5"),
        ("every 6 months, 4 times", "FREQ=MONTHLY;INTERVAL=6;COUNT=4"),
        ("vierteljährlich", "FREQ=MONTHLY;INTERVAL=3"),
    ],
)
def test_words_of_both_languages_are_understood(typed, kept):
    assert understood(typed).text == kept


@pytest.mark.parametrize("typed", ["every second", "jede Sekunde", "every 5 minutes", "alle 2 Stunden"])
def test_too_often_is_said_in_words_too(typed):
    with pytest.raises(ValidationError, match="too often"):
        understood(typed)


def test_words_in_both_languages():
    with translation.override("en"):
        assert [words_of(rule, formats("en")) for rule in PRESETS] == [
            "every day", "every working day", "every week", "every 2 weeks", "every month", "every 3 months",
            "every 6 months", "every year",
        ]  # fmt: skip
    with translation.override("de"):
        assert [words_of(rule, formats("de")) for rule in PRESETS] == [
            "jeden Tag", "jeden Arbeitstag", "jede Woche", "alle 2 Wochen", "jeden Monat", "alle 3 Monate",
            "alle 6 Monate", "jedes Jahr",
        ]  # fmt: skip
        rule = read_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20271231")
        assert words_of(rule, formats("de")) == "alle 2 Wochen am Montag und Mittwoch bis 31.12.2027"
