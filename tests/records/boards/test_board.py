"""The board of an object that no domain knows: columns, cards, totals, further cards, moves."""

import re
from contextlib import contextmanager
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundig.accounts.actions import change_preferences, find_role, set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.boards import Board, cards, totals
from kundig.records.boards.cards import PAGE
from kundig.records.boards.columns import columns_of
from kundig.records.events import Via
from kundig.records.patience import TooSlow
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


def part(web, address, target):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
    return web.get(address, headers=headers)


def a_course(courses, user, **values):
    return create_record(courses, {"name": "Soldering", **values}, by=user, via=Via.HAND)


def columns_in(html):
    """Label of each column → titles of its cards."""
    stages = re.findall(r'<section class="stage".*?</section>', html, re.DOTALL)
    return {
        re.search(r"<span>([^<]*)</span></h2>", stage)[1]: re.findall(r'draggable="false">([^<]*)</a>', stage)
        for stage in stages
    }


def test_a_card_stands_in_the_column_of_its_value(web, courses, user):
    a_course(courses, user, level="expert", price="149.50", price_currency="CHF", seats=12, city="Ulm")
    a_course(courses, user, name="Weaving")
    page = web.get("/courses/board/")
    html = page.content.decode()
    assert columns_in(html) == {"Basics": ["Weaving"], "For experts": ["Soldering"]}
    card = unescape(re.search(r'<li class="deal".*?Soldering.*?</li>', html, re.DOTALL)[0])
    for text in ("CHF149.50", "Ulm", "12", 'aria-label="Jana Brandt"', 'data-column="expert"', "data-movable"):
        assert text in card, text
    assert columns_in(part(web, "/courses/board/?by=is_online", "main#content").content.decode()) == {
        "yes": [],
        "no": ["Weaving", "Soldering"],
    }


def test_people_are_columns_oneself_first_and_nobody_before_all(web, courses, user):
    colleague = a_user("Ole Lund")
    a_course(courses, user, name="Mine")
    a_course(courses, user, name="Theirs", owner=colleague.pk)
    lost = a_course(courses, user, name="Lost")
    Course.objects.filter(pk=lost.pk).update(owner=None)
    found = columns_in(web.get("/courses/board/?by=owner").content.decode())
    assert found == {"Nobody": ["Lost"], "Jana Brandt": ["Mine"], "Ole Lund": ["Theirs"]}
    assert list(columns_in(web.get("/courses/board/?by=owner&owner=me").content.decode())) == ["Jana Brandt"]


def test_of_very_many_people_those_are_columns_who_have_most(courses, user, web):
    for number in range(30):
        a_user(f"Person {number:02}")
    busy = a_user("Zoe Ziegler")
    a_course(courses, user, owner=busy.pk)
    found = columns_in(web.get("/courses/board/?by=owner").content.decode())
    assert found["Zoe Ziegler"] == ["Soldering"]
    assert list(found)[:2] == ["Nobody", "Jana Brandt"]


def test_search_and_filter_hold_for_the_board(web, courses, user):
    a_course(courses, user, level="expert", seats=3)
    a_course(courses, user, name="Weaving", level="expert", is_online=True)
    found = columns_in(web.get("/courses/board/?q=weav").content.decode())
    assert found == {"Basics": [], "For experts": ["Weaving"]}
    assert columns_in(web.get("/courses/board/?is_online=false").content.decode())["For experts"] == ["Soldering"]
    assert columns_in(web.get("/courses/board/?level=expert").content.decode()) == {
        "For experts": ["Weaving", "Soldering"]
    }
    wrong = unescape(web.get("/courses/board/?colour=red").content.decode())
    assert "There is no field “colour”" in wrong
    assert columns_in(wrong)["For experts"] == ["Weaving", "Soldering"]


def test_further_cards_come_by_keyset(web, courses, user):
    for number in range(PAGE + 3):
        a_course(courses, user, name=f"Course {number:02}")
    page = web.get("/courses/board/?q=course").content.decode()
    assert len(columns_in(page)["Basics"]) == PAGE
    more = unescape(re.search(r'hx-get="(/courses/board/[^"]*after=[^"]*)"', page)[1])
    further = part(web, more, "li#more-0").content.decode()
    assert re.findall(r'draggable="false">([^<]*)</a>', further) == ["Course 02", "Course 01", "Course 00"]
    assert "hx-get" not in further
    assert part(web, more.replace("column=basic", "column=none"), "li#more-0").status_code == 404
    assert part(web, re.sub("after=.*", "after=nonsense", more), "li#more-0").status_code == 422


