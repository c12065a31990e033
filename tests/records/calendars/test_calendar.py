"""The calendar of an object that no domain knows: days, weeks, lasting and yearly events, moves to another day."""

import datetime as dt
import re
from contextlib import contextmanager
from html import unescape

import pytest

from kundig.accounts.actions import change_preferences, find_role, set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.calendars import Calendar, events
from kundig.records.calendars.offered import calendar_of, datings
from kundig.records.calendars.spans import span_of
from kundig.records.checks import check_description
from kundig.records.events import Via
from kundig.records.patience import TooSlow
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course
from tests.records.toy.objects import CourseDescription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


class Lasting(CourseDescription):
    name = "lasting-courses"
    calendar = Calendar(start="booking_opens_at", end="starts_on")


class Anniversaries(CourseDescription):
    name = "anniversaries"
    calendar = Calendar(start="starts_on", yearly=True)


def english(user):
    change_preferences(user, values={"language": "en"})
    return User.objects.with_access(user.pk)


@pytest.fixture
def user():
    return english(an_administrator())


@pytest.fixture
def web(client, user):
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


@pytest.fixture
def described():
    for description in (Lasting, Anniversaries):
        registry.register(description)
    yield
    for description in (Lasting, Anniversaries):
        registry.unregister(description.name)


def a_course(courses, user, **values):
    return create_record(courses, {"name": "Soldering", **values}, by=user, via=Via.HAND)


def days_in(html):
    """Day → what stands there, of the days on which anything does."""
    cells = re.findall(
        r'data-key="([\d-]+)" data-label.*?<ul class="stage__list" role="list">(.*?)</ul>', html, re.DOTALL
    )
    found = {}
    for day, listed in cells:
        texts = [
            " ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in re.findall(r"<p>(.*?)</p>", listed, re.DOTALL)
        ]
        if texts:
            found[day] = [unescape(text) for text in texts]
    return found


def asked(web, query, name="courses"):
    return days_in(web.get(f"/{name}/calendar/?{query}").content.decode())


def test_spans_are_whole_weeks_a_week_or_a_month():
    day = dt.date(2026, 11, 22)
    month = span_of("month", day)
    assert (month.first, month.last) == (dt.date(2026, 10, 26), dt.date(2026, 12, 6))
    assert (month.before, month.after) == (dt.date(2026, 10, 1), dt.date(2026, 12, 1))
    assert [len(week) for week in month.weeks] == [7] * 6
    week = span_of("week", day)
    assert (week.first, week.last, week.title("en")) == (
        dt.date(2026, 11, 16), dt.date(2026, 11, 22), "Week 47, 16 Nov – 22 Nov 2026",
    )  # fmt: skip
    assert week.title("de") == "Week 47, 16. Nov. – 22. Nov. 2026"
    agenda = span_of("agenda", day)
    assert (agenda.first, agenda.last, agenda.title("de")) == (
        dt.date(2026, 11, 1), dt.date(2026, 11, 30), "November 2026",
    )  # fmt: skip
    assert span_of("nonsense", dt.date.min).first.year == 999
    assert span_of("month", dt.date.max).last.year == 9999


def test_a_record_stands_on_its_day(web, courses, user):
    a_course(courses, user, starts_on="2026-11-22", city="Ulm")
    a_course(courses, user, name="Weaving", starts_on="2026-10-26")
    a_course(courses, user, name="Later", starts_on="2026-12-07")
    assert asked(web, "by=starts_on&on=2026-11-05") == {"2026-10-26": ["Weaving"], "2026-11-22": ["Soldering"]}
    assert asked(web, "by=starts_on&on=2026-11-22&span=week") == {"2026-11-22": ["Soldering"]}
    assert asked(web, "by=starts_on&on=2026-11-22&span=agenda") == {"2026-11-22": ["Soldering"]}
    assert asked(web, "by=starts_on&on=2026-12-22&span=agenda") == {"2026-12-07": ["Later"]}
    assert asked(web, "by=starts_on&on=2026-11-22&q=weav") == {"2026-10-26": ["Weaving"]}
    nothing = web.get("/courses/calendar/?by=starts_on&on=1999-01-01").content.decode()
    assert "Nothing stands in this time." in nothing


