"""The pivot table of an object that no domain knows: groups, figures, totals, the lists behind them."""

import csv
import io
import re
from contextlib import contextmanager
from html import unescape

import pytest

from kundig.accounts.actions import change_preferences, find_role, set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.accounts.models import User
from kundig.platform.formats import formats
from kundig.records.actions import create_record
from kundig.records.checks import check_description
from kundig.records.events import Via
from kundig.records.patience import TooSlow
from kundig.records.pivots import Pivot, crossing
from kundig.records.pivots.offered import chosen, dimensions, measures
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course
from tests.records.toy.objects import CourseDescription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


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


def a_course(courses, user, **values):
    return create_record(courses, {"name": "Soldering", **values}, by=user, via=Via.HAND)


@pytest.fixture
def programme(courses, user):
    for number, (level, online, price, currency, day) in enumerate(
        [
            ("basic", True, "100", "EUR", "2026-01-10"),
            ("basic", False, "50", "EUR", "2026-03-31"),
            ("expert", False, "400", "CHF", "2026-04-01"),
            ("expert", False, "300", "EUR", "2025-12-31"),
            ("expert", True, None, "", None),
        ]
    ):
        a_course(
            courses, user, name=f"Course {number}", level=level, is_online=online, price=price, starts_on=day,
            price_currency=currency, owner=user.pk,
        )  # fmt: skip