def test_totals_are_told_by_currency(web, courses, user):
    a_course(courses, user, price="100", price_currency="CHF", discount="50")
    a_course(courses, user, name="B", price="40", price_currency="EUR", discount="25")
    a_course(courses, user, name="C", price="10.50", price_currency="EUR")
    a_course(courses, user, name="D")
    text = unescape(part(web, "/courses/board/", "span#totals").content.decode())
    basic = re.search(r'hx-target="#total-0".*?</hx-partial>', text)[0]
    assert '<span class="count">4</span>' in basic
    assert "<data>CHF100 + €50.50</data>" in basic
    assert "<data>" not in re.search(r'hx-target="#total-1".*?</hx-partial>', text)[0]


def test_weighted_sums_take_the_percentage(courses, user):
    a_course(courses, user, price="100", discount="50")
    a_course(courses, user, name="B", price="40", discount="25")
    by, price, discount = (courses.field(name) for name in ("level", "price", "discount"))
    rows = courses.visible_to(user)
    found = totals.totals_of(rows, by, columns_of(by, rows, user), sum_of=price, weight=discount)
    assert (found.by_key["basic"].sums, found.by_key["basic"].weighted) == ({"": 140}, {"": 60})
    assert found.complete


def test_where_sums_take_too_long_the_cards_are_counted(web, courses, user, monkeypatch):
    a_course(courses, user, price="100")
    monkeypatch.setattr(totals, "at_most", never)
    monkeypatch.setattr(totals, "_slow", {})
    for _time in range(2):  # the second time it is not even tried
        text = part(web, "/courses/board/", "span#totals").content.decode()
        assert "Sums would take too long here" in text
        assert '<span class="count">1</span>' in text
        assert "<data>" not in text
    assert len(totals._slow) == 1


def test_where_a_column_takes_too_long_the_page_says_what_helps(web, courses, user, monkeypatch):
    a_course(courses, user)
    monkeypatch.setattr(cards, "at_most", never)
    page = web.get("/courses/board/")
    assert page.status_code == 200
    assert "Narrow it down by a filter or a search" in page.content.decode()


@contextmanager
def never(_milliseconds):
    """As if there were so many records that the limit is always reached."""
    raise TooSlow
    yield


# -- moving -----------------------------------------------------------------------------------------------------------


def move(web, course, field, **data):
    return web.post(f"/courses/{course.pk}/move/{field}/", data, headers={"HX-Request": "true"})


def test_a_move_changes_the_record_and_can_be_undone(web, courses, user):
    course = a_course(courses, user)
    moved = move(web, course, "level", to="expert", seen="basic")
    assert moved.status_code == 200
    assert moved["HX-Trigger"] == f'{{"changed": "courses:{course.pk}"}}'
    course.refresh_from_db()
    assert course.level == "expert"
    web.post(re.search(r'hx-post="(/undo/[^"]+)"', moved.content.decode())[1])
    course.refresh_from_db()
    assert course.level == "basic"


def test_a_card_is_given_to_a_colleague_or_to_nobody(web, courses, user):
    course, colleague = a_course(courses, user), a_user("Ole Lund")
    assert move(web, course, "owner", to=str(colleague.pk), seen=str(user.pk)).status_code == 200
    course.refresh_from_db()
    assert course.owner == colleague
    assert move(web, course, "owner", to="").status_code == 200
    course.refresh_from_db()
    assert course.owner is None


@pytest.mark.parametrize(
    ("field", "data", "status", "words"),
    [
        ("level", {"to": "master"}, 422, "“master” is not one of"),
        (
            "level",
            {"to": "expert", "seen": "advanced"},
            422,
            "Not moved: somebody has changed it to “Basics” meanwhile",
        ),
        ("announcement", {"to": "x"}, 403, "cannot be changed by hand"),
        ("nonsense", {"to": "x"}, 404, "There is no field “nonsense”"),
        ("owner", {"to": "01995b1e-7c00-7000-8000-00000000002a"}, 422, "There is no"),
    ],
)
def test_what_cannot_be_moved_says_why(web, courses, user, field, data, status, words):
    course = a_course(courses, user)
    refused = move(web, course, field, **data)
    assert refused.status_code == status
    assert words in unescape(refused.content.decode())
    course.refresh_from_db()
    assert (course.level, course.owner) == ("basic", user)


