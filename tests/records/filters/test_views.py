"""The filter bar over HTTP: chips, editors, what they send, the text form, reasons, groups."""

import re
from html import unescape

import pytest

from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole, Grant
from kundig.records.saved.models import SavedView
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db
BACKEND = "kundig.accounts.backends.AccessBackend"


@pytest.fixture
def user():
    user = an_administrator()
    user.language = "en"
    user.save()
    return user


@pytest.fixture
def web(client, user, courses):
    client.force_login(user, backend=BACKEND)
    for number, name in enumerate(["Bohren", "Drehen", "Fräsen"], start=1):
        Course.objects.create(
            name=name, seats=number, owner=user if number < 3 else None, city="Kiel", price=100 * number,
            price_currency="CHF" if number == 3 else "EUR", level="expert" if number == 3 else "basic",
            starts_on=f"2026-0{number}-10",
        )  # fmt: skip
    return client


def text(answer):
    assert answer.status_code == 200, answer.content
    return unescape(answer.content.decode())


def editor(web, query):
    return text(
        web.get(
            f"/courses/?{query}", headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#fp-x"}
        )
    )


def applied(web, **data):
    answer = web.get("/courses/", {"f.do": "put", **{n.replace("f_", "f."): v for n, v in data.items()}})
    assert answer.status_code == 302, answer.content
    return dict(answer.wsgi_request.GET) and answer.headers["Location"]


def filter_of(address):
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(address).query).get("filter", [""])[0]


def test_each_part_is_a_chip_that_can_be_taken_away(web):
    page = text(web.get("/courses/?filter=seats+>+1+and+(city+=+Kiel+or+city+is+empty)".replace("Kiel", '"Kiel"')))
    assert "Seats is more than 1" in page
    (without,) = re.findall(r'href="([^"]*)"[^>]*aria-label="Remove filter: Seats is more than 1"', page)
    assert filter_of(without) == 'city = "Kiel" or city is empty'


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"f_field": "seats", "f_op": ">=", "f_value": "1.000"}, "seats >= 1"),
        ({"f_field": "level", "f_op": "in", "f_value": ["basic", "expert"]}, 'level in ("basic", "expert")'),
        ({"f_field": "level", "f_op": "not in", "f_value": "basic"}, 'level != "basic"'),
        ({"f_field": "owner", "f_op": "in", "f_value": "me"}, "owner = me"),
        ({"f_field": "team", "f_op": "in", "f_value": "me.team"}, "team = me.team"),
        ({"f_field": "starts_on", "f_op": "last", "f_amount": "90"}, "starts_on >= today - 90 days"),
        ({"f_field": "booking_opens_at", "f_op": "older", "f_amount": "2", "f_unit": "years"},
         "booking_opens_at < today - 2 years"),
        ({"f_field": "starts_on", "f_op": "=", "f_value": "2026-02-10"}, "starts_on = 2026-02-10"),
        ({"f_field": "city", "f_op": "not empty"}, "city is not empty"),
        ({"f_field": "city", "f_op": "not contains", "f_value": 'a "b"'}, 'city not contains "a \\"b\\""'),
        ({"f_field": "is_online", "f_op": "=", "f_value": "false"}, "is_online = false"),
        ({"f_field": "builds_on.city", "f_op": "=", "f_value": "Kiel"}, 'builds_on.city = "Kiel"'),
        ({"f_field": "owner.name", "f_op": "contains", "f_value": "Jana"}, 'owner.name contains "Jana"'),
        ({"f_of": "courses", "f_op": "any"}, "courses.any()"),
        ({"f_of": "courses", "f_op": ">=", "f_amount": "3"}, "courses.count() >= 3"),
        ({"filter": "seats > 1", "f_at": "0.|", "f_field": "city", "f_op": "empty"}, "seats > 1 or city is empty"),
        ({"filter": "courses.any()", "f_at": "0.w.&", "f_field": "seats", "f_op": "<", "f_value": "9"},
         "courses.any(seats < 9)"),
        ({"filter": "courses.count(seats < 9) >= 3", "f_at": "0", "f_of": "courses", "f_op": "none"},
         "courses.none(seats < 9)"),
        ({"filter": "seats > 1 and city is empty", "f_at": "0", "f_do": "drop"}, "city is empty"),
        ({"filter": "seats > 1", "f_at": "0", "f_do": "drop"}, ""),
    ],
)  # fmt: skip
def test_what_an_editor_sends_becomes_the_filter(web, data, found):
    assert filter_of(applied(web, **data)) == found


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"f.field": "seats", "f.op": ">=", "f.value": "many"}, "is not a number"),
        ({"f.field": "seats", "f.op": ">=", "f.value": " "}, "give a value"),
        ({"f.field": "starts_on", "f.op": "last", "f.amount": "0"}, "whole number from 1"),
        ({"f.field": "starts_on", "f.op": "=", "f.value": "31.2."}, "is not a date"),
        ({"f.field": "level", "f.op": "in", "f.value": "guru"}, "is not one of"),
        ({"f.field": "seats", "f.op": "drop table", "f.value": "1"}, "is no comparison"),
        ({"f.of": "courses", "f.op": ">=", "f.amount": "-1"}, "whole number"),
        ({"f.of": "courses", "f.op": "all"}, "add a condition"),
    ],
)
def test_a_wrong_value_is_told_in_its_editor(web, data, message):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#content"}
    answer = web.get("/courses/", {"f.do": "put", "f.at": "&", "f.target": "fp-1", **data}, headers=headers)
    assert message in text(answer)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#fp-1", "innerHTML")
    assert "HX-Push-Url" not in answer