def test_a_moment_stands_on_the_day_of_the_house_with_its_time(web, courses, user):
    a_course(courses, user, booking_opens_at="2026-11-21T23:30:00Z")
    assert asked(web, "by=booking_opens_at&on=2026-11-01") == {"2026-11-22": ["00:30 Soldering"]}
    html = web.get("/courses/calendar/?by=booking_opens_at&on=2026-11-01").content.decode()
    assert asked(web, "on=nonsense&by=nonsense") == asked(web, "")
    assert "data-movable" in html


def test_of_a_full_day_some_are_shown_and_the_others_counted(web, courses, user):
    for number in range(6):
        a_course(courses, user, name=f"Course {number}", starts_on="2026-11-22")
    html = web.get("/courses/calendar/?by=starts_on&on=2026-11-22").content.decode()
    assert days_in(html) == {"2026-11-22": [f"Course {number}" for number in range(4)]}
    href = unescape(re.search(r'<a class="calendar__more" href="([^"]+)">2 more</a>', html)[1])
    assert len(days_in(web.get(f"/courses/calendar/{href}").content.decode())["2026-11-22"]) == 6


def test_what_lasts_stands_on_each_of_its_days(web, courses, user, described):
    a_course(courses, user, booking_opens_at="2026-11-18T10:00:00Z", starts_on="2026-11-20")
    a_course(courses, user, name="Long before", booking_opens_at="2026-09-01T10:00:00Z", starts_on="2026-11-16")
    a_course(courses, user, name="Over", booking_opens_at="2026-09-01T10:00:00Z", starts_on="2026-09-02")
    found = asked(web, "span=week&on=2026-11-18", "lasting-courses")
    assert found == {
        "2026-11-16": ["Long before"],
        "2026-11-18": ["11:00 Soldering"], "2026-11-19": ["Soldering"], "2026-11-20": ["Soldering"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "2024-02-29"), (2026, "2026-02-28"), (2023, None)], ids=["leap", "not", "before"]
)
def test_a_yearly_day_comes_again_and_the_29th_of_february_on_the_28th(web, courses, user, described, year, day):
    a_course(courses, user, starts_on="2024-02-29")
    found = asked(web, f"on={year}-02-10", "anniversaries")
    assert found == ({day: ["Soldering 2024"]} if day else {})
    assert "data-movable" not in web.get(f"/anniversaries/calendar/?on={year}-02-10").content.decode()


def test_yearly_days_over_the_turn_of_the_year(web, courses, user, described):
    a_course(courses, user, name="New Year", starts_on="1990-01-01")
    a_course(courses, user, name="Eve", starts_on="1990-12-31")
    assert asked(web, "on=2026-12-31&span=week", "anniversaries") == {
        "2026-12-31": ["Eve 1990"], "2027-01-01": ["New Year 1990"],
    }  # fmt: skip


def test_what_takes_too_long_says_what_helps(web, courses, user, monkeypatch):
    @contextmanager
    def never(_milliseconds):
        raise TooSlow
        yield

    monkeypatch.setattr(events, "at_most", never)
    page = web.get("/courses/calendar/")
    assert page.status_code == 200
    assert "A filter or a search helps." in page.content.decode()


# -- moving -----------------------------------------------------------------------------------------------------------


def move(web, course, field, name="courses", **data):
    return web.post(f"/{name}/{course.pk}/reschedule/{field}/", data, headers={"HX-Request": "true"})


def undo_of(answer):
    return unescape(re.search(r'hx-post="([^"]+)"', answer.content.decode())[1])


def test_a_date_is_moved_and_moved_back(web, courses, user):
    course = a_course(courses, user, starts_on="2026-11-22")
    moved = move(web, course, "starts_on", to="2026-11-24", seen="2026-11-22")
    assert moved["HX-Trigger"] == f'{{"changed": "courses:{course.pk}"}}'
    assert "Moved to Tuesday 24 November." in moved.content.decode()
    course.refresh_from_db()
    assert course.starts_on == dt.date(2026, 11, 24)
    undone = web.post(undo_of(moved))
    assert "Undone." in undone.content.decode()
    course.refresh_from_db()
    assert course.starts_on == dt.date(2026, 11, 22)