def table(html):
    """The cells of each row as texts."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows)
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


def asked(web, query):
    return table(web.get(f"/courses/pivot/?{query}").content.decode())


def test_two_fields_cross_with_totals(web, programme):
    assert asked(web, "rows=level&across=is_online") == [
        ["Level", "no", "yes", "Total"],
        ["Basics", "1", "1", "2"],
        ["For experts", "2", "1", "3"],
        ["Total", "3", "2", "5"],
    ]


def test_one_field_alone_is_counted(web, programme):
    assert asked(web, "rows=owner&across=none") == [["Course manager", "Number"], ["Jana Brandt", "5"], ["Total", "5"]]


@pytest.mark.parametrize(
    ("measure", "basic", "expert", "total"),
    [
        ("sum:price", "€150", "CHF400 + €300", "CHF400 + €450"),
        ("avg:price", "€75", "CHF400 · €300", "CHF400 · €150"),
        ("min:price", "€50", "CHF400 · €300", "CHF400 · €50"),
        ("max:price", "€100", "CHF400 · €300", "CHF400 · €300"),
    ],
)
def test_figures_are_worked_out_for_each_currency(web, programme, measure, basic, expert, total):
    rows = asked(web, f"rows=level&across=none&measure={measure}")
    assert [row[-1] for row in rows[1:]] == [basic, expert, total]


@pytest.mark.parametrize(
    ("step", "labels"),
    [
        ("year", ["2025", "2026", "Not stated"]),
        ("quarter", ["Q4 2025", "Q1 2026", "Q2 2026", "Not stated"]),
        ("month", ["Dec 2025", "Jan 2026", "Mar 2026", "Apr 2026", "Not stated"]),
    ],
)
def test_dates_are_put_together_by_period(web, programme, step, labels):
    assert [row[0] for row in asked(web, f"rows=starts_on:{step}&across=none")[1:-1]] == labels


def test_moments_belong_to_the_day_of_the_house(web, courses, user):
    a_course(courses, user, booking_opens_at="2025-12-31T23:30:00Z")  # half past midnight in Berlin
    assert asked(web, "rows=booking_opens_at:year&across=none")[1] == ["2026", "1"]


def test_a_cell_leads_to_its_list(web, programme):
    html = web.get("/courses/pivot/?rows=level&across=is_online&q=course").content.decode()
    links = [unescape(link) for link in re.findall(r'<td class="num"><a href="([^"]+)"', html)]
    assert links[0] == "/courses/?q=course&level=basic&is_online=false"
    assert web.get(links[0]).content.decode().count("<tr id=") == 1
    assert "/courses/?q=course&level=expert" in [unescape(link) for link in re.findall(r'<a href="([^"]+)"', html)]


def test_search_filter_and_wrong_words(web, programme):
    assert asked(web, "rows=level&across=none&is_online=true")[-1] == ["Total", "2"]
    assert asked(web, "rows=level&across=none&q=nothing") == []
    html = unescape(web.get("/courses/pivot/?rows=nonsense&across=nonsense&measure=sum:name").content.decode())
    assert table(html)[0] == ["Level", "Number"]
    assert "There is no field “colour”" in unescape(web.get("/courses/pivot/?colour=red").content.decode())


def test_very_many_groups_share_one(courses, user, web, monkeypatch):
    monkeypatch.setattr(crossing, "MOST_ROWS", 3)
    for number in range(5):
        other = a_course(courses, user, name=f"Basis {number}", seats=number)
        a_course(courses, user, name=f"Course {number}", builds_on=other.pk)
    rows = asked(web, "rows=builds_on&across=none")
    assert [row[1] for row in rows[1:]] == ["1", "5", "4", "10"]
    assert rows[3][0] == "4 others"
    monkeypatch.setattr(crossing, "MOST_GROUPS", 2)
    assert "There are more than" in web.get("/courses/pivot/?rows=builds_on").content.decode()


def test_what_takes_too_long_says_what_helps(web, programme, monkeypatch):
    @contextmanager
    def never(_milliseconds):
        raise TooSlow
        yield

    monkeypatch.setattr(crossing, "at_most", never)
    page = web.get("/courses/pivot/")
    assert page.status_code == 200
    assert "A filter or a search helps." in page.content.decode()


def test_one_query_does_it_and_one_for_titles(courses, user, programme, django_assert_num_queries):
    first, second, measure = chosen(courses, user, rows="level", columns="owner", measure="sum:price")
    with django_assert_num_queries(6):  # savepoint, limit, the query, no limit, release; titles of the owners
        crossing.crossing(courses.visible_to(user), first, second, measure, user=user, formats=formats("en"))


def test_as_a_file(web, programme):
    answer = web.get("/courses/pivot/?rows=level&across=is_online&as=csv")
    assert answer["Content-Disposition"].startswith("attachment")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines == [
        ["Level", "no", "yes", "Total"],
        ["Basics", "1", "1", "2"],
        ["For experts", "2", "1", "3"],
        ["Total", "3", "2", "5"],
    ]


def test_what_a_description_says_stands_first(user):
    class Planned(CourseDescription):
        name = "planned-courses"
        pivot = Pivot(rows="starts_on:year", columns="level", measure="avg:seats")

    planned = Planned()
    assert check_description(planned) == []
    assert [x.key for x in chosen(planned, user)] == ["starts_on:year", "level", "avg:seats"]
    assert [x.key for x in chosen(planned, user, rows="level")[::2]] == ["level", "avg:seats"]
    assert chosen(planned, user, columns="none")[1] is None

    class Wrong(CourseDescription):
        pivot = Pivot(rows="began:year", measure="sum:turnover")

    assert [error.msg.split("'")[1] for error in check_description(Wrong())] == ["began", "turnover"]


def test_owner_colleague_and_stranger(client, courses, user, programme):
    find_role("sales")
    set_field_rights(find_role("sales"), rights={("courses", "price"): FieldRight.HIDDEN}, by=None)
    seller = english(a_user("Svenja Kroll"))
    assert "price" not in {m.field.name for m in measures(courses, seller) if m.field}
    set_field_rights(find_role("sales"), rights={("courses", "level"): FieldRight.HIDDEN}, by=None)
    seller = User.objects.with_access(seller.pk)
    assert "level" not in {d.field.name for d in dimensions(courses, seller)}
    client.force_login(seller, backend="kundig.accounts.backends.AccessBackend")
    assert "Basics" not in client.get("/courses/pivot/?rows=level").content.decode()
    reader = english(a_user("Max Horn", role="reader"))
    client.force_login(reader, backend="kundig.accounts.backends.AccessBackend")
    assert asked(client, "rows=level&across=none")[-1] == ["Total", "5"]
    assert client.get("/courses/pivot/?rows=level&as=csv").status_code == 404
    client.logout()
    assert client.get("/courses/pivot/").status_code == 302


def test_hostile_texts_change_no_tag(web, courses, user):
    def tags(text):
        basis = a_course(courses, user, name=text)
        course = a_course(courses, user, name="B", builds_on=basis.pk)
        html = web.get("/courses/pivot/?rows=builds_on&across=level").content.decode()
        Course.objects.filter(pk=course.pk).delete()
        basis.delete()
        found = re.findall(r"<[a-z/][^>]*>", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", html))
        return [re.sub(r'"[^"]*"', '""', tag) for tag in found]

    assert tags(""""><script x=1>'&""") == tags("abc")
