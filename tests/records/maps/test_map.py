"""The map of an object that no domain knows: groups, single records, those without a position, tiles of others."""

import json
import re
from contextlib import contextmanager
from html import unescape

import pytest
from django.core.exceptions import ValidationError

from kundig.accounts.actions import change_preferences, find_role, set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.accounts.models import User
from kundig.records.actions import create_record
from kundig.records.checks import check_description
from kundig.records.events import Via
from kundig.records.maps import MapView, clusters, views
from kundig.records.maps.clusters import Box, read_box
from kundig.records.maps.offered import position_of
from kundig.records.maps.tiles import origin_of
from kundig.records.patience import TooSlow
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course
from tests.records.toy.objects import CourseDescription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]
GERMANY = "box=5,47,16,55&zoom=6"


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
def programme(courses, user):
    for name, place in (
        ("Munich", (48.137, 11.575)), ("Dachau", (48.26, 11.43)), ("Hamburg", (53.55, 9.99)),
        ("Sydney", (-33.9, 151.2)), ("Nowhere", None), ("Half", (50.0, None)),
    ):  # fmt: skip
        latitude, longitude = place or (None, None)
        course = create_record(courses, {"name": name, "city": "", "seats": 3}, by=user, via=Via.HAND)
        Course.objects.filter(pk=course.pk).update(latitude=latitude, longitude=longitude)


def part(web, address, target):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
    return unescape(web.get(address, headers=headers).content.decode())


def in_view(web, query):
    html = part(web, f"/courses/map/?{query}", "div#in-view")
    points = json.loads(re.search(r'data-points="(.*?)">', html, re.DOTALL)[1])
    return points, re.findall(r'<li data-id="[^"]+"><a href="[^"]+">([^<]+)</a>', html), html


def test_few_are_shown_one_by_one(web, programme):
    points, names, html = in_view(web, GERMANY)
    assert names == ["Munich", "Dachau", "Hamburg"]
    assert [(p[0], p[1], p[2], p[4]) for p in points] == [
        (48.137, 11.575, 1, "Munich"), (48.26, 11.43, 1, "Dachau"), (53.55, 9.99, 1, "Hamburg"),
    ]  # fmt: skip
    assert "3 in view" in html
    assert in_view(web, "box=11,48,12,49&zoom=9")[1] == ["Munich", "Dachau"]
    assert in_view(web, f"{GERMANY}&q=hamb")[1] == ["Hamburg"]


def test_many_are_put_together_where_they_are_close(web, programme, monkeypatch):
    monkeypatch.setattr(views, "MOST_SINGLE", 2)
    monkeypatch.setattr(views, "MOST_LISTED", 2)
    points, names, html = in_view(web, GERMANY)
    assert points == [[48.1985, 11.5025, 2], [53.55, 9.99, 1]]
    assert names == ["Munich", "Dachau"]
    assert "and 1 more; zoom in to see them." in html


def test_a_part_across_the_date_line(web, programme, courses, user):
    create_record(courses, {"name": "Fiji", "position": {"latitude": -17.0, "longitude": 179.0}}, by=user)
    assert in_view(web, "box=140,-40,190,-10&zoom=4")[1] == ["Sydney", "Fiji"]
    assert in_view(web, "box=170,-40,-170,-10&zoom=4")[1] == ["Fiji"]
    assert len(in_view(web, "box=-400,-95,400,95&zoom=0")[1]) == 5


def test_a_box_is_read_and_what_is_none_refused(web):
    assert read_box("", "") is None
    assert read_box("5,47,16,55", "99") == Box(5, 47, 16, 55, 19)
    for text in ("5,47,16", "a,b,c,d", "5,55,16,47", "nan,47,16,55", "1e999,0,1,1"):
        with pytest.raises(ValidationError):
            read_box(text, "5")
    with pytest.raises(ValidationError):
        read_box("5,47,16,55", "near")
    assert "This part of the map is not known." in in_view(web, "box=here&zoom=5")[2]


def test_the_page_begins_where_the_records_are(web, programme, courses):
    page = unescape(web.get("/courses/map/?q=dachau").content.decode())
    assert 'data-map-start-value="[48.26, 11.43, 48.26, 11.43]"' in page
    assert 'data-map-start-value="[45.8, 5.8, 55.1, 17.2]"' in unescape(
        web.get("/courses/map/?q=nowhere").content.decode()
    )


def test_it_says_how_many_have_a_position_and_who_has_none(web, programme):
    html = part(web, "/courses/map/", "div#placed")
    assert "4 of 6 have a position." in html
    assert re.findall(r"<a href=[^>]+>([^<]+)</a>", html) == ["Half", "Nowhere"]


def test_what_takes_too_long_says_what_helps(web, programme, monkeypatch):
    @contextmanager
    def never(_milliseconds):
        raise TooSlow
        yield

    monkeypatch.setattr(clusters, "at_most", never)
    assert "Zoom in, or narrow the list down." in in_view(web, GERMANY)[2]
    assert web.get("/courses/map/").status_code == 200


@pytest.mark.parametrize(
    ("template", "origin"),
    [
        ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://tiles.example.org:8443/a/{z}/{x}/{y}.png?key=1", "https://tiles.example.org:8443"),
        ("", ""),
        ("https://tiles.example.org/", ""),
        ("javascript:alert({x}{y}{z})", ""),
        ("https://{s}.example.org/{z}/{x}/{y}.png", ""),
        ("https://a.example;script-src */{z}/{x}/{y}", ""),
    ],
)
def test_pictures_come_from_the_named_server_alone(web, settings, template, origin):
    settings.MAP_TILES, settings.MAP_CREDIT = template, "Someone & Co"
    page = web.get("/courses/map/")
    policy = dict(rule.split(" ", 1) for rule in page["Content-Security-Policy"].split("; "))
    assert origin_of(template) == origin
    assert policy["img-src"] == f"'self' data: {origin}".strip()
    assert (template in unescape(page.content.decode())) is bool(origin) or not template
    assert "tiles.example" not in web.get("/courses/")["Content-Security-Policy"]


def test_owner_colleague_and_stranger(client, courses, user, programme):
    find_role("sales")
    seller = english(a_user("Svenja Kroll"))
    client.force_login(seller, backend="kundig.accounts.backends.AccessBackend")
    assert client.get("/courses/map/").status_code == 200
    set_field_rights(find_role("sales"), rights={("courses", "longitude"): FieldRight.HIDDEN}, by=None)
    assert position_of(courses, User.objects.with_access(seller.pk)) is None
    assert client.get("/courses/map/").status_code == 404
    client.logout()
    assert client.get("/courses/map/").status_code == 302


def test_what_a_description_says(user):
    class Shown(CourseDescription):
        name = "shown-courses"
        map = MapView("position")

    assert check_description(Shown()) == []
    assert position_of(Shown(), user).name == "position"

    class Wrong(CourseDescription):
        map = MapView("place")

    assert [error.msg.split("'")[1] for error in check_description(Wrong())] == ["place"]


def test_hostile_texts_change_no_tag(web, courses, user):
    def tags(text):
        course = create_record(courses, {"name": text, "position": {"latitude": 48.0, "longitude": 11.0}}, by=user)
        Course.objects.filter(pk=course.pk).update(city=text)
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#in-view"}
        html = web.get(f"/courses/map/?{GERMANY}", headers=headers).content.decode()
        course.delete()
        found = re.findall(r"<[a-z/][^>]*>", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", html))
        return [re.sub(r'"[^"]*"', '""', tag) for tag in found]

    assert tags(""""><script x=1>'&""") == tags("abc")
