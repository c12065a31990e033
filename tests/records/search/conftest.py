from functools import partial

import pytest

from kundig.records import search
from kundig.records.search import groups, running, steps
from tests.accounts.factories import an_administrator
from tests.records.toy.models import Course

# Customers of the Northwind sample, with the phone numbers as the import normalises them.
NORTHWIND = (
    ("Alfreds Futterkiste", "Berlin", "+49300074321", "maria.anders@futterkiste.example"),
    ("Königlich Essen", "Brandenburg", "+495550987611", "philip.cramer@koeniglich-essen.example"),
    ("Blauer See Delikatessen", "Mannheim", "+4962108460", ""),
    ("Die Wandernde Kuh", "Stuttgart", "+497110200361", ""),
    ("Toms Spezialitäten", "Münster", "+492510312159", ""),
    ("B's Beverages", "London", "+441715551212", ""),
    ("Berglunds snabbköp", "Luleå", "+46921123465", ""),
    ("Blondel père et fils", "Strasbourg", "+3388601531", ""),
    ("Vaffeljernet", "Århus", "+4586213243", ""),
    ("Frankenversand", "München", "+49890877310", ""),
    ("Essen auf Rädern", "Wien", "+4316602011", "bestellung@raeder.example"),
    ("Gärtnerei Müller", "Essen", "+4920148811", "info@gaertnerei-mueller.example"),
    ("Straßenbau Groß", "Weißenfels", "", ""),
)


@pytest.fixture
def administrator(db):
    return an_administrator()


def enter(courses, *rows, **values):
    """Courses made out of (name, city, phone, mail), entered into search."""
    made = [
        Course.objects.create(name=name, city=city, phone=phone, mail=mail, **values)
        for name, city, phone, mail in rows
    ]
    search.refresh(courses, [course.pk for course in made])
    return made


@pytest.fixture
def add_courses(db, courses):
    """`enter` for the courses of this test."""
    return partial(enter, courses)


@pytest.fixture
def northwind(add_courses):
    return add_courses(*NORTHWIND)


@pytest.fixture
def titles(administrator):
    """A function that searches and answers the titles of the hits."""

    def titles_of(text, *, user=administrator, **options):
        return [hit.title for hit in search.find(user, text, **options)]

    return titles_of


@pytest.fixture(params=["small base", "every word common", "every word very common", "nothing lately used"])
def base(request, monkeypatch):
    """The same search as it runs on bases of other sizes: what is common decides which steps are taken."""
    if request.param.startswith("every word"):
        monkeypatch.setattr(groups, "RARE", 0)
    if request.param == "every word very common":
        monkeypatch.setattr(running, "FREQUENT", 0)
        monkeypatch.setattr(running, "VERY_FREQUENT", 0)
    if request.param != "small base":
        monkeypatch.setattr(steps, "NEWEST", 0)