def test_the_domains_own_action_moves_where_it_has_one(client, user):
    def promote(course, value, *, by):
        if value == "expert" and course.seats is None:
            raise ValidationError("An expert course needs seats.")
        course.level, course.content = value, f"promoted by {by}"
        course.save()

    class Led(CourseDescription):
        name = "led-courses"
        board = Board(by="level", move=promote)

    registry.register(Led)
    try:
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        course = a_course(registry.get("led-courses"), user)
        address = f"/led-courses/{course.pk}/move/level/"
        refused = client.post(address, {"to": "expert"})
        assert (refused.status_code, "needs seats" in refused.content.decode()) == (422, True)
        Course.objects.update(seats=3)
        assert client.post(address, {"to": "expert"}).status_code == 200
        course.refresh_from_db()
        assert (course.level, course.content) == ("expert", "promoted by Jana Brandt")
    finally:
        registry.unregister("led-courses")


def test_owner_colleague_and_stranger(client, courses, user):
    find_role("service")
    owner, stranger = english(a_user("Svenja Kroll")), english(a_user("Max Horn", role="reader"))
    course = a_course(courses, user, owner=owner.pk)
    for person, status, seen in ((owner, 200, True), (stranger, 403, True)):
        client.force_login(person, backend="kundig.accounts.backends.AccessBackend")
        page = client.get("/courses/board/").content.decode()
        assert ("Soldering" in page) is seen
        assert ("data-movable" in page) is (status == 200)
        assert move(client, course, "level", to="expert").status_code == status
        course.refresh_from_db()
        assert course.level == ("expert" if status == 200 else "basic")
        Course.objects.update(level="basic")
    client.logout()
    assert client.get("/courses/board/").status_code == 302


def test_a_field_one_may_not_read_makes_no_board_and_no_sum(client, courses, user):
    find_role("sales")
    rights = {("courses", "price"): FieldRight.HIDDEN, ("courses", "level"): FieldRight.READ}
    set_field_rights(find_role("sales"), rights={**rights, ("courses", "is_online"): FieldRight.HIDDEN}, by=None)
    seller = english(a_user("Svenja Kroll"))
    course = a_course(courses, user, price="149.50", owner=seller.pk)
    client.force_login(seller, backend="kundig.accounts.backends.AccessBackend")
    page = client.get("/courses/board/?sum=price&by=is_online").content.decode()
    assert list(columns_in(page)) == ["Basics", "For experts"]
    assert "149" not in page
    assert 'href="?by=is_online' not in page
    assert "data-movable" not in page
    assert "149" not in part(client, "/courses/board/?sum=price", "span#totals").content.decode()
    assert move(client, course, "level", to="expert").status_code == 403
    course.refresh_from_db()
    assert course.level == "basic"


# -- live -------------------------------------------------------------------------------------------------------------


def test_cards_come_anew_as_they_stand_now(web, courses, user):
    expert, gone = a_course(courses, user, level="expert"), a_course(courses, user, name="Weaving")
    ids = f"{expert.pk} {gone.pk} nonsense"
    html = part(web, f"/courses/board/?level=expert&ids={ids}", "ul#arrivals").content.decode()
    assert html.startswith(f'<li class="deal" id="c{expert.pk}"')
    assert html.endswith(f'<li id="c{gone.pk}" hidden></li>')


def test_hostile_texts_change_no_tag(web, courses, user):
    def tags(text):
        course = a_course(courses, user, name=text, mail="", tags=[text], price_currency="")
        Course.objects.filter(pk=course.pk).update(city=text)
        html = web.get("/courses/board/?by=level&sum=seats").content.decode()
        course.delete()
        found = re.findall(r"<[a-z/][^>]*>", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", html))
        return [re.sub(r'"[^"]*"', '""', tag) for tag in found]

    assert tags(""""><script x=1>'&""") == tags("abc")


def test_the_queries_do_not_grow_with_the_cards(web, courses, user, versions_known):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            web.get("/courses/board/")
        return len(seen)

    a_course(courses, user)
    web.get("/courses/board/")
    at_one = queries()
    a_course(courses, user, name="B")
    a_course(courses, user, name="C", level="expert")
    assert queries() == at_one