def test_a_moment_keeps_its_time_and_what_lasts_its_length(web, courses, user, described):
    course = a_course(courses, user, booking_opens_at="2026-10-23T10:00:00Z", starts_on="2026-10-25")
    moved = move(web, course, "booking_opens_at", "lasting-courses", to="2026-10-26")  # over the end of summer time
    course.refresh_from_db()
    assert course.booking_opens_at == dt.datetime(2026, 10, 26, 11, tzinfo=dt.UTC)
    assert course.starts_on == dt.date(2026, 10, 28)
    web.post(undo_of(moved))
    course.refresh_from_db()
    assert (course.booking_opens_at, course.starts_on) == (
        dt.datetime(2026, 10, 23, 10, tzinfo=dt.UTC),
        dt.date(2026, 10, 25),
    )


@pytest.mark.parametrize(
    ("field", "data", "status", "words"),
    [
        ("starts_on", {"to": "some day"}, 422, "“some day” is not a date"),
        ("starts_on", {"to": "2026-11-24", "seen": "2026-01-01"}, 422, "changed it to “22 Nov 2026” meanwhile"),
        ("booking_opens_at", {"to": "2026-11-24"}, 422, "“booking opens” is empty"),
        ("created_at", {"to": "2026-11-24"}, 403, "cannot be changed by hand"),
        ("nonsense", {"to": "2026-11-24"}, 404, "There is no field"),
    ],
)
def test_what_cannot_be_moved_says_why(web, courses, user, field, data, status, words):
    course = a_course(courses, user, starts_on="2026-11-22")
    refused = move(web, course, field, **data)
    assert (refused.status_code, words in unescape(refused.content.decode())) == (status, True)
    course.refresh_from_db()
    assert course.starts_on == dt.date(2026, 11, 22)


def test_owner_colleague_and_stranger(client, courses, user):
    find_role("sales")
    set_field_rights(find_role("sales"), rights={("courses", "starts_on"): FieldRight.READ}, by=None)
    owner, stranger = english(a_user("Svenja Kroll")), english(a_user("Max Horn", role="reader"))
    course = a_course(courses, user, starts_on="2026-11-22", owner=owner.pk)
    for person in (owner, stranger):
        client.force_login(person, backend="kundig.accounts.backends.AccessBackend")
        html = client.get("/courses/calendar/?by=starts_on&on=2026-11-22").content.decode()
        assert (days_in(html), "data-movable" in html) == ({"2026-11-22": ["Soldering"]}, False)
        assert move(client, course, "starts_on", to="2026-11-24").status_code == 403
    set_field_rights(find_role("sales"), rights={("courses", "starts_on"): FieldRight.HIDDEN}, by=None)
    assert "starts_on" not in {field.name for field in datings(courses, User.objects.with_access(owner.pk))}
    course.refresh_from_db()
    assert course.starts_on == dt.date(2026, 11, 22)
    client.logout()
    assert client.get("/courses/calendar/").status_code == 302


def test_what_a_description_says_comes_first(user):
    assert check_description(Lasting()) == []
    assert calendar_of(Lasting(), user) == Lasting.calendar
    assert calendar_of(Lasting(), user, by="starts_on") == Calendar("starts_on")
    assert [field.name for field in datings(Lasting(), user)] == [
        "booking_opens_at", "starts_on", "created_at", "changed_at",
    ]  # fmt: skip

    class Wrong(CourseDescription):
        calendar = Calendar(start="begins_on", end="ends_on")

    assert [error.msg.split("'")[1] for error in check_description(Wrong())] == ["begins_on", "ends_on"]


def test_hostile_texts_change_no_tag(web, courses, user):
    def tags(text):
        course = a_course(courses, user, name=text, starts_on="2026-11-22")
        Course.objects.filter(pk=course.pk).update(city=text)
        html = web.get("/courses/calendar/?by=starts_on&on=2026-11-22").content.decode()
        course.delete()
        found = re.findall(r"<[a-z/][^>]*>", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", html))
        return [re.sub(r'"[^"]*"', '""', tag) for tag in found]

    assert tags(""""><script x=1>'&""") == tags("abc")
