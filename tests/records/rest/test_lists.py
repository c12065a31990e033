import pytest

from kundig.records import search
from tests.records.rest.conftest import problem
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


@pytest.fixture
def five(administrator, courses):
    owner = administrator.user
    for number, name in enumerate(["Ätzen", "Bohren", "Drehen", "Fräsen", "Löten"], start=1):
        Course.objects.create(name=name, seats=number if number != 3 else None, owner=owner, tags=[f"T{number % 2}"],
                              is_online=number > 3, level="expert" if number == 5 else "basic")  # fmt: skip
    search.refresh(courses, list(Course.objects.values_list("pk", flat=True)))


def names(program, query=""):
    response = program.get(f"courses{query}")
    assert response.status_code == 200, response.content
    return [item["name"] for item in response.json()["items"]]


@pytest.mark.usefixtures("five")
def test_a_list_is_paged_until_its_end(administrator):
    found, after = [], ""
    while after is not None:
        page = administrator.get(f"courses?limit=2&sort=-name&after={after}").json()
        assert page["count"] == {"value": 5, "exact": True}
        found += [item["name"] for item in page["items"]]
        after = page["next"]
    assert found == ["Löten", "Fräsen", "Drehen", "Bohren", "Ätzen"]


@pytest.mark.usefixtures("five")
def test_empty_values_come_last_both_ways(administrator):
    assert names(administrator, "?sort=seats") == ["Ätzen", "Bohren", "Fräsen", "Löten", "Drehen"]
    assert names(administrator, "?sort=-seats") == ["Löten", "Fräsen", "Bohren", "Ätzen", "Drehen"]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?name=atzen", ["Ätzen"]),
        ("?name=Bohren&name=Drehen", ["Bohren", "Drehen"]),
        ("?seats=2", ["Bohren"]),
        ("?is_online=true", ["Fräsen", "Löten"]),
        ("?level=expert", ["Löten"]),
        ("?tags=T0", ["Bohren", "Fräsen"]),
        ("?owner=me&is_online=false", ["Ätzen", "Bohren", "Drehen"]),
        ("?owner=Jana%20Brandt&limit=1", ["Ätzen"]),
        ("?q=fr%C3%A4s", ["Fräsen"]),
        ("?city=Berlin", []),
    ],
)
def test_filters_narrow_a_list(administrator, query, found):
    assert names(administrator, query) == found


@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ("?zzz=red", "zzz", "There is no field “zzz”. Known are: q, filter, view, sort, limit, after, fields, id"),
        ("?colour=", "colour", "There is no field “colour”"),
        ("?seets=2", "seets", "Did you mean “seats”?"),
        ("?allergies=x", "allergies", "There is no field “allergies”"),
        ("?announcement=x", "announcement", "There is no field “announcement”"),
        ("?before=x", "before", "There is no field “before”"),
        ("?sort=mail", "sort", "There is no field “mail”. Known are"),
        ("?sort=owner.email", "sort", "There is no field “owner.email”"),
        ("?sort=name.x", "sort", "There is no field “name.x”"),
        ("?sort=owner.roles", "sort", "There is no field “owner.roles”"),
        ("?sort=name&sort=seats", "sort", "“sort” is given 2 times; once is right."),
        ("?limit=0", "limit", "“0” is not a number from 1 to 1000."),
        ("?limit=1001", "limit", "not a number from 1 to 1000"),
        ("?limit=-5", "limit", "not a number from 1 to 1000"),
        ("?limit=ten", "limit", "not a number from 1 to 1000"),
        ("?limit=99999999999999999999", "limit", "not a number from 1 to 1000"),
        ("?limit=%D9%A5", "limit", "not a number from 1 to 1000"),
        ("?after=nonsense", "after", "This place in the list is not known."),
        ("?after=WzEsMl0", "after", "This place in the list is not known."),
        ("?after=%00", "after", "This place in the list is not known."),
        ("?seats=many", "seats", "“many” is not a number."),
        ("?seats=99999999999999", "seats", "too large"),
        ("?is_online=perhaps", "is_online", "neither yes nor no"),
        ("?level=master", "level", "not one of: Basics, For experts"),
        ("?starts_on=yesterday", "starts_on", "not a date"),
        ("?owner=nobody", "owner", "There is no “nobody”"),
        ("?name=%00", "name", "NUL"),
        ("?owner=%00", "owner", "NUL"),
        ("?tags=%00", "tags", "NUL"),
    ],
)
def test_a_parameter_that_is_not_right_is_named(administrator, query, parameter, words):
    errors = problem(administrator.get(f"courses{query}"), 400)["errors"]
    assert words in errors[parameter][0]


def test_invalid_utf8_in_a_parameter_finds_nothing(administrator):
    assert names(administrator, "?name=%ff%fe") == []
    assert names(administrator, "?q=%ff%fe%00") == []


def test_other_addresses_take_no_parameters(administrator):
    assert "takes no parameters" in problem(administrator.post("courses?name=x", {"name": "Löten"}), 400)["detail"]
    assert not Course.objects.exists()


def test_a_list_costs_the_same_queries_at_any_length(administrator, django_assert_num_queries, versions_known):
    Course.objects.create(name="Bohren")
    administrator.get("courses")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        administrator.get("courses")
    for name in ("Drehen", "Fräsen"):
        Course.objects.create(name=name, owner=administrator.user)
    with CaptureQueriesContext(connection) as three:
        administrator.get("courses")
    assert len(three) == len(one)


@pytest.mark.usefixtures("five")
def test_a_list_takes_a_condition_and_points_at_what_is_wrong_with_it(administrator):
    assert names(administrator, "?filter=seats%20%3E%201%20and%20is_online") == ["Fräsen", "Löten"]
    refused = problem(administrator.get("courses?filter=seats%20%3E%201%20and%20seatz%20%3D%202"), 400)
    assert "Did you mean “seats”?" in refused["errors"]["filter"][0]
    assert [(place["start"], place["end"]) for place in refused["places"]] == [(14, 19)]


@pytest.mark.usefixtures("five")
def test_only_the_fields_that_are_asked_for_are_told(administrator):
    page = administrator.get("courses?fields=name,seats&sort=name&limit=1").json()
    assert [list(item) for item in page["items"]] == [["id", "name", "seats"]]
    page = administrator.get("courses?fields=&limit=1").json()
    assert len(page["items"][0]) > 20
    found = problem(administrator.get("courses?fields=name,seat"), 400)
    assert found["errors"] == {"fields": ["There is no field “seat”. Did you mean “seats”?"]}
    assert problem(administrator.get("courses?fields=name&fields=seats"), 400)["errors"].keys() == {"fields"}
    assert problem(administrator.get(f"courses/{Course.objects.first().pk}?felds=name"), 400)["errors"].keys() == {
        "felds"
    }