def test_editors_show_what_stands_there(web):
    assert "Find a field" in editor(web, "f.at=%26")
    leaf = editor(web, 'filter=level+in+("basic")&f.at=0')
    assert re.search(r'value="basic" checked', leaf) and not re.search(r'value="expert" checked', leaf)
    assert 'value="90"' in editor(web, "filter=starts_on+>=+today+-+90+days&f.at=0")
    assert "One of these" in editor(web, "filter=seats+>+1+or+city+is+empty&f.at=0")
    quantity = editor(web, "filter=courses.any(seats+>+3)&f.at=0")
    assert "Seats is more than 3" in quantity and "f.at=0.w" in quantity
    assert "Find a field" in editor(web, "filter=courses.any()&f.at=0.w.%26")
    assert "text form" in editor(web, "filter=seats+*+2+>+3&f.at=0")


@pytest.mark.parametrize(
    "query", ["f.at=7", "f.at=x", "f.at=0.w.w.w", "f.field=nonsense", "f.of=nonsense", "f.field=a%00b"]
)
def test_an_editor_of_what_is_not_there_is_not_found(web, query):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#fp-x"}
    assert web.get(f"/courses/?{query}", headers=headers).status_code == 404


def test_a_wrong_text_is_kept_and_marked_where_it_is_wrong(web):
    page = text(web.get("/courses/?filter=seats+>+1+and+seatz+=+2"))
    assert "<mark>seatz</mark>" in page and "Did you mean “seats”?" in page
    assert "seats > 1 and seatz = 2</textarea>" in page
    assert ">Drehen</a>" not in page


def test_a_chip_of_a_view_is_taken_away_for_oneself(web, user):
    view = SavedView.objects.create(object="courses", name="Big", owner=user, filter="seats > 1")
    page = text(web.get(f"/courses/?view={view.pk}"))
    (without,) = re.findall(r'href="([^"]*)"[^>]*aria-label="Remove filter: Seats is more than 1"', page)
    left = text(web.get(without))
    assert ">Bohren</a>" in left and "Save change" in left


def test_why_somebody_is_in_a_list(web):
    course = Course.objects.get(name="Drehen")
    why = text(web.get(f'/courses/{course.pk}/why/?filter=seats+>+1+and+city+contains+"ie"&level=basic'))
    assert "In this list, because:" in why and why.count('data-holds="yes"') == 4
    assert "Seats is more than 1" in why and "Kiel" in why
    why = text(web.get(f"/courses/{course.pk}/why/?filter=seats+>+2"))
    assert "Not in this list any more:" in why and 'data-holds="no"' in why
    assert web.get(f"/courses/{course.pk}/why/?filter=seatz+>+2").status_code == 400


def test_a_stranger_learns_nothing_by_asking_why(web, client):
    course = Course.objects.get(name="Drehen")
    role = AccessRole.objects.create(name="Own only", key="own_only")
    for action in Action:
        Grant.objects.create(role=role, object="*", action=action, scope=Scope.OWN)
    client.force_login(a_user("Fritz Fremd", role="own_only"), backend=BACKEND)
    assert client.get(f"/courses/{course.pk}/why/?filter=seats+>+1").status_code in (403, 404)


def test_a_table_in_groups_counts_and_adds_up(web):
    page = text(web.get("/courses/?group=level"))
    assert re.findall(r"<span>(Basics|For experts)</span> <span class=\"count\">(\d)</span>", page) == [
        ("Basics", "2"), ("For experts", "1")
    ]  # fmt: skip
    assert "€300" in page and "CHF" in page and ">Drehen</a>" not in page
    (address,) = re.findall(r'hx-get="([^"]*)" hx-target="#gr-0"', page)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "tbody#gr-0"}
    rows = text(web.get(f"/courses/{address}" if address.startswith("?") else address, headers=headers))
    assert ">Bohren</a>" in rows and ">Drehen</a>" in rows and ">Fräsen</a>" not in rows


@pytest.mark.parametrize(
    ("group", "labels"),
    [
        ("owner", ["Jana Brandt", "Not stated"]),
        ("starts_on:month", ["Jan 2026", "Feb 2026", "Mar 2026"]),
        ("is_online", ["no"]),
    ],
)
def test_groups_of_every_kind_open(web, group, labels):
    page = text(web.get(f"/courses/?group={group}"))
    assert re.findall(r"<span>([^<]*)</span> <span class=\"count\">", page) == labels
    for number, address in enumerate(re.findall(r'hx-get="([^"]*)" hx-target="#gr-', page)):
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"tbody#gr-{number}"}
        assert "data-record=" in text(
            web.get(f"/courses/{address}" if address.startswith("?") else address, headers=headers)
        )


def test_an_unknown_group_is_told(web):
    page = text(web.get("/courses/?group=nonsense"))
    assert "cannot be put in groups" in page and ">Drehen</a>" in page
