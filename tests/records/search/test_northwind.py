"""What is found however it is typed, among the customers of the Northwind sample."""

import pytest

from kundig.platform import phones
from kundig.records import registry, search
from tests.records.search.conftest import NORTHWIND, enter
from tests.records.toy.objects import CourseDescription

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def entered(lasting):
    registry.register(CourseDescription)
    made = enter(registry.get("courses"), *NORTHWIND)
    registry.unregister("courses")
    return made


@pytest.fixture
def northwind(entered, courses):
    return entered


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("futterkiste", "Alfreds Futterkiste"),
        ("Futter", "Alfreds Futterkiste"),
        ("alfreds", "Alfreds Futterkiste"),
        ("kiste", "Alfreds Futterkiste"),
        ("alfreds berlin", "Alfreds Futterkiste"),
        ("berlin FUTTER", "Alfreds Futterkiste"),
        ("koeniglich", "Königlich Essen"),
        ("königlich", "Königlich Essen"),
        ("koniglich", "Königlich Essen"),
        ("toms spezialitaeten", "Toms Spezialitäten"),
        ("muenster", "Toms Spezialitäten"),
        ("bs bev", "B's Beverages"),
        ("B’s", "B's Beverages"),
        ("snabbkop", "Berglunds snabbköp"),
        ("pere", "Blondel père et fils"),
        ("arhus", "Vaffeljernet"),
        ("strassenbau gross", "Straßenbau Groß"),
        ("STRASSENBAU", "Straßenbau Groß"),
        ("weissenfels", "Straßenbau Groß"),
        ("gärtnerei müller", "Gärtnerei Müller"),
        ("gaertnerei mueller", "Gärtnerei Müller"),
        ("muller essen", "Gärtnerei Müller"),
    ],
)
def test_words_however_they_are_written(base, northwind, titles, text, found):
    assert titles(text)[0] == found


@pytest.mark.parametrize(
    ("text", "found", "meant"),
    [
        ("futerkiste", "Alfreds Futterkiste", "Futterkiste"),
        ("futterkitse", "Alfreds Futterkiste", "Futterkiste"),
        ("uftterkiste", "Alfreds Futterkiste", "Futterkiste"),
        ("futerki", "Alfreds Futterkiste", "Futterkiste"),
        ("koenihlich", "Königlich Essen", "Königlich"),
        ("frnkenversand", "Frankenversand", "Frankenversand"),
        ("alfrds berlin", "Alfreds Futterkiste", "Alfreds"),
        ("berlni", "Alfreds Futterkiste", "Berlin"),
        ("gartnerie muler", "Gärtnerei Müller", "Gärtnerei Müller"),
        ("delikatesen manheim", "Blauer See Delikatessen", "Delikatessen Mannheim"),
    ],
)
def test_mistyped_words(base, northwind, administrator, text, found, meant):
    hit = search.find(administrator, text)[0]
    assert hit.title == found
    assert sorted(hit.meant.split()) == sorted(meant.split())


@pytest.mark.parametrize(
    "text",
    [
        "030 0074321", "030-0074321", "030/0074321", "(030) 0074321", "0300074321", "+49300074321", "+49 30 0074321",
        "+49 (0)30 0074321", "0049 30 0074321", "0074321", "74321", "030 007", "+49 30 00",
    ],
)  # fmt: skip
def test_phone_in_any_writing(base, northwind, administrator, text):
    hits = search.find(administrator, text)
    assert [hit.title for hit in hits] == ["Alfreds Futterkiste"]
    assert hits[0].note == phones.shown("+49300074321", home="DE")


@pytest.mark.parametrize(
    "text",
    [
        "maria.anders@futterkiste.example", "Maria.Anders@", "anders@", "anders@futter", "@futterkiste", "maria.anders",
        "futterkiste.example", "https://www.futterkiste.example/",
    ],
)  # fmt: skip
def test_parts_of_a_mail_address(base, northwind, titles, text):
    assert titles(text) == ["Alfreds Futterkiste"]


def test_all_words_must_fit(base, northwind, titles):
    assert titles("alfreds münchen") == []
    assert titles("futterkiste wartung") == []


def test_names_come_before_towns(base, northwind, titles):
    assert titles("essen") == [
        "Essen auf Rädern",
        "Königlich Essen",
        "Gärtnerei Müller",
        "Blauer See Delikatessen",
    ]


def test_what_i_opened_comes_first(northwind, courses, administrator, titles):
    mine = next(course for course in northwind if course.name == "Gärtnerei Müller")
    search.touch(administrator, courses, mine.pk)
    assert titles("essen")[0] == "Gärtnerei Müller"
    assert [hit.title for hit in search.recent(administrator)] == ["Gärtnerei Müller"]


@pytest.mark.parametrize(
    "text", ["", " ", "\t\n", "%", "_", "\\", "'", '"', "()", "@", "+", "-", "😀", "\0", "&&", "* :*"]
)
def test_nothing_to_search_for(northwind, titles, text):
    assert titles(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "%%%", "a%b", "fut%", "fut_er", "fut\\", "'; DROP TABLE records_searchentry; --", "\0futter", "fut\0ter",
        "x" * 5000, "wort " * 400, "1" * 3000, "@" * 300, "+49" + "0" * 500, "a@" * 100, "e" * 300, "ae" * 200,
        "😀 futter", "futter\u202e", "\ud800", "İstanbul", "ſ", "ﷺ", "日本", "{}", "{a,b}", '{"a"}', "=futterkiste",
        "|", "futterkiste |", "null", "NULL", "%s %(a)s", "$1", "1@2.3", "K-1 K-2 K-3 K-4 K-5 K-6 K-7 K-8 K-9",
        "- - -", "../../etc/passwd", "<script>alert(1)</script>",
    ],
)  # fmt: skip
def test_strange_input_finds_or_not_but_never_fails(northwind, titles, text):
    assert isinstance(titles(text), list)
    assert isinstance(titles(text, objects=["courses"]), list)


def test_percent_is_no_wildcard(northwind, titles):
    assert titles("fut%kiste") == titles("fut kiste")
    assert titles("anders_@x") == []


def test_object_unknown(northwind, titles):
    assert titles("futterkiste", objects=["nothing"]) == []
    assert titles("futterkiste", objects=["courses"]) == ["Alfreds Futterkiste"]


def test_hit_says_where_it_matched(northwind, administrator):
    hit = search.find(administrator, "futter berl")[0]
    assert [hit.title[slice(*span)] for span in hit.title_spans] == ["Futter"]
    assert [hit.subtitle[slice(*span)] for span in hit.subtitle_spans] == ["Berl"]
    assert hit.url == f"/courses/{hit.id}/"
    assert hit.icon == "calendar"
